import numpy as np
import pytest

from accelgen.golden import run
from accelgen.interop import export_onnx, export_qonnx
from accelgen.interop.export import played
from tests.interop.export.networks import codes_for
from tests.tiny_convolutions import threshold_convs


def test_samples_are_played_in_parts(monkeypatch):
    pytest.importorskip("onnxruntime")
    network = threshold_convs()
    codes = codes_for(network, 20)
    whole = run(network, codes).scores
    for compared in (1, 30_000, 1 << 24):
        monkeypatch.setattr(played, "COMPARED", compared)
        assert np.array_equal(played.play_onnx(export_onnx(network), network, codes)[0], whole)
        assert np.array_equal(played.play_qonnx(export_qonnx(network), network, codes), whole)
    assert played._batch(network) == 512
