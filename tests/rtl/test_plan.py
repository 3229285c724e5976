import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.network import Network, PixelInput, Requantise
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.plan import Plan
from tests.tiny_convolutions import random_conv_network, small_conv_network
from tests.tiny_networks import dense_layer, random_network


@pytest.fixture(scope="module")
def flagship():
    rng = np.random.default_rng(0)
    return Network(
        "flagship",
        PixelInput(784, 4),
        (
            dense_layer(rng, "a", 512, 784, Requantise(5, 3), block_out=32, block_in=14, kept=7),
            dense_layer(rng, "b", 512, 512, Requantise(5, 3), block_out=32, block_in=16, kept=4),
            dense_layer(rng, "c", 10, 512, None, block_out=10, block_in=16, kept=32),
        ),
    )


def test_the_numbers_of_a_known_network(flagship):
    plan = Plan(flagship, Datapath(lanes=16))
    assert (plan.lanes, plan.word, plan.activation_bits, plan.granule) == (16, 16, 4, 16)
    assert plan.bank_words == (56, 32, 32)
    assert plan.weight_words == 16 * 2 * 7 * 14 + 16 * 2 * 4 * 16 + 32 * 16
    assert plan.index_words == 16 * 4 + 16 * 2  # two blocks a word; the last layer keeps all its blocks
    assert plan.passes == 32 + 32 + 1
    assert (plan.input_beats, plan.input_width) == (56, 56)


def test_no_lane_is_built_that_could_never_work(flagship):
    assert Plan(flagship, Datapath(lanes=64)).lanes == 32


@pytest.mark.parametrize(("layers", "banks"), [(1, 2), (2, 2), (3, 3), (4, 3)])
def test_banks_are_as_many_as_take_turns(layers, banks):
    rng = np.random.default_rng(0)
    rules = [Requantise(3, 2)] * (layers - 1) + [None]
    network = Network(
        "n",
        PixelInput(12, 2),
        tuple(dense_layer(rng, f"l{n}", 12, 12, rule) for n, rule in enumerate(rules)),
    )
    assert len(Plan(network, Datapath()).bank_words) == banks


@given(st.integers(0, 2**32 - 1), st.integers(1, 64), st.sampled_from([random_network, random_conv_network]))
def test_granules_divide_every_pass_and_word(seed, lanes, drawn):
    plan = Plan(drawn(seed), Datapath(lanes=lanes))
    for layer in plan.layers[:-1]:
        assert layer.last_pass % plan.granule == layer.block_next % plan.granule == 0
        assert layer.passes == 1 or plan.lanes % plan.granule == 0
    assert all(1 <= layer.last_pass <= plan.lanes for layer in plan.layers)


def test_the_numbers_of_a_network_with_convolutions():
    plan = Plan(small_conv_network(), Datapath(lanes=2))
    assert (plan.input_beats, plan.pixels_per_beat, plan.input_width) == (60, 1, 8)
    # Pixels of 6 outputs in words of 2, of 6 in words of 4, and 6 outputs in words of 3.
    assert plan.bank_words == (60, 3 * 2 * 3, 2 * 2 * 2)
    assert [layer.positions for layer in plan.layers] == [9, 4, 1, 1]
    assert plan.weight_words == 2 * 2 * 1 * 9 * 1 + 2 * 2 * 2 * 4 * 2 + 3 * 3 * 4 + 2 * 2 * 3
    assert plan.index_words == 2 * 1 + 2 * 2 + 1 * 3
    assert plan.passes == 4 + 4 + 3 + 2
    assert [plan.bank_of(number) for number in range(4)] == [0, 1, 2, 1]
    assert plan.regions == (0, 1, 2, 1)
