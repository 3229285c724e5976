from dataclasses import replace

import numpy as np
import pytest

from accelgen.interop import read_graph
from accelgen.interop.chain import find_chain
from tests.interop.look_alikes import Builder, bipolar, convolved, ternary


def chain_of(net, tmp_path, **how):
    return find_chain(read_graph(net.save(tmp_path / "a.onnx", **how)))


def test_linear_nodes_begin_stages(tmp_path):
    chain = chain_of(ternary(), tmp_path)
    assert [stage.linear and stage.linear.op for stage in chain.stages] == [
        None,
        "MatMul",
        "MatMul",
        "MatMul",
    ]
    assert [node.op for node in chain.stages[1].nodes] == ["BatchNormalization", "Quant"]
    assert chain.stages[0].start == "x" and chain.stages[0].value == chain.stages[0].end
    assert not chain.refused and len(chain.findings) == len(read_graph(tmp_path / "a.onnx").nodes)


def test_every_node_has_a_verdict(tmp_path):
    chain = chain_of(bipolar(), tmp_path)
    found = {(one.op, one.verdict, one.why) for one in chain.findings}
    assert ("TopK", "folded", "the class of the highest score") in found
    assert ("Transpose", "folded", "constant") in found and ("MatMul", "accepted", "layer") in found
    pooled = chain_of(convolved(), tmp_path)
    assert ("MaxPool", "accepted", "pooling of the layer before") in {
        (one.op, one.verdict, one.why) for one in pooled.findings
    }
    assert [len(stage.pools) for stage in pooled.stages] == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("op", "more", "reason"),
    [
        ("Sigmoid", {}, "only functions that float32 gives exactly"),
        (
            "AveragePool",
            {"kernel_shape": [3]},
            "must average over squares of images, not [3] with strides []",
        ),
        ("AveragePool", {"kernel_shape": [2, 2], "strides": [2, 0]}, "with strides [2, 0] and pads []"),
        ("AveragePool", {"kernel_shape": [2, 2], "pads": [1] * 4}, "divides by fewer values at the edges"),
        ("AveragePool", {"kernel_shape": [2, 2], "auto_pad": "SAME_UPPER"}, "auto_pad is not read"),
        ("AveragePool", {"kernel_shape": [2, 2], "dilations": [2, 2]}, "must have no dilations"),
        ("Fly", {}, "is not known; see docs/own-models.md"),
        ("Softmax", {}, "is only taken behind the last layer"),
        ("MaxPool", {"kernel_shape": [2, 2], "strides": [1, 1]}, "must have squares side by side"),
        ("MaxPool", {"kernel_shape": [1, 2], "strides": [2, 1]}, "must have squares side by side"),
        ("MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1}, "no pads and no ceil_mode"),
        (
            "MaxPool",
            {"kernel_shape": [2, 2], "strides": [2, 2], "dilations": [2, 1]},
            "must have no dilations",
        ),
        ("Conv", {}, "has no weights"),
    ],
)
def test_a_node_that_stands_in_the_way_is_refused_with_a_reason(tmp_path, op, more, reason):
    net = Builder(2, 4, 4)
    net.add(op, **more)
    net.add("Flatten")
    net.dense(3, 32)
    chain = chain_of(net, tmp_path)
    assert not chain.stages and [one.op for one in chain.refused] == [op]
    assert reason in chain.refused[0].why


@pytest.mark.parametrize(
    ("op", "more", "outputs", "reason"),
    [
        ("TopK", {"largest": 0}, 2, "gives the lowest scores"),
        ("ArgMax", {"axis": 1, "select_last_index": 1}, 1, "gives the last of equal scores"),
        ("ArgMax", {}, 1, "looks along the batch"),
        ("Softmax", {"axis": 0}, 1, "looks along the batch"),
        ("Cast", {"to": 6}, 1, "makes other numbers of values"),
        ("BatchNormalization", {"training_mode": 1}, 3, "is as in training"),
        ("Dropout", {}, 1, "is as in training"),
    ],
)
def test_what_would_change_the_class_is_refused(tmp_path, op, more, outputs, reason):
    net = Builder(4)
    net.dense(3, 4)
    others = {
        "TopK": lambda: [net.constant([1], np.int64)],
        "BatchNormalization": lambda: [net.constant(np.ones(3)) for _ in range(4)],
        "Dropout": lambda: [net.constant(0.5), net.constant(True, bool)],
    }.get(op, list)()
    net.add(op, *others, outputs=outputs, **more)
    chain = chain_of(net, tmp_path)
    assert [one.op for one in chain.refused] == [op] and reason in chain.refused[0].why


def test_what_leaves_is_where_the_way_ends(tmp_path):
    net = Builder(4)
    net.dense(5, 4)
    hidden = net.current
    net.dense(3, 5)
    net.current = hidden
    chain = chain_of(net, tmp_path)
    assert [(one.op, one.why) for one in chain.refused] == [
        ("MatMul", "is on no chain: layers read the value just before them")
    ]
    net.add("Identity", first=net.constant(np.ones((1, 5))))
    assert [one.op for one in chain_of(net, tmp_path).refused] == ["output"]


def test_what_enters_is_not_pooled(tmp_path):
    net = Builder(2, 4, 4)
    net.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
    net.add("Flatten")
    net.dense(3, 8)
    assert "pools what enters" in chain_of(net, tmp_path).refused[0].why


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"group": 2}, "no layer has groups"),
        ({"dilations": [2, 2]}, "no layer has dilations"),
        ({"pads": [0, 1]}, "must be of images, not with pads [0, 1] and strides [1, 1]"),
        ({"strides": [2]}, "must be of images, not with pads [0, 0, 0, 0] and strides [2]"),
        ({"auto_pad": "SAME_UPPER"}, "auto_pad is not read"),
    ],
)
def test_a_window_that_is_none_of_ours_is_refused(tmp_path, more, reason):
    net = Builder(2, 4, 4)
    net.add("Conv", net.constant(np.ones((2, 2, 3, 3))), kernel_shape=[3, 3], **more)
    assert reason in chain_of(net, tmp_path).refused[0].why


def test_values_that_are_added_are_on_no_chain(tmp_path):
    net = Builder(8)
    start = net.quant(1.0, 2.0, signed=0)
    net.dense(8, 8)
    net.add("Add", start)
    net.dense(3, 8)
    refused = chain_of(net, tmp_path).refused
    assert refused and all("is on no chain" in one.why or "no MatMul" in one.why for one in refused)


def test_weights_come_second_and_a_constant_is_not_divided(tmp_path):
    net = Builder(4)
    net.add("MatMul", net.current, first=net.constant(np.ones((4, 4))))
    assert "must be the second operand" in chain_of(net, tmp_path).refused[0].why
    net = Builder(4)
    net.add("Div", net.current, first=net.constant(1.0))
    net.dense(3, 4)
    assert "divides a constant by values" in chain_of(net, tmp_path).refused[0].why


def test_a_graph_without_a_layer_is_refused(tmp_path):
    net = Builder(4)
    net.add("Relu")
    assert "no MatMul, Gemm, Conv or average reads what enters" in chain_of(net, tmp_path).refused[0].why


@pytest.mark.parametrize(
    ("op", "places", "reason"),
    [
        ("Mul", (0, 1), "reads the value twice"),
        ("MatMul", (0, 1), "reads the value twice"),
        ("Quant", (1,), "reads the value where a constant must be"),
        ("Clip", (2,), "reads the value where a constant must be"),
        ("Reshape", (1,), "reads the value where a constant must be"),
        ("MatMul", (0,), "has no weights"),
    ],
)
def test_the_value_is_read_in_one_place(tmp_path, op, places, reason):
    net = Builder(4)
    value = net.dense(4, 4) or net.current
    inputs = [value if place in places else net.constant(1.0) for place in range(places[-1] + 1)]
    net.add(op, *inputs[1:], first=inputs[0])
    net.dense(3, 4)
    assert [(one.op, one.why.startswith(reason)) for one in chain_of(net, tmp_path).refused] == [(op, True)]


def test_a_dropout_that_may_be_as_in_training_is_refused(tmp_path):
    net = Builder(4)
    net.dense(3, 4)
    value = net.current
    said = net.add("Identity", first=net.constant(False, bool))
    net.add("Dropout", net.constant(0.5), said, first=value)
    assert "is as in training" in chain_of(net, tmp_path).refused[0].why


def test_long_chains_take_no_longer_for_each_node(tmp_path):
    net = Builder(4)
    for _ in range(4000):
        net.add("Relu")
    net.dense(3, 4)
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    looked = 0

    class Looked(tuple):
        def __iter__(self):
            nonlocal looked
            looked += 1
            return super().__iter__()

    assert not find_chain(replace(graph, nodes=Looked(graph.nodes))).refused
    assert looked < 10
