import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.errors import InvalidNetwork
from accelgen.golden import run
from accelgen.golden.convolution import activate, convolve
from accelgen.network import Requantise, Window
from tests.naive import naive_convolution, naive_scores
from tests.tiny_convolutions import (
    conv_layer,
    conv_network,
    random_conv_network,
    series_network,
    tall_network,
)
from tests.tiny_networks import random_images

golden_module = sys.modules["accelgen.golden.convolution"]


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_equals_the_equations_written_as_loops(seed, odd):
    network = random_conv_network(seed, odd=odd)
    images = random_images(np.random.default_rng(seed), 2, network.input.pixels, density=0.7)
    assert run(network, images).scores.tolist() == [naive_scores(network, image) for image in images]


@pytest.mark.parametrize("network", [conv_network(), series_network(), tall_network()])
def test_what_enters_a_layer_is_in_the_order_y_x_channel(network):
    result = run(network, random_images(np.random.default_rng(0), 3, network.input.pixels))
    for layer, x, leaving in zip(
        network.layers[:2], result.activations, result.activations[1:], strict=False
    ):
        assert leaving.dtype == np.uint8
        assert leaving.tolist() == [naive_convolution(layer, image) for image in x]


def test_batches_do_not_show(monkeypatch):
    network = conv_network()
    images = random_images(np.random.default_rng(1), 7, 189)
    whole = run(network, images).scores
    monkeypatch.setattr(golden_module, "GATHERED", 1)
    assert (run(network, images).scores == whole).all()


def test_pixels_that_no_square_holds_are_not_summed():
    window = Window(7, 8, 2, kernel=3, pool=2)  # 5 x 6 sums, of which a row is in no square
    layer = conv_layer(np.random.default_rng(0), "a", window, 3, Requantise(2, 3), block_out=3, kept=1)
    assert convolve(layer, np.ones((2, 112), np.uint8), 3).shape == (2, 4, 6, 3)


def test_a_series_is_filtered_as_numpy_filters_it():
    rng = np.random.default_rng(2)
    window = Window(1, 20, 1, kernel=(1, 5), padding=(0, 0, 4, 0))  # causal
    layer = conv_layer(rng, "a", window, 1, Requantise(0, 8), block_out=1, block_in=1, kept=1, spread=1)
    x = rng.integers(0, 8, (3, 20)).astype(np.uint8)
    filtered = [np.convolve(series, layer.kernels()[0, 0, 0, ::-1])[:20] + layer.bias[0] for series in x]
    assert layer.weights.codes.size == 5
    assert convolve(layer, x, 3).reshape(3, 20).tolist() == np.array(filtered).tolist()


def test_an_activation_out_of_range_is_noticed():
    layer = conv_layer(np.random.default_rng(0), "a", Window(4, 4, 2, kernel=3), 4, Requantise(2, 3), kept=1)
    with pytest.raises(InvalidNetwork, match="left its proven width"):
        activate(layer, np.full((1, 32), 255, np.uint8), 1)
