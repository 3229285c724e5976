import numpy as np
import pytest

from accelgen.errors import DataError, InvalidRequest
from accelgen.interop import read_graph
from accelgen.interop.chain import find_chain
from accelgen.interop.graph import Execution
from tests.interop.averaged import add_quant_pool
from tests.interop.look_alikes import DOMAIN, Builder, scaled, ternary

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
    net.add("Gemm")
    assert [node.op for node in read_graph(net.save(tmp_path / "a.onnx")).nodes] == ["Gemm", "Gemm"]


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


def _changed(tmp_path, change):
    model = ternary().model()
    change(model)
    onnx.save(model, tmp_path / "a.onnx")
    return tmp_path / "a.onnx"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.opset_import.pop(0), "must say an opset of at least 7, not none"),
        (lambda m: setattr(m.opset_import[0], "version", 6), "must say an opset of at least 7, not 6"),
        (lambda m: setattr(m.graph.input[0].type.tensor_type, "elem_type", 10), "float.*, not float16"),
        (lambda m: m.graph.node[1].output.__setitem__(0, "x"), "gives 'x', which is there already"),
        (lambda m: m.graph.node[1].input.__setitem__(0, "later"), "reads 'later', which nothing before"),
        (lambda m: m.graph.node[1].ClearField("output"), "node 1: gives nothing"),
        (lambda m: setattr(m.graph.initializer[3], "raw_data", b"abc"), "tensor 'c3' is damaged"),
    ],
)
def test_what_would_be_read_otherwise_than_it_was_meant_is_refused(tmp_path, change, message):
    with pytest.raises(DataError, match=message):
        read_graph(_changed(tmp_path, change))


def test_an_average_and_a_shift_are_nodes_of_their_own(tmp_path):
    net = Builder(2, 4, 4)
    add_quant_pool(net, 2, 2, 3, (2, 4, 4), layout="NHWC")
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    graph = graph.written.graph
    assert [node.op for node in graph.nodes] == [
        "Transpose", "AveragePool", "Mul", "Round", "Mul", "Floor", "Transpose",
    ]  # fmt: skip
    assert [graph.constants[graph.nodes[place].inputs[1]] for place in (2, 4)] == [4, 0.25]
    assert graph.nodes[-1].outputs == (graph.output,) and len({node.name for node in graph.nodes}) == 1


@pytest.mark.parametrize("more", [{"kernel": 0}, {"data_layout": "CHWN"}, {"ibits": 4.0}])
def test_an_average_of_other_attributes_stays_as_it_is(tmp_path, more):
    net = Builder(2, 4, 4)
    how = {"kernel": 2, "stride": 2, "ibits": 3, "obits": 3, "data_layout": "NCHW"} | more
    net.add("QuantAvgPool2d", domain=DOMAIN, **how)
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    assert [node.op for node in graph.nodes] == ["QuantAvgPool2d"]
    assert "must say kernel, stride, ibits and obits" in find_chain(graph).refused[0].why


def test_axes_that_are_lost_are_lost_behind_the_average(tmp_path):
    net = Builder(2, 4, 4)
    net.add("ReduceMean", axes=[2, 3], keepdims=0)
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    assert [(node.op, node.attributes.get("axes")) for node in graph.nodes] == [
        ("ReduceMean", [2, 3]),
        ("Squeeze", [2, 3]),
    ]
    image = np.arange(32, dtype=np.float32).reshape(1, 2, 4, 4)
    assert Execution(graph, {"x": image}).value(graph.output).tolist() == [[7.5, 23.5]]


@pytest.mark.parametrize("kind", [np.float16, np.float64])
def test_floats_of_other_arithmetic_are_refused(tmp_path, kind):
    net = Builder(3)
    net.add("MatMul", net.constant(np.eye(3), kind))
    with pytest.raises(DataError, match=f"'c0' must be float32, not {np.dtype(kind)}"):
        read_graph(net.save(tmp_path / "a.onnx"))


def test_operators_of_other_domains_are_others(tmp_path):
    net = Builder(3)
    net.add("Relu", domain="com.acme")
    net.add("Sigmoid", domain="qonnx.custom_op.channels_last")
    ops = [node.op for node in read_graph(net.save(tmp_path / "a.onnx")).nodes]
    assert ops == ["com.acme.Relu", "qonnx.custom_op.channels_last.Sigmoid"]
