from dataclasses import replace

import numpy as np
import pytest

from accelgen.data import NMNIST, SETS, class_names, data_set, set_named_in, set_of
from accelgen.errors import InvalidRequest
from accelgen.network import Coding, Network, PixelInput
from tests.data.test_nmnist import folder  # noqa: F401 - a fixture
from tests.tiny_convolutions import cifar10_network
from tests.tiny_networks import (
    dense_layer,
    mnist_network,
    mnist_spiking_network,
    small_network,
)

DIGITS, COLOURS = mnist_network(), cifar10_network()
EVENTS = mnist_spiking_network(events=True)


def test_a_name_that_is_not_there_is_answered_with_one_that_is_near():
    assert data_set("cifar10") is SETS["cifar10"]
    with pytest.raises(InvalidRequest, match="^there is no data set 'mnits': did you mean 'mnist'[?]$"):
        data_set("mnits")
    with pytest.raises(InvalidRequest, match=f"data set 'x': there are {', '.join(SETS)}$"):
        data_set("x")


@pytest.mark.parametrize(("network", "name"), [(DIGITS, "mnist"), (COLOURS, "cifar10"), (EVENTS, "saccades")])
def test_a_network_reads_what_it_names_or_the_first_that_fits(network, name):
    for provenance in ({}, {"data": name}):
        assert set_of(replace(network, provenance=provenance)) is SETS[name]
    for other in ("kmnist", 7, "cifar10" if name == "mnist" else "mnist"):
        assert set_of(replace(network, provenance={"data": other})) is None
    assert set_of(small_network()) is None


def test_classes_are_those_that_a_network_states_or_those_of_its_data():
    digits = [str(digit) for digit in range(10)]
    assert class_names(DIGITS) == class_names(replace(DIGITS, provenance={})) == digits
    assert class_names(COLOURS)[:2] == ["airplane", "automobile"]
    assert class_names(replace(COLOURS, provenance={})) == digits, "nobody has said what they are"
    assert class_names(small_network()) == digits[:5]
    stated = replace(small_network(), provenance={"classes": "a, b, c, d, e e"})
    assert class_names(stated) == ["a", "b", "c", "d", "e e"]


@pytest.mark.parametrize("classes", ["a, b", "a, b, c, d, e, f", "a, b, , c, d", "", 5])
def test_other_than_as_many_names_as_classes_are_refused(classes):
    with pytest.raises(InvalidRequest, match="^small: provenance: classes: must name 5 classes, not "):
        class_names(replace(small_network(), provenance={"classes": classes}))


def test_saccades_are_of_mnist_and_recordings_are_of_a_folder(folder):  # noqa: F811
    seen, pixels = SETS["saccades"].load(sample="only"), SETS["mnist"].load(sample="only")
    assert np.array_equal(seen.pixels, pixels.pixels) and seen.events and not pixels.events
    recordings = NMNIST.load("test", folder)
    assert recordings.events and recordings.spikes(0, 2).shape[1:] == (NMNIST.timesteps, *NMNIST.entering)
    with pytest.raises(InvalidRequest, match="^the folder of N-MNIST must be named: it is not fetched$"):
        NMNIST.load("test")


def test_what_images_are_called_tells_of_which_data_set_they_are():
    assert set_named_in("MNIST test set") is SETS["mnist"]
    assert set_named_in("N-MNIST test set") is NMNIST
    assert set_named_in("CIFAR-10 recompressed as JPEG quality 75, test set") is SETS["cifar10"]
    assert set_named_in("") is None


def test_a_network_of_codes_reads_pixels_as_features():
    coding = Coding((-64.0,), (2.0,))
    plain, coded = (
        Network("n", PixelInput(784, 2, rule), (dense_layer(np.random.default_rng(0), "a", 10, 784, None),))
        for rule in (None, coding)
    )
    images, codes = (set_of(network).load("test", sample="only") for network in (plain, coded))
    assert set_of(plain) is SETS["mnist"] and set_of(coded).coding == coding
    assert np.array_equal(codes.pixels, coding.raw(images.pixels)) and not np.array_equal(
        codes.pixels, images.pixels
    )
    picture = np.full((28, 28), 255, np.uint8)
    drawn = coding.raw(SETS["mnist"].drawing(picture)[None])[0]
    assert np.array_equal(set_of(coded).drawing(picture), drawn)
