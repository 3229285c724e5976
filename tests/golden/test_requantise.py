import numpy as np
import pytest

from accelgen.golden import run
from accelgen.golden.requantise import requantise
from accelgen.network import Requantise, Thresholds
from tests.naive import naive_scores
from tests.tiny_convolutions import threshold_convs
from tests.tiny_networks import random_images, threshold_network


def test_shifts_down_and_clamps():
    sums = np.array([[-9, -1, 0, 7, 8, 15, 16, 63, 64, 1000]])
    assert requantise(sums, Requantise(3, 3)).tolist() == [[0, 0, 0, 0, 1, 1, 2, 7, 7, 7]]


def test_thresholds_are_counted_by_channel():
    sums = np.array([[4, 4, 5, 5], [-9, 9, -10, 10]])
    assert requantise(sums, Thresholds(((5, 5, 7), (4, 6, 9)))).tolist() == [[0, 1, 2, 1], [0, 3, 0, 3]]
    assert requantise(sums, Thresholds(((5,),))).tolist() == [[0, 0, 1, 1], [0, 1, 0, 1]]


@pytest.mark.parametrize("network", [threshold_network(0), threshold_network(1), threshold_convs()])
def test_networks_with_thresholds_are_what_plain_loops_say(network):
    images = random_images(np.random.default_rng(0), 4, network.input.pixels, density=0.7)
    result = run(network, images)
    assert result.scores.tolist() == [naive_scores(network, image) for image in images]
    assert all(layer.max() > 1 for layer in result.activations[:2])


@pytest.mark.parametrize("network", [threshold_network(), threshold_convs()])
def test_of_no_image_there_are_no_scores(network):
    result = run(network, np.zeros((0, network.input.pixels), np.uint8))
    assert result.scores.shape == (0, network.classes)
