import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.golden.dense import accumulate
from accelgen.network import BlockSparse, Dense
from tests.tiny_networks import dense_layer


def test_sums_past_24_bits_are_still_exact():
    outputs, inputs = 3, 1 << 16
    index, codes = np.zeros((1, 1), np.int32), np.full((1, 1, outputs, inputs), 7, np.int8)
    bias = np.array([1, 0, -1], np.int32)
    layer = Dense("wide", BlockSparse(outputs, inputs, 4, index, codes), bias, None)
    x = np.full((1, inputs), 255, np.uint8)
    assert accumulate(layer, x, 8).tolist() == [[7 * 255 * inputs + b for b in (1, 0, -1)]]


def test_an_activation_out_of_range_is_noticed():
    layer = dense_layer(np.random.default_rng(0), "a", 4, 8, None, kept=2)
    with pytest.raises(InvalidNetwork, match="left its proven width"):
        accumulate(layer, np.full((1, 8), 255, np.uint8), 1)
