from dataclasses import replace
from pathlib import Path

import pytest

from accelgen import cards, steps
from accelgen.data import SETS
from accelgen.data.own import read_own
from accelgen.data.ranges import CodesChoice
from accelgen.data.reading import Reading
from accelgen.data.recorded import data_facts
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.network import Network, load, save
from accelgen.steps.board.host import _images
from accelgen.steps.model import model_of
from accelgen.steps.origin import check_origin, named, sample_note, samples_of, stimuli, trained_on
from accelgen.steps.testcase import make_case
from tests.data.made import blobs, write_npz
from tests.data.test_nmnist import folder  # noqa: F401 - a fixture
from tests.tiny_convolutions import cifar10_network
from tests.tiny_networks import (
    mnist_network,
    mnist_spiking_network,
    small_network,
    spiking_network,
)

DIGITS, COLOURS = mnist_network(), cifar10_network()
EVENTS = mnist_spiking_network(events=True)
FASHION = replace(DIGITS, name="fashion", provenance={"data": "kmnist"})
SILENT = replace(DIGITS, name="silent", provenance={})

STEPS = {
    "evaluate": steps.evaluate,
    "sim": lambda model: steps.sim(model, images=1),
    "icarus": lambda model: steps.sim(model, images=1, simulator="icarus"),
    "host": lambda model: steps.host(model, simulate=True),
    "host of a picture": lambda model: steps.host(model, simulate=True, picture=Path("seven.png")),
    "demo": lambda model: steps.demo(model, simulate=True, browser=False),
    "report": steps.report,
    "card": cards.make_card,
    "power": lambda model: steps.power(model, Path("cells.lib")),
    "options": lambda model: steps.options(model, Path("cells.lib"), out=Path("out")),
}


@pytest.fixture
def models(home):
    """Networks of MNIST's shape that were trained on other data, and on nobody knows what."""
    for network in (FASHION, SILENT):
        (home / "models" / network.name).mkdir()
        save(network, home / "models" / network.name / "network.safetensors")
    return home


@pytest.mark.parametrize("step", STEPS)
def test_no_step_feeds_a_network_with_images_of_another_data_set(models, images, monkeypatch, step):
    monkeypatch.chdir(models)
    with pytest.raises(InvalidRequest, match="^fashion was trained on 'kmnist', and there are only the "):
        STEPS[step]("fashion")


def test_hardware_is_made_of_any_network_and_needs_no_data(models, monkeypatch):
    monkeypatch.setenv("ACCELGEN_DATA", str(models / "nowhere"))
    for name in ("fashion", "silent"):
        assert steps.rtl(name, lanes=4).verilog.is_file()


@pytest.mark.parametrize("step", ["evaluate", "report", "card"])
def test_nothing_is_measured_on_a_guess(models, images, step):
    with pytest.raises(
        InvalidRequest,
        match="^silent does not say what it was trained on, and no accuracy is measured on a guess: "
        "save it with provenance {'data': 'mnist'} if it was MNIST$",
    ):
        STEPS[step]("silent")


def test_images_may_be_mere_stimuli_and_are_called_so(models, images):
    said = []
    case = make_case(model_of("silent"), None, lanes=4, say=said.append)
    assert not case.claims and case.data == "stand-in test images, as mere stimuli"
    assert said[0] == ("silent does not say what it was trained on: stand-in test images as mere stimuli")
    own = make_case(model_of("pixels"), None, lanes=4)
    assert own.claims and own.data == "stand-in test images"
    _, labels, source = _images(SILENT, None, 3, None)
    assert labels == [] and source == "stand-in test images, as mere stimuli"
    assert len(_images(DIGITS, None, 3, None)[1]) == 3


def test_a_network_that_states_its_data_may_be_measured(models, images):
    path = models / "models" / "silent" / "network.safetensors"
    save(replace(load(path), provenance={"data": "mnist"}), path)
    assert steps.evaluate("silent").images == 60


@pytest.mark.parametrize(("network", "name"), [(DIGITS, "mnist"), (COLOURS, "cifar10"), (EVENTS, "saccades")])
def test_what_is_stated_must_fit(network, name):
    assert check_origin(network, measured=True).name == trained_on(network) == name
    assert SETS[name].fits(network)
    silent = replace(network, provenance={})
    assert check_origin(silent) is SETS[name] and stimuli(silent) and not stimuli(network)
    assert named(network, "x") == "x"
    other = replace(network, provenance={"data": "mnist" if name != "mnist" else "cifar10"})
    with pytest.raises(
        InvalidRequest, match="says that it was trained on '.*', which does not fit its input"
    ):
        check_origin(other)


def test_classes_must_be_as_many_as_the_data_set_has():
    few = Network("few", DIGITS.input, (DIGITS.layers[0], small_head()), {"data": "mnist"})
    with pytest.raises(InvalidRequest, match="^few has 5 classes, and MNIST has 10$"):
        check_origin(few)
    assert check_origin(replace(few, provenance={})) is SETS["mnist"]
    with pytest.raises(InvalidRequest, match="^few has 5 classes, and MNIST has 10$"):
        check_origin(replace(few, provenance={}), measured=True)


def small_head():
    layer = small_network().layers[-1]
    return replace(layer, name="head")


def test_a_number_for_a_name_is_other_data():
    with pytest.raises(InvalidRequest, match="^digits was trained on '7', and there are only"):
        check_origin(replace(DIGITS, provenance={"data": 7}))


def test_the_data_set_of_a_network_is_read_or_recordings_in_its_place(colours, folder):  # noqa: F811
    assert samples_of(COLOURS, None, None, "validation") is colours
    assert samples_of(EVENTS, None, folder).name == "N-MNIST test set"
    with pytest.raises(
        InvalidOption, match="^nmnist needs a network that takes events, and digits takes pixels$"
    ):
        samples_of(DIGITS, None, folder)
    with pytest.raises(InvalidRequest, match="^spiky has an input of 30, which no data set here fits "):
        samples_of(spiking_network(), None, None)


def test_where_images_are_not_is_said(tmp_path):
    assert sample_note(EVENTS, tmp_path, None).startswith(
        f"the full test set is not in {tmp_path}/mnist: using "
    )


@pytest.fixture
def own(home, monkeypatch):
    """A network that was trained on blobs.npz, which is in the home folder, is among the models."""
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)
    found = read_own(write_npz(home / "blobs.npz", *blobs(100, 30, 5)), Reading())
    network = small_network()
    entering = replace(network.input, coding=found.coding(CodesChoice()))
    facts = {"data": found.name, **data_facts(found, home / "models" / "own", True)}
    (home / "models" / "own").mkdir()
    coded = replace(network, name="own", input=entering, provenance=facts)
    save(coded, home / "models" / "own" / "network.safetensors")
    return home


def test_data_of_ones_own_are_found_from_the_network_file(own, monkeypatch):
    monkeypatch.chdir("/")
    found = steps.evaluate("own")
    assert found.images == 20 and found.data == "blobs.npz test set"
    case = make_case(model_of("own"), 3, lanes=4)
    assert case.claims and len(case.samples) == 3 and case.data == "blobs.npz test set"
    assert steps.report("own", timeline=False).images == 20
    network = model_of("own").network
    data = check_origin(network, measured=True, folder=own / "models" / "own")
    assert data.coding == network.input.coding and not stimuli(network)


@pytest.mark.parametrize("step", ["evaluate", "sim", "host", "report", "power"])
def test_data_that_are_gone_or_others_are_one_sentence(own, step):
    for n, message in enumerate(
        ("which is not at .*blobs.npz: --data names the file", "holds other data than")
    ):
        if n:
            write_npz(own / "blobs.npz", *blobs(100, 30, 5, seed=1))
        else:
            (own / "blobs.npz").rename(own / "moved.npz")
        with pytest.raises(InvalidRequest, match=f"^own: .*{message}"):
            STEPS[step]("own")
    assert steps.evaluate("own", own / "moved.npz").images == 20


def test_a_network_has_as_many_classes_as_its_data(own):
    path = own / "models" / "own" / "network.safetensors"
    found = read_own(write_npz(own / "other.npz", *blobs(100, 30, 3)), Reading())
    facts = {"data": found.name, **data_facts(found, path.parent, True)}
    save(replace(load(path), provenance=facts), path)
    with pytest.raises(InvalidRequest, match="^own has 5 classes, and other.npz has 3$"):
        steps.evaluate("own")
    found = read_own(write_npz(own / "other.npz", *blobs(100, 29, 5)), Reading())
    one = replace(load(path).input, coding=found.coding(CodesChoice(per="all")))
    facts = {"data": found.name, **data_facts(found, path.parent, True)}
    save(replace(load(path), input=one, provenance=facts), path)
    with pytest.raises(InvalidRequest, match="trained on 'other.npz', which does not fit its input of 30$"):
        steps.evaluate("own")
