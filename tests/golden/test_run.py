import dataclasses
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import DataError, InvalidNetwork, InvalidRequest
from accelgen.golden import run
from accelgen.network import BlockSparse, Network
from tests.naive import naive_scores
from tests.tiny_networks import (
    mnist_spiking_network,
    random_images,
    random_network,
    small_network,
    spiking_network,
)


@given(st.integers(0, 2**32 - 1))
def test_equals_the_equations_written_as_loops(seed):
    network = random_network(seed)
    images = random_images(np.random.default_rng(seed), 3, network.input.pixels)
    assert run(network, images).scores.tolist() == [naive_scores(network, image) for image in images]


def test_a_corrupted_table_gives_other_scores():
    network = small_network()
    weights = network.layers[0].weights
    codes = weights.codes.copy()
    codes[:, :, : 24 % 7 or 7, : 30 % 4 or 4] *= -1
    codes = np.clip(codes, -4, 3)
    bad = BlockSparse(weights.outputs, weights.inputs, weights.bits, weights.index, codes)
    layers = (dataclasses.replace(network.layers[0], weights=bad), *network.layers[1:])
    images = random_images(np.random.default_rng(0), 20, 30, density=1.0)
    corrupted = run(Network("small", network.input, layers), images).scores
    assert (corrupted != np.array([naive_scores(network, image) for image in images])).any()


def test_the_lowest_class_wins_a_tie():
    network = small_network()
    last = network.layers[-1]
    codes = np.zeros_like(last.weights.codes)
    weights = BlockSparse(last.outputs, last.inputs, 3, last.weights.index, codes)
    tied = dataclasses.replace(last, weights=weights, bias=np.array([1, 7, 3, 7, 0], np.int32))
    network = Network("tied", network.input, (*network.layers[:-1], tied))
    assert run(network, np.zeros((2, 30), np.uint8)).classes.tolist() == [1, 1]


def test_batches_do_not_show(monkeypatch):
    network = small_network()
    images = random_images(np.random.default_rng(0), 23, 30)
    whole = run(network, images)
    monkeypatch.setattr(sys.modules["accelgen.golden.run"], "BATCH", 5)
    assert (run(network, images).scores == whole.scores).all()
    assert whole.accuracy(whole.classes) == 1.0


def test_images_of_another_size_are_refused():
    with pytest.raises(DataError, match=r"^images must have 30 pixels, not shape \[2, 31\]$"):
        run(small_network(), np.zeros((2, 31), np.uint8))


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.full((2, 30), 1020), "images must be integers of 0 to 255, not 1020"),
        (np.full((2, 30), -1, np.int16), "images must be integers of 0 to 255, not -1"),
        (np.ones((2, 30), bool), "images must be integers of 0 to 255, not bool"),
        (np.full((2, 30), 0.5, np.float32), "images must be integers of 0 to 255, not float32"),
        ([[0] * 30], "images must be a numpy array of integers of 0 to 255, not list"),
    ],
)
def test_images_of_another_kind_are_refused(images, message):
    with pytest.raises(DataError) as error:
        run(small_network(), images)
    assert str(error.value) == message


def test_integers_of_any_dtype_are_pixels():
    images = random_images(np.random.default_rng(0), 3, 30)
    assert (run(small_network(), images.astype(np.int64)).scores == run(small_network(), images).scores).all()


@pytest.mark.parametrize("network", [spiking_network(), mnist_spiking_network(events=True)])
def test_a_network_that_spikes_is_for_another_function(network):
    with pytest.raises(
        InvalidRequest,
        match=f"^{network.name} spikes: accelgen.golden.run_spiking runs it on images, and run_",
    ):
        run(network, np.zeros((2, network.input.inputs), np.uint8))
    with pytest.raises(InvalidNetwork, match="^network: must be a Network, not 'small'$"):
        run("small", np.zeros((2, 30), np.uint8))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.zeros((3, 1), int), r"labels must have shape \[3\], not \[3, 1\]"),
        (np.array([0, 1, 5]), "labels must be integers of 0 to 4, not 5"),
        (np.zeros(3), "labels must be integers of 0 to 4, not float64"),
        ([0, 1, 2], "labels must be a numpy array of integers of 0 to 4, not list"),
    ],
)
def test_labels_are_classes_one_for_each_image(labels, message):
    with pytest.raises(DataError, match=f"^{message}$"):
        run(small_network(), np.zeros((3, 30), np.uint8)).accuracy(labels)
