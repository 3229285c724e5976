import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.golden import run
from accelgen.golden.requantise import requantise
from accelgen.network import Dense, Multiply, Network, PixelInput, Requantise, Thresholds
from tests.naive import naive_scores
from tests.tiny_convolutions import multiply_convs, threshold_convs
from tests.tiny_networks import dense_layer, multiply_network, random_images, threshold_network


def test_shifts_down_and_clamps():
    sums = np.array([[-9, -1, 0, 7, 8, 15, 16, 63, 64, 1000]])
    assert requantise(sums, Requantise(3, 3)).tolist() == [[0, 0, 0, 0, 1, 1, 2, 7, 7, 7]]


def test_thresholds_are_counted_by_channel():
    sums = np.array([[4, 4, 5, 5], [-9, 9, -10, 10]])
    assert requantise(sums, Thresholds(((5, 5, 7), (4, 6, 9)))).tolist() == [[0, 1, 2, 1], [0, 3, 0, 3]]
    assert requantise(sums, Thresholds(((5,),))).tolist() == [[0, 0, 1, 1], [0, 1, 0, 1]]


def test_sums_are_multiplied_by_channel_before_they_are_shifted():
    sums = np.array([[4, 4, -1, 1], [5, 9, 6, -300]])
    rule = Multiply((3, 5), (0, 4), 2, 2)
    assert requantise(sums, rule).tolist() == [[3, 3, 0, 2], [3, 3, 3, 0]]
    most = Multiply(((1 << 32) - 1,), ((1 << 32) - 2,), 48, 8)
    sums = np.array([[-(1 << 30)], [-1], [0], [1 << 16], [(1 << 16) + 1], [(1 << 30) - 1]])
    products = [int(one) * most.multipliers[0] + most.offsets[0] for one in sums[:, 0]]
    assert requantise(sums, most)[:, 0].tolist() == [min(max(one >> 48, 0), 255) for one in products]


def test_ties_go_to_even_numbers_where_a_rule_says_so():
    sums = np.arange(-9, 40)[:, None]
    half_even = np.clip(np.rint((sums + 2) / 8), 0, 3)
    rule = Multiply((2,), (0,), 4, 2, True)
    assert (requantise(sums + 6, rule) == half_even).all()
    assert (requantise(sums + 6, Multiply((2,), (0,), 4, 2)) != half_even).any()


def test_products_of_more_bits_than_are_computed_are_refused():
    layer = dense_layer(
        np.random.default_rng(0), "a", 1, 8, Multiply(((1 << 32) - 1,), (0,), 48, 8), block_out=1
    )
    bias = np.array([(1 << 24) - 1], np.int32)
    last = dense_layer(np.random.default_rng(0), "b", 1, 1, None, block_out=1, block_in=1)
    network = Network("n", PixelInput(8, 8), (Dense("a", layer.weights, bias, layer.rule), last))
    assert run(network, np.zeros((1, 8), np.uint8)).scores.shape == (1, 1)
    wide = np.full((1, 1, 1, 1 << 16), 127, np.int8)
    huge = Dense("a", type(layer.weights)(1, 1 << 16, 8, np.zeros((1, 1), np.int32), wide), bias, layer.rule)
    network = Network("n", PixelInput(1 << 16, 8), (huge, last))
    with pytest.raises(
        InvalidNetwork, match="^a: multiply: products need 64 bits, and at most 63 are computed$"
    ):
        run(network, np.zeros((1, 1 << 16), np.uint8))


@pytest.mark.parametrize(
    "network",
    [
        *(threshold_network(0), threshold_network(1), threshold_convs()),
        *(multiply_network(0), multiply_network(1), multiply_convs()),
    ],
)
def test_networks_with_thresholds_or_multipliers_are_what_plain_loops_say(network):
    images = random_images(np.random.default_rng(0), 4, network.input.pixels, density=0.7)
    result = run(network, images)
    assert result.scores.tolist() == [naive_scores(network, image) for image in images]
    assert all(layer.max() > 1 for layer in result.activations[:2])


@pytest.mark.parametrize("network", [threshold_network(), threshold_convs()])
def test_of_no_image_there_are_no_scores(network):
    result = run(network, np.zeros((0, network.input.pixels), np.uint8))
    assert result.scores.shape == (0, network.classes)
