import numpy as np
import pytest

from accelgen.errors import InvalidRequest
from accelgen.interop import export_nir, export_onnx, export_qonnx
from accelgen.network import load, save
from accelgen.steps.export_check import _codes, check_file
from accelgen.steps.model import model_of
from tests.tiny_networks import signed, small_network


def test_samples_of_the_test_set_are_played_and_random_ones(digits):
    pytest.importorskip("onnxruntime")
    model = model_of("digits")
    for write, format in ((export_onnx, "onnx"), (export_qonnx, "qonnx")):
        found = check_file(model, format, write(model.network), 30, None)
        assert (found.samples, found.values) == (286, 2860)
        assert found.data.startswith("30 of ") and found.data.endswith("254 random ones and 2 corners")


def test_corners_of_signed_codes_are_their_ends(home):
    pytest.importorskip("onnxruntime")
    network = signed(small_network())
    save(network, home / "models" / "small" / "network.safetensors")
    (first, *_) = _codes(network, None)
    assert set(first[0].view(np.int8)) == {-128} and set(first[1].view(np.int8)) == {127}
    for write, format in ((export_onnx, "onnx"), (export_qonnx, "qonnx")):
        assert check_file(model_of("small"), format, write(network), None, None).samples == 256


@pytest.mark.parametrize("name", ["pixels", "events"])
def test_spikes_of_all_layers_are_compared(home, name):
    pytest.importorskip("nir")
    model = model_of(name)
    content = export_nir(model.network)
    found = check_file(model, "nir", content, 20, None)
    assert found.samples == 276 and found.values == (256 * 16 + 20 * 3) * (16 + 10)
    other = load(home / "models" / name / "network.safetensors")
    assert content == export_nir(other)


@pytest.mark.parametrize(
    ("play", "message"),
    [
        (
            lambda fired, scores: ([1 - part for part in fired], scores),
            "a: spike 0 of sample 0 is [01] in the",
        ),
        (
            lambda fired, scores: (fired, scores + np.eye(10)[3]),
            "score 3 of sample 0 is .* in the steps of NIR",
        ),
    ],
)
def test_the_first_difference_is_named(home, monkeypatch, play, message):
    pytest.importorskip("nir")
    from accelgen.interop.export.played import play_units

    monkeypatch.setattr("accelgen.steps.export_check.play_units", lambda *given: play(*play_units(*given)))
    with pytest.raises(InvalidRequest, match=message):
        check_file(model_of("pixels"), "nir", export_nir(model_of("pixels").network), 2, None)
