import numpy as np
import pytest

from accelgen.network import Requantise, Thresholds
from accelgen.rtl.unrolled import sums as module
from accelgen.rtl.unrolled.sums import shared_sums
from tests.tiny_networks import dense_layer

RULE = Requantise(2, 3)


def layer(rule=RULE, bits=2, inputs=32, kept=8):
    rng = np.random.default_rng(0)
    return dense_layer(rng, "a", 16, inputs, rule, bits=bits, block_out=8, block_in=4, kept=kept)


def test_trees_share_nothing():
    assert shared_sums(layer(), 4, "trees") is None


def test_what_takes_less_is_taken():
    assert shared_sums(layer(), 4, "chains") is not None
    # Of one bit each, inputs that were added before are no fewer bits; a chain is still half of a compressor.
    assert shared_sums(layer(), 1, "cells") is None
    assert shared_sums(layer(), 4, "cells") is not None


def test_a_layer_that_is_too_large_is_not_searched(monkeypatch):
    monkeypatch.setattr(module, "MOST_DIGITS", 10)
    monkeypatch.setattr(module, "adder_graph", None)
    assert shared_sums(layer(), 4, "chains") is None


@pytest.mark.parametrize(
    ("rule", "settled"), [(Requantise(2, 3), True), (None, True), (Thresholds(((1, 2, 3),)), False)]
)
def test_biases_are_settled_unless_they_join_thresholds(rule, settled):
    graph = shared_sums(layer(rule), 4, "chains")
    assert any(graph.constants) == settled
