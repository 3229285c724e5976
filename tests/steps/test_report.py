import re

import pytest

from accelgen import steps
from accelgen.errors import InvalidRequest
from accelgen.network import save
from accelgen.steps.report import write_page
from tests.build import mnist_network


@pytest.fixture
def digits(home):
    (home / "models" / "digits").mkdir()
    save(mnist_network(), home / "models" / "digits" / "network.safetensors")
    return "digits"


def test_a_model_becomes_a_page(digits, home, images):
    found = steps.report(digits)
    assert found["written"] == str(home / "rtl_out" / "digits" / "report.html") and found["images"] == 60
    text = (home / "rtl_out" / "digits" / "report.html").read_text()
    assert "One image through the engine" in text and "60 images of the stand-in test images" in text
    wrong = int(re.search(r"([\d,]+) of 60 images", text)[1])
    assert f"{1 - wrong / 60:.2%}" in text, "the accuracy is that of the confusion matrix"


@pytest.mark.parametrize("model", ["pixels", "events"])
def test_a_spiking_model_has_its_spikes_on_the_page(home, images, model, tmp_path):
    found = steps.report(model, out=tmp_path / "page.html", timeline=False)
    text = (tmp_path / "page.html").read_text()
    assert found["written"] == str(tmp_path / "page.html")
    assert "Spikes over time" in text and "spikes into b" in text and "One image through" not in text


def test_unrolled_hardware_has_a_page_without_a_schedule(digits, home, images):
    (home / "models" / "digits" / "hardware.toml").write_text("unrolled = true\n")
    steps.report(digits)
    assert "a layer takes one cycle" in (home / "rtl_out" / "digits" / "report.html").read_text()


def test_other_networks_have_no_images_to_be_shown_with(home):
    with pytest.raises(InvalidRequest, match="small has an input of 30, which MNIST does not fit"):
        steps.report("small")


def test_a_page_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InvalidRequest, match="cannot be written"):
        write_page("text", tmp_path / "file" / "report.html")
