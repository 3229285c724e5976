from dataclasses import replace

import pytest

from accelgen.data import NMNIST, SETS, data_set
from accelgen.errors import DataError
from tests.tiny_convolutions import cifar10_network
from tests.tiny_networks import mnist_network, mnist_spiking_network, small_network

NETWORKS = {
    "digits": mnist_network(),
    "pixels": mnist_spiking_network(),
    "events": mnist_spiking_network(events=True),
    "colours": cifar10_network(),
    "small": small_network(),
}


@pytest.mark.parametrize(
    ("name", "fitting"),
    [("mnist", {"digits", "pixels"}), ("saccades", {"events"}), ("cifar10", {"colours"})],
)
def test_a_data_set_fits_what_its_images_can_enter(name, fitting):
    data = data_set(name)
    assert {name for name, network in NETWORKS.items() if data.fits(network)} == fitting
    silent = {name: replace(network, provenance={}) for name, network in NETWORKS.items()}
    assert {name for name, network in silent.items() if data.fits(network)} == fitting


def test_what_enters_is_the_image_or_the_addresses_of_a_sensor():
    assert (SETS["mnist"].entering, SETS["mnist"].plane, SETS["mnist"].pixels) == ((28, 28, 1), (28, 28), 784)
    assert (SETS["cifar10"].entering, SETS["cifar10"].plane) == ((32, 32, 3), (32, 32, 3))
    assert SETS["cifar10"].colour and not SETS["mnist"].colour
    assert SETS["saccades"].entering == NMNIST.entering == (2048,)


def test_only_what_travels_with_the_code_is_a_sample():
    assert len(SETS["mnist"].load(sample="only")) == SETS["mnist"].sample
    assert SETS["saccades"].load(sample="only").events
    with pytest.raises(DataError, match="^no images of CIFAR-10 travel with the code$"):
        SETS["cifar10"].load(sample="only")


def test_images_to_train_on_are_read_at_once_where_that_is_quicker():
    parts = {"train": [1], "validation": [2]}
    one = replace(SETS["mnist"], read=lambda data, part, **_: parts[part])
    assert one.load_training() == ([1], [2])
    assert replace(one, read_training=lambda data: (data, 3)).load_training("here") == ("here", 3)


def test_its_folder_is_below_the_one_that_is_named(tmp_path, monkeypatch):
    assert SETS["saccades"].place(tmp_path) == tmp_path / "mnist"
    monkeypatch.setenv("ACCELGEN_DATA", str(tmp_path / "named"))
    assert SETS["cifar10"].place() == tmp_path / "named" / "cifar10"
    monkeypatch.delenv("ACCELGEN_DATA")
    monkeypatch.setenv("ACCELGEN_CACHE", str(tmp_path / "cache"))
    assert SETS["cifar10"].place() == tmp_path / "cache" / "cifar10"


@pytest.mark.parametrize("data", [*SETS.values(), NMNIST], ids=lambda data: data.name)
def test_every_data_set_says_what_it_is(data):
    assert set(data.splits) == {"train", "validation", "test"} and all(data.splits.values())
    assert len(set(data.classes)) == len(data.classes) == 10
    assert data.licence and data.citation and data.url.startswith("https://")
