import hashlib
import json

import numpy as np
import pytest

from accelgen import steps
from accelgen.errors import InvalidOption, InvalidRequest, ToolError
from accelgen.interop import export_qonnx
from accelgen.network import load


def test_a_network_is_written_and_every_score_compared(digits):
    pytest.importorskip("onnxruntime")
    found = steps.export_model("digits", "onnx", check=True, images=20)
    assert found.written == digits / "rtl_out" / "digits" / "digits.onnx"
    assert found.sha256 == hashlib.sha256(found.written.read_bytes()).hexdigest()
    assert (found.samples, found.values, found.player) == (276, 2760, "onnxruntime")
    assert found.data.startswith("20 of ") and found.data.endswith("254 random ones and 2 corners")


def test_qonnx_is_played_too_and_nothing_is_where_nothing_is_asked(home):
    found = steps.export_model("small", "qonnx", home / "a.onnx", check=True)
    assert (found.samples, found.data) == (256, "254 random ones and 2 corners")
    assert (home / "a.onnx").read_bytes() == export_qonnx(load(home / "models/small/network.safetensors"))
    plain = steps.export_model("small", "qonnx")
    assert (plain.samples, plain.data, plain.player) == (0, "", "")
    assert plain.written.name == "small_qonnx.onnx" and json.dumps(plain.to_json())


@pytest.mark.parametrize(
    ("play", "message"),
    [
        (lambda scores, classes: (scores + np.eye(*scores.shape, k=2, dtype=int), classes),
         "score 2 of sample 0 is .* in onnxruntime and .* in the golden model: nothing was written"),
        (lambda scores, classes: (scores, classes + 1), "what scores stand for differs"),
    ],
)  # fmt: skip
def test_a_difference_leaves_nothing_behind(home, monkeypatch, play, message):
    pytest.importorskip("onnxruntime")
    from accelgen.interop.export.played import play_onnx

    monkeypatch.setattr("accelgen.steps.export_check.play_onnx", lambda *given: play(*play_onnx(*given)))
    with pytest.raises(InvalidRequest, match=message):
        steps.export_model("small", "onnx", check=True)
    assert not (home / "rtl_out").exists()


def test_what_is_asked_for_is_checked(home, monkeypatch):
    with pytest.raises(InvalidOption, match="format must be onnx, qonnx, nir, not 'tflite'"):
        steps.export_model("small", "tflite")
    with pytest.raises(InvalidOption, match="images: must be an integer of at least 1"):
        steps.export_model("small", "onnx", check=True, images=0)
    with pytest.raises(InvalidRequest, match="pixels spikes, and ONNX knows no timesteps"):
        steps.export_model("pixels", "onnx")
    with pytest.raises(InvalidOption, match="dt is of nir, and onnx knows no timesteps"):
        steps.export_model("small", "onnx", dt=1e-3)
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(ToolError, match="onnxruntime is not installed: pip install 'accelgen.runtime.'"):
        steps.export_model("small", "onnx", check=True)
    assert not (home / "rtl_out").exists()


def test_a_network_that_spikes_is_written_as_nir(home):
    pytest.importorskip("nir")
    found = steps.export_model("events", "nir", check=True, images=3, dt=1e-3)
    assert found.written == home / "rtl_out" / "events" / "events.nir" and found.player == "the steps of NIR"
    assert found.samples == 259
