import dataclasses

import numpy as np
import pytest

from accelgen.network import Neuron, Requantise, Spiking, Window
from accelgen.rtl.layer_plan import layer_plan, pads
from tests.tiny_convolutions import conv_layer
from tests.tiny_networks import block_sparse, dense_layer

RNG = np.random.default_rng(0)
DENSE = dense_layer(RNG, "a", 14, 20, Requantise(3, 2), block_out=7, block_in=4, kept=5)


def test_passes_and_words_of_a_dense_layer():
    plan = layer_plan(DENSE, None, 5, lanes=3, weight_bits=3)
    assert (plan.rows, plan.passes, plan.last_pass, plan.kept, plan.indexed) == (2, 3, 1, 5, False)
    assert (plan.block_in, plan.positions, plan.block_next) == (4, 1, 5)
    assert (plan.shift, plan.bits) == (3, 2)
    assert plan.weight_words == 2 * 3 * 5 * 4


def test_a_convolution_has_a_word_for_each_position():
    layer = conv_layer(RNG, "a", Window(6, 5, 4, kernel=3), 5, Requantise(2, 3), block_out=3, kept=1)
    plan = layer_plan(layer, None, 2, lanes=3, weight_bits=3)
    assert (plan.block_in, plan.positions, plan.indexed) == (2, 9, True)
    assert plan.weight_words == 2 * 1 * 1 * 9 * 2


def test_what_follows_pixels_with_padding_needs_an_index():
    before = conv_layer(RNG, "a", Window(3, 3, 2, kernel=2), 5, Requantise(2, 3), block_out=3, kept=1)
    assert pads(before) and not pads(DENSE)
    for earlier, spread in ((before, True), (DENSE, False), (None, False)):
        assert layer_plan(DENSE, earlier, 5, lanes=3, weight_bits=3).indexed == spread


@pytest.mark.parametrize(("bits", "widest", "slots", "stored"), [(1, 4, 4, 1), (2, 4, 2, 2), (3, 4, 1, 4)])
def test_narrow_codes_share_a_word(bits, widest, slots, stored):
    layer = dense_layer(RNG, "a", 4, 8, None, bits=bits)
    plan = layer_plan(layer, None, 0, lanes=4, weight_bits=widest)
    assert (plan.slots, plan.code_bits) == (slots, stored)


def test_a_layer_that_gives_scores_has_no_rule():
    layer = Spiking("a", block_sparse(RNG, 6, 8), np.zeros(6, np.int32), Neuron("discontinuous"))
    hidden, last = (layer_plan(layer, None, after, lanes=2, weight_bits=3) for after in (3, 0))
    assert (hidden.shift, hidden.bits) == (0, 1) and (last.shift, last.bits) == (0, 0)
    sums = dataclasses.replace(DENSE, rule=None)
    assert layer_plan(sums, None, 0, lanes=2, weight_bits=3).bits == 0
