import re
import sys
from dataclasses import replace

import numpy as np
import pytest

from accelgen import steps
from accelgen.data import SETS
from accelgen.data.own import read_own
from accelgen.data.ranges import CodesChoice
from accelgen.data.reading import Reading
from accelgen.errors import InvalidRequest
from accelgen.figures import Figure
from accelgen.golden import run
from accelgen.network import save
from accelgen.report.card import Card, write_card
from accelgen.report.model import _mistake
from accelgen.report.png import address
from accelgen.steps.report import write_page
from tests.data.made import write_events
from tests.tiny_convolutions import cifar10_network
from tests.tiny_networks import mnist_network

MODULE = sys.modules["accelgen.steps.report"]  # the name in its package is the function's


@pytest.fixture
def digits(home):
    (home / "models" / "digits").mkdir()
    save(mnist_network(), home / "models" / "digits" / "network.safetensors")
    return "digits"


def test_a_model_becomes_a_page(digits, home, images):
    page = steps.report(digits)
    path = home / "rtl_out" / "digits" / "report.html"
    assert page.to_json() == {"name": "digits", "written": str(path), "images": 60}
    text = (home / "rtl_out" / "digits" / "report.html").read_text()
    assert "One image through the engine" in text and "60 images of the stand-in test images" in text
    wrong = int(re.search(r"([\d,]+) of 60 images", text)[1])
    assert f"{1 - wrong / 60:.2%}" in text, "the accuracy is that of the confusion matrix"


def test_a_long_image_has_no_timeline(digits, home, images, monkeypatch):
    monkeypatch.setattr(MODULE, "LONGEST", 3)
    said = []
    steps.report(digits, say=said.append)
    assert "One image through" not in (home / "rtl_out" / "digits" / "report.html").read_text()
    assert re.search(r"^no timeline: an image takes \d+ cycles, and at most 3 are simulated", said[-1])


def test_coloured_images_are_shown_in_colour_with_classes_by_name(home, colours, monkeypatch):
    classes = run(cifar10_network(), colours.pixels).classes
    wrong = replace(colours, labels=((classes + 1) % 10).astype(np.uint8))
    monkeypatch.setitem(SETS, "cifar10", replace(SETS["cifar10"], read=lambda *_, **__: wrong))
    monkeypatch.setattr(MODULE, "COUNTED", 10)
    assert steps.report("colours", timeline=False).images == 25
    text = (home / "rtl_out" / "colours" / "report.html").read_text()
    assert "25 of 25 images" in text and address(colours.pixels[0].reshape(32, 32, 3)) in text
    shown = SETS["cifar10"].classes
    assert f"{shown[wrong.labels[0]]} as {shown[classes[0]]}" in text


def test_only_models_of_the_same_images_stand_beside_a_model(digits, home, images):
    for name, data_set in (("digits", "MNIST test set"), ("small", "CIFAR-10, test set")):
        accuracy = Figure("accuracy", 0.5, "1", "higher", "c", {"images": "1", "data": data_set})
        bits = Figure("stored_bits", 10, "bits", "lower", "c")
        figures = {"accuracy": accuracy, "stored_bits": bits}
        write_card(Card(name, "a model", "ab", figures, []), home / "models" / name)
    steps.report(digits, timeline=False)
    text = (home / "rtl_out" / "digits" / "report.html").read_text()
    assert "digits: 50.00 %, 10" in text and "small: 50.00 %, 10" not in text


@pytest.mark.parametrize("model", ["pixels", "events"])
def test_a_spiking_model_has_its_spikes_on_the_page(home, images, model, tmp_path):
    page = steps.report(model, out=tmp_path / "page.html", timeline=False)
    text = (tmp_path / "page.html").read_text()
    assert page.written == tmp_path / "page.html"
    assert "Spikes over time" in text and "spikes into b" in text and "One image through" not in text


def test_unrolled_hardware_has_a_page_without_a_schedule(digits, home, images):
    (home / "models" / "digits" / "hardware.toml").write_text("unrolled = true\n")
    steps.report(digits)
    assert "a layer takes one cycle" in (home / "rtl_out" / "digits" / "report.html").read_text()


def test_pipelined_hardware_has_a_page_without_a_schedule(digits, home, images):
    (home / "models" / "digits" / "hardware.toml").write_text("pipelined = true\nlayer_lanes = [8, 5]\n")
    steps.report(digits)
    assert (
        "pipelined, 8 + 5 lanes, tables in rom" in (home / "rtl_out" / "digits" / "report.html").read_text()
    )


def test_other_networks_have_no_images_to_be_shown_with(home):
    with pytest.raises(InvalidRequest, match="small has an input of 30, which no data set here fits"):
        steps.report("small")


def test_a_page_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InvalidRequest, match="cannot be written"):
        write_page("text", tmp_path / "file" / "report.html")


def test_mistakes_of_own_data_are_shown_whatever_their_shape(home, monkeypatch):
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)
    rng = np.random.default_rng(0)
    for name, shape in (("series", (15, 2)), ("rows", (30,)), ("layers", (3, 5, 2))):
        x, y = rng.normal(size=(100, *shape)), np.array(["a<b", "c", "d", "e", "f"])[np.arange(100) % 5]
        np.savez(home / f"{name}.npz", x=x, y=y)
        if name == "series":
            (home / "data.toml").write_text("shape = [1, 15, 2]\n")
        own = read_own(home / f"{name}.npz", Reading())
        (home / "data.toml").unlink(missing_ok=True)
        coding = own.coding(CodesChoice(signed=name == "layers"))
        images = own.images("test", coding)
        found = MODULE._mistakes(images, (images.labels + 1) % 5, own.data_set(coding))
        assert len(found) == 20
        places = own.images("test", own.coding(CodesChoice())).pixels[found[0].number].astype(int)
        if name == "layers":  # signed codes are shown from dark to bright
            assert np.corrcoef(found[0].pixels.reshape(-1), places)[0, 1] > 0.99
        page = _mistake(found[0], list(own.classes))
        assert ("<polyline" in page) == (own.shape[0] == 1) and "a&lt;b" in page and "a<b" not in page


def test_recordings_are_shown_where_events_were(tmp_path):
    own = read_own(write_events(tmp_path), Reading())
    images = own.images("test", None)
    (first, *_) = MODULE._mistakes(images, 1 - images.labels, own.data_set(None))
    counts = images.spikes(0, 1)[0].sum(axis=0).reshape(2, 8, 8).sum(axis=0)
    assert first.pixels.shape == (8, 8) and (first.pixels > 0).sum() == (counts > 0).sum()
    assert first.pixels.max() == 255
