import numpy as np
import pytest

from accelgen.errors import DataError, InvalidRequest
from accelgen.interop import read_graph
from accelgen.interop.graph import Execution
from tests.interop.look_alikes import Builder, scaled, ternary

onnx = pytest.importorskip("onnx")


def test_nodes_constants_and_shapes_are_read(tmp_path):
    graph = read_graph(ternary().save(tmp_path / "a.onnx"))
    assert graph.shape == (1, 4, 6) and graph.input == "x"
    assert [node.op for node in graph.nodes][:4] == ["Flatten", "Mul", "Sub", "Quant"]
    assert graph.nodes[3].attributes["rounding_mode"] == "ROUND"
    assert len(graph.constants) > 20


def test_products_and_biases_become_nodes_of_their_own(tmp_path):
    net = scaled()
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    assert [node.op for node in graph.nodes][-4:] == ["Transpose", "MatMul", "Add", "Softmax"]
    conv = Builder(2, 4, 4)
    conv.add("Conv", conv.constant(np.ones((3, 2, 3, 3))), conv.constant([1, 2, 3]), kernel_shape=[3, 3])
    graph = read_graph(conv.save(tmp_path / "b.onnx"))
    assert [node.op for node in graph.nodes] == ["Conv", "Unsqueeze", "Add"]
    image = np.ones((1, 2, 4, 4), np.float32)
    assert Execution(graph, {"x": image}).value(graph.output)[0, :, 0, 0].tolist() == [19, 20, 21]


def test_a_gemm_of_another_form_is_left_to_be_refused(tmp_path):
    net = Builder(3)
    net.add("Gemm", net.constant(np.eye(3)), alpha=2.0)
    assert [node.op for node in read_graph(net.save(tmp_path / "a.onnx")).nodes] == ["Gemm"]


def test_constants_that_are_nodes_are_constants(tmp_path):
    net = Builder(3)
    value = onnx.numpy_helper.from_array(np.float32([1, 2, 3]), "value")
    net.nodes.append(onnx.helper.make_node("Constant", [], ["k"], value=value))
    net.add("Add", "k")
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    assert [node.op for node in graph.nodes] == ["Add"] and graph.constants["k"].tolist() == [1, 2, 3]


def test_what_is_no_such_file_is_told(tmp_path):
    (tmp_path / "a.onnx").write_bytes(b"\xff" * 40)
    with pytest.raises(DataError, match="a.onnx: is no ONNX file"):
        read_graph(tmp_path / "a.onnx")
    with pytest.raises(InvalidRequest, match="must be a file that ends with .onnx"):
        read_graph(tmp_path / "a.tflite")
    with pytest.raises(InvalidRequest, match="b.onnx: is not there"):
        read_graph(tmp_path / "b.onnx")
    net = Builder(0)
    net.add("Relu")
    with pytest.raises(DataError, match="must be a sample with a known shape"):
        read_graph(net.save(tmp_path / "c.onnx"))
