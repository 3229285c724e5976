"""Files that are damaged in one place: each is refused with a sentence."""

import numpy as np
import pytest

from accelgen.errors import DataError
from accelgen.interop.chain import find_chain
from accelgen.interop.qonnx.read import graph_of
from accelgen.steps.importing import import_model
from tests.interop.averaged import averaged, squares
from tests.interop.look_alikes import Builder, onnx


def test_an_input_of_a_type_that_onnx_does_not_have_is_refused():
    model = averaged(squares((2, 2))).model()
    model.graph.input[0].type.tensor_type.elem_type = 51
    with pytest.raises(DataError, match="must be float32 .float., not type 51"):
        graph_of(model)


@pytest.mark.parametrize("more", [{}, {"kernel_shape": 2}, {"kernel_shape": [2, 2], "strides": 2}])
def test_a_pool_without_sides_is_refused(more):
    net = Builder(2, 4, 4)
    net.quant(0.25, 2.0, signed=0)
    net.add("Conv", net.constant(np.ones((2, 2, 1, 1))))
    net.add("MaxPool", **more)
    refused = [
        one.why for one in find_chain(graph_of(net.model())).findings if one.node.startswith("MaxPool")
    ]
    assert refused and "must have squares side by side" in refused[0]


@pytest.mark.parametrize("pooled", [True, False])
def test_a_matrix_of_another_size_is_refused(tmp_path, monkeypatch, pooled):
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    net = Builder(1, 4, 4)
    net.quant(0.25, 2.0, signed=0)
    if pooled:
        net.add("AveragePool", kernel_shape=[2, 2], strides=[2, 2])
    net.add("Flatten")
    net.add("MatMul", net.constant(np.ones((9, 3))))
    onnx.save(net.model(), tmp_path / "a.onnx")
    found = import_model(tmp_path / "a.onnx", "a", samples=8)
    assert "values, and its matrix has 9 rows" in found.refused
    assert not (tmp_path / "models" / "a").exists()
