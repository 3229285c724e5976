import numpy as np
import pytest

from accelgen.interop import read_graph
from accelgen.interop.build import build
from accelgen.interop.chain import find_chain
from accelgen.interop.convert import convert
from accelgen.interop.entering import Scale
from accelgen.interop.layers import Refused
from accelgen.network import Requantise, Thresholds
from tests.interop.look_alikes import Builder, bipolar, convolved, scaled, ternary


def built(net, tmp_path, scale=Scale()):  # noqa: B008 - a frozen record
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    return build("net", convert(graph, find_chain(graph), scale), {"source": "a.onnx"})


def test_the_cheapest_rule_is_taken(tmp_path):
    rules = [type(layer.rule) for layer in built(ternary(), tmp_path).layers]
    assert rules == [Thresholds, Thresholds, type(None)]
    assert [layer.rule for layer in built(bipolar(), tmp_path).layers] == [Requantise(0, 1)] * 2 + [None]
    assert isinstance(built(scaled(), tmp_path).layers[0].rule, Requantise)


def test_weights_have_as_few_bits_as_hold_them(tmp_path):
    assert [layer.weights.bits for layer in built(bipolar(), tmp_path).layers] == [1, 1, 1]
    assert [layer.weights.bits for layer in built(ternary(), tmp_path).layers] == [2, 2, 2]
    net = Builder(8)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    net.add("MatMul", net.constant(np.full((8, 3), 128.0) * [1, 1, 1 / 128]))
    with pytest.raises(Refused, match="need 9 bits, and weights have 1 to 8"):
        built(net, tmp_path)


def test_blocks_of_zeros_are_left_out(tmp_path):
    net = Builder(64)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    matrix = np.zeros((64, 32))
    matrix[:8, :16], matrix[40:48, 16:] = 1, -2
    net.add("MatMul", net.constant(matrix))
    weights = built(net, tmp_path).layers[0].weights
    assert weights.kept * weights.block_in == 8
    assert np.array_equal(weights.dense(), matrix.T)


def test_images_come_in_our_order(tmp_path):
    network = built(convolved(), tmp_path)
    assert [layer.kind for layer in network.layers] == ["conv", "conv", "dense"]
    assert network.layers[0].window.pool == 2 and network.layers[0].window.padding == 1
    assert network.provenance == {"source": "a.onnx"}


def test_a_convolution_is_not_the_last_layer(tmp_path):
    net = Builder(1, 4, 4)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    net.add("Conv", net.constant(np.ones((2, 1, 3, 3))), kernel_shape=[3, 3])
    with pytest.raises(Refused, match="a convolution cannot be the last layer"):
        built(net, tmp_path)
