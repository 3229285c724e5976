import sys
from dataclasses import replace

import numpy as np
import pytest

from accelgen import steps
from accelgen.data import SETS, Images
from accelgen.data.own import read_own
from accelgen.data.ranges import CodesChoice
from accelgen.data.reading import Reading
from accelgen.data.recorded import data_facts
from accelgen.deliver.samples import Samples, archive
from accelgen.errors import DataError, InvalidRequest
from accelgen.network import Task, save
from accelgen.steps.board.host import _images
from accelgen.steps.kept import keep, kept_images, kept_note
from accelgen.steps.model import model_of
from accelgen.steps.testcase import make_case
from tests.data.made import blobs, write_npz
from tests.tiny_networks import mnist_network, mnist_spiking_network, small_network


@pytest.fixture
def own(home, monkeypatch):
    """A network that was trained on blobs.npz, with samples beside it."""
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)
    found = read_own(write_npz(home / "blobs.npz", *blobs(100, 30, 5)), Reading())
    coding = found.coding(CodesChoice())
    place = home / "models" / "own"
    place.mkdir()
    facts = {"data": found.name, **data_facts(found, place, True)}
    network = replace(small_network(), name="own", provenance=facts)
    network = replace(network, input=replace(network.input, coding=coding))
    save(network, place / "network.safetensors")
    assert keep(place / "network.safetensors", found.data_set(coding), None) == place / "samples.npz"
    return home


def test_a_network_of_own_data_is_simulated_where_the_data_are_not(own):
    model = model_of("own")
    there = make_case(model, None, lanes=4)
    assert there.samples.name == "blobs.npz test set" and there.full
    (own / "blobs.npz").rename(own / "away.npz")
    said = []
    case = make_case(model, None, lanes=4, say=said.append)
    assert case.data == "20 samples kept beside the network (of blobs.npz)" and not case.full
    assert said[0].startswith(
        "blobs.npz is not at hand: using 20 samples that are kept beside the network, which"
    )
    assert (case.samples.pixels == there.samples.pixels).all()
    assert (case.samples.labels == there.samples.labels).all()
    with pytest.raises(InvalidRequest, match="which is not at"):
        steps.evaluate("own")


def test_samples_do_not_stand_in_for_data_that_are_there_or_named(own):
    model = model_of("own")
    assert kept_images(model.network, None, model.place) is None
    write_npz(own / "blobs.npz", *blobs(100, 30, 5, seed=1))
    with pytest.raises(InvalidRequest, match="holds other data than"):
        make_case(model, None, lanes=4)
    (own / "blobs.npz").unlink()
    with pytest.raises(DataError, match="nowhere.npz: is not there"):
        make_case(model, None, lanes=4, data=own / "nowhere.npz")
    assert kept_images(model.network, None, None) is None


def test_samples_of_other_data_are_refused(own):
    (own / "blobs.npz").unlink()
    place = own / "models" / "own" / "samples.npz"
    place.write_bytes(archive(Samples(np.zeros((2, 30), np.uint8), np.zeros(2, np.uint8), "00" * 32)))
    with pytest.raises(DataError, match="samples.npz: data_sha256: the samples are of other data"):
        make_case(model_of("own"), None, lanes=4)


def test_samples_of_a_named_set_stand_in_if_none_travel_with_the_code(home, monkeypatch):
    monkeypatch.setenv("ACCELGEN_DATA", str(home / "nowhere"))
    clothes = replace(mnist_network(), name="clothes", provenance={"data": "fashion_mnist"})
    digits = mnist_network()
    images = Images(np.eye(20, 784, dtype=np.uint8), np.arange(20) % 10, "some", True)
    for network in (clothes, digits):
        place = home / "models" / network.name
        place.mkdir()
        save(network, place / "network.safetensors")
        entry = replace(SETS[network.provenance["data"]], read=lambda *_, **__: images)
        if network is clothes:
            assert keep(place / "network.safetensors", entry, None)
        else:
            assert keep(place / "network.safetensors", entry, None) is None
            (place / "samples.npz").write_bytes((home / "models/clothes/samples.npz").read_bytes())
    found = kept_images(clothes, None, home / "models" / "clothes")
    assert found.name == "20 samples kept beside the network (of fashion_mnist)" and not found.full
    assert "fashion_mnist is not at hand" in kept_note(clothes, found)
    assert kept_images(digits, None, home / "models" / digits.name) is None


def test_a_page_of_samples_says_that_they_stand_in(home, monkeypatch):
    monkeypatch.setenv("ACCELGEN_DATA", str(home / "nowhere"))
    clothes = replace(mnist_network(), name="clothes", provenance={"data": "fashion_mnist"})
    place = home / "models" / "clothes"
    place.mkdir()
    save(clothes, place / "network.safetensors")
    samples = Samples(np.eye(20, 784, dtype=np.uint8), np.arange(20, dtype=np.uint8) % 10)
    (place / "samples.npz").write_bytes(archive(samples))
    said = []

    def watched(*_):
        raise InvalidRequest("far enough")

    monkeypatch.setattr(sys.modules["accelgen.steps.report"], "_watched", watched)
    with pytest.raises(InvalidRequest, match="far enough"):
        steps.report("clothes", say=said.append)
    assert said[0].startswith("fashion_mnist is not at hand: using 20 samples that are kept beside")


def test_a_network_of_other_clothes_is_never_fed_with_digits(home, monkeypatch):
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)
    clothes = replace(mnist_network(), name="clothes", provenance={"data": "fashion_mnist"})
    (home / "models" / "clothes").mkdir()
    save(clothes, home / "models" / "clothes" / "network.safetensors")
    monkeypatch.setenv("ACCELGEN_DATA", str(home / "nowhere"))
    for step in (steps.evaluate, steps.sim, steps.report):
        with pytest.raises(DataError, match="fashion_mnist: train-images-idx3-ubyte.gz is not there"):
            step("clothes")


def test_kept_recordings_are_played_as_they_are(home, monkeypatch):
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)
    network = replace(
        mnist_spiking_network(events=True, name="moves"),
        provenance={"data": "moves", "data_sha256": "ab" * 32, "data_path": "moves"},
    )
    spikes = (np.random.default_rng(0).random((3, 4, network.input.inputs)) < 0.1).astype(np.uint8)
    (home / "models" / "moves").mkdir()
    place = home / "models" / "moves" / "samples.npz"
    place.write_bytes(archive(Samples(spikes, np.arange(3, dtype=np.uint8), "ab" * 32)))
    found = kept_images(network, None, place.parent)
    assert found.events and (found.first(2).spikes(0, 2) == spikes[:2]).all()


def test_samples_of_a_regression_are_played_and_nothing_is_claimed_by_them(home, monkeypatch):
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)
    x, y = blobs(100, 30, 5)
    numbers = np.column_stack([y + n for n in range(5)]).astype(float)
    found = read_own(write_npz(home / "blobs.npz", x, numbers), Reading(task="regression"))
    coding, place = found.coding(CodesChoice()), home / "models" / "own"
    place.mkdir()
    network = replace(small_network(), name="own", task=Task("regression", (0.5,), (1.0,)))
    facts = {"data": found.name, **data_facts(found, place, True)}
    network = replace(network, input=replace(network.input, coding=coding), provenance=facts)
    save(network, place / "network.safetensors")
    assert keep(place / "network.safetensors", found.data_set(coding), None)
    there = make_case(model_of("own"), None, lanes=4)
    assert there.full and there.expected.measures is not None
    (home / "blobs.npz").unlink()
    case = make_case(model_of("own"), None, lanes=4)
    assert case.data == "20 samples kept beside the network (of blobs.npz)" and not case.full
    assert (case.samples.pixels == there.samples.pixels).all() and case.expected.measures is None
    assert _images(network, None, 3, None, place)[1] == []
    with pytest.raises(InvalidRequest, match="which is not at"):
        steps.evaluate("own")


def test_samples_of_a_network_that_says_nothing_of_its_data_are_played(home):
    place = home / "models" / "found"
    place.mkdir()
    network = replace(small_network(), name="found")
    save(network, place / "network.safetensors")
    with pytest.raises(InvalidRequest, match="has an input of 30, which no data set here fits"):
        make_case(model_of("found"), None, lanes=4)
    images = np.random.default_rng(0).integers(0, 256, (5, 30), np.uint8)
    (place / "samples.npz").write_bytes(archive(Samples(images, np.zeros(5, np.uint8))))
    said = []
    case = make_case(model_of("found"), None, lanes=4, say=said.append)
    assert case.data == "5 samples kept beside the network, as mere stimuli" and not case.full
    assert said[0].startswith(
        "found does not say what it was trained on: using 5 samples that are kept beside the network"
    )
    assert (case.samples.pixels == images).all()
