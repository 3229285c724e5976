import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.network.widths import accumulator_bits, bias_bits, engine_accumulator_bits, signed_bits
from tests.build import random_network


@pytest.mark.parametrize(
    ("low", "high", "bits"),
    [(0, 0, 1), (-1, 0, 1), (0, 1, 2), (-2, 1, 2), (-3, 1, 3), (-128, 127, 8), (0, 128, 9)],
)
def test_signed_bits_are_the_fewest_that_hold_both(low, high, bits):
    assert signed_bits(low, high) == bits


@given(st.integers(0, 2**32 - 1))
def test_no_partial_sum_in_any_order_leaves_the_accumulator(seed):
    network = random_network(seed)
    rng = np.random.default_rng(seed)
    for layer, bits in zip(network.layers, network.input_bits, strict=True):
        half = 1 << (accumulator_bits(layer, bits) - 1)
        x = rng.integers(0, 1 << bits, layer.inputs)
        products = layer.weights.dense() * np.where(rng.random(layer.inputs) < 0.5, x, (1 << bits) - 1)
        for order in (np.sort(products, axis=1), np.sort(products, axis=1)[:, ::-1]):
            sums = layer.bias[:, None] + np.cumsum(order, axis=1)
            assert sums.min() >= -half and sums.max() < half


@given(st.integers(0, 2**32 - 1))
def test_the_width_is_reached(seed):
    network = random_network(seed)
    layer, bits = network.layers[0], network.input_bits[0]
    products = layer.weights.dense() * ((1 << bits) - 1)
    low = np.minimum(layer.bias, 0) + np.minimum(products, 0).sum(axis=1)
    high = np.maximum(layer.bias, 0) + np.maximum(products, 0).sum(axis=1)
    padded = layer.outputs % layer.weights.block_out or layer.inputs % layer.weights.block_in
    if not padded:
        assert accumulator_bits(layer, bits) == signed_bits(int(low.min()), int(high.max()))
    assert engine_accumulator_bits(network) >= bias_bits(layer)
