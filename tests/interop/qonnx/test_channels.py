from dataclasses import replace

import numpy as np
import pytest

from accelgen.errors import DataError
from accelgen.golden import run
from accelgen.interop import read_graph
from accelgen.interop.chain import find_chain
from accelgen.interop.entering import Scale
from accelgen.interop.graph import Execution
from accelgen.interop.layers import Refused
from accelgen.interop.prove import prove, raw_codes
from accelgen.interop.qonnx.channels import CHANNELS_LAST
from accelgen.interop.qonnx.operators import OPERATORS
from tests.interop.averaged import WHOLE, add_quant_pool, averaged, squares
from tests.interop.look_alikes import DOMAIN, Builder, convolved, onnx, pair, random_network
from tests.interop.test_prove import imported

LAST = "qonnx.custom_op.channels_last"
#: What the tools of qonnx want to be said.
FULL = {
    "Conv": {"strides": [1, 1], "dilations": [1, 1], "group": 1, "pads": [0] * 4},
    "MaxPool": {"pads": [0] * 4},
    "BatchNormalization": {"momentum": 0.9},
}


def turned(path, *, entering):
    """Write a file again with channels last, as qonnx does it, of what enters too or not, and return it."""
    wrapper = pytest.importorskip("qonnx.core.modelwrapper")
    from qonnx.transformation.channels_last import ConvertToChannelsLastAndClean
    from qonnx.transformation.infer_shapes import InferShapes

    model = onnx.load(path)
    shapes = {tensor.name: list(tensor.dims) for tensor in model.graph.initializer}
    for node in model.graph.node:
        more = dict(FULL.get(node.op_type, {}))
        if node.op_type == "Conv":
            more["kernel_shape"] = shapes[node.input[1]][2:]
        for name in more.keys() - {one.name for one in node.attribute}:
            node.attribute.append(onnx.helper.make_attribute(name, more[name]))
    found = wrapper.ModelWrapper(model).transform(InferShapes())
    found = found.transform(ConvertToChannelsLastAndClean(make_input_channels_last=entering))
    found.save(str(path.with_name("last.onnx")))
    return path.with_name("last.onnx")


def same(one, other):
    assert len(one.layers) == len(other.layers)
    for mine, theirs in zip(one.layers, other.layers, strict=True):
        assert mine.rule == theirs.rule and np.array_equal(mine.bias, theirs.bias)
        assert np.array_equal(mine.weights.dense(), theirs.weights.dense())


NETWORKS = [
    convolved,
    lambda: averaged(squares((2, 2))),
    lambda: averaged(WHOLE[0]),
    lambda: averaged(WHOLE[2]),
    lambda: averaged(squares((4, 4), (2, 2)), bits=5.0, quantised=False, after="conv", side=10),
    *(lambda seed=seed: random_network(seed) for seed in (1, 4, 6, 9)),
]


@pytest.mark.parametrize("entering", [False, True])
@pytest.mark.parametrize("number", range(len(NETWORKS)))
def test_channels_last_are_the_same_network(tmp_path, number, entering):
    path = NETWORKS[number]().save(tmp_path / "a.onnx")
    last = turned(path, entering=entering)
    try:
        _, _, network = imported(path)
    except Refused as error:
        with pytest.raises(Refused, match=str(error)[:20]):
            imported(last)
        return
    graph, converted, other = imported(last)
    same(network, other)
    proof = prove(graph, converted, other, Scale(), 100)
    assert proof.difference is None and graph.written is not None


@pytest.mark.parametrize("entering", [False, True])
def test_the_executor_of_qonnx_gives_the_same_classes(tmp_path, entering):
    last = turned(convolved().save(tmp_path / "a.onnx"), entering=entering)
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx

    graph, _, network = imported(last)
    codes = np.random.default_rng(1).integers(0, 256, (10, *graph.shape))
    ours = run(network, raw_codes(network, Scale(), codes.transpose(0, 2, 3, 1).reshape(10, -1)))
    model, real = ModelWrapper(str(last)), Scale().real(codes).transpose(0, *graph.written.order[1:])
    assert real.shape[1:] == graph.written.graph.shape
    for entered, found in zip(real, ours.classes, strict=True):
        (scores,) = execute_onnx(model, {model.graph.input[0].name: entered[None]}).values()
        assert int(scores.argmax()) == found


def by_hand():
    """Return a network with channels last that no tool turned: constants of channels, pools, thresholds."""
    net = Builder(8, 8, 2)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    kernels = net.rng.integers(-2, 3, (6, 3, 3, 2))  # outputs, rows, columns, inputs
    bias = net.constant(net.rng.integers(-3, 4, 6))
    net.add("Conv", net.constant(kernels), bias, domain=LAST, kernel_shape=[3, 3], pads=[1] * 4)
    net.add("Mul", net.constant(net.rng.choice([0.5, 1, 2], (1, 1, 1, 6))))
    net.add("Add", net.constant(net.rng.integers(-4, 4, 6)))
    rows = np.sort(net.rng.integers(-8, 9, (6, 3)), axis=1) + [[0, 0.25, 0.5]]
    net.add("MultiThreshold", net.constant(rows), domain=DOMAIN, data_layout="NHWC", out_dtype="UINT2")
    net.add("MaxPoolNHWC", domain=DOMAIN, kernel_shape=[2, 2], strides=[2, 2], pads=[0] * 4)
    add_quant_pool(net, 2, 2, 2, (6, 4, 4), layout="NHWC")
    net.add("Conv", net.constant(net.rng.integers(-2, 3, (5, 1, 1, 6))), domain=LAST)
    net.norm(5)
    net.nodes[-1].domain = LAST
    net.quant(0.5, 3.0, signed=0)
    net.add("ReduceMean", axes=[1, -2], keepdims=0)
    net.quant(0.5, 3.0, signed=0)
    net.add("MatMul", net.constant(net.rng.integers(-2, 3, (5, 4))))
    return net


def test_constants_of_channels_are_turned_as_values_are(tmp_path):
    path = by_hand().save(tmp_path / "a.onnx")
    graph, converted, network = imported(path)
    assert graph.shape == (2, 8, 8) and graph.written.graph.shape == (8, 8, 2)
    assert [layer.kind for layer in network.layers] == ["conv", "conv", "conv", "conv", "dense"]
    assert prove(graph, converted, network, Scale(), 300).difference is None
    names = {node.name: node.op for node in graph.written.graph.nodes}
    assert names.keys() == {one.node for one in find_chain(graph).findings}


def test_a_constant_that_is_turned_wrongly_is_found(tmp_path):
    graph = read_graph(by_hand().save(tmp_path / "a.onnx"))
    name = next(name for name in graph.constants if " turned for " in name)
    wrong = replace(graph, constants=graph.constants | {name: np.roll(graph.constants[name], 1, axis=1)})
    from accelgen.interop.build import build
    from accelgen.interop.convert import convert

    converted = convert(wrong, find_chain(wrong), Scale())
    difference = prove(wrong, converted, build("n", converted, {}), Scale(), 50).difference
    assert difference.layer == "the order of axes" and difference.source != difference.golden


@pytest.mark.parametrize("scale", [1 / 16, 0.0473])
def test_scales_of_channels_lie_on_the_axis_of_channels(tmp_path, scale):
    net = Builder(3, 6, 6)
    pair(net, 1 / 64, 0, np.uint8)
    net.add("Transpose", perm=[0, 2, 3, 1])
    net.add("Transpose", perm=[0, 3, 1, 2])
    net.add("Conv", net.constant(net.rng.integers(-5, 6, (4, 3, 3, 3))))
    net.add("Transpose", perm=[0, 2, 3, 1])
    net.add("Relu")
    zero = net.constant(np.zeros(4), np.uint8)
    steps = net.constant(np.full(4, scale))
    net.add("QuantizeLinear", steps, zero, axis=3)
    net.add("DequantizeLinear", steps, zero, axis=-1)
    net.add("Flatten")
    net.add("MatMul", net.constant(net.rng.integers(-3, 4, (64, 4)) * 0.25))
    graph, converted, network = imported(net.save(tmp_path / "a.onnx"), real=scale != 1 / 16)
    assert graph.real == (graph.written.graph.real) == (scale != 1 / 16)
    assert prove(graph, converted, network, Scale(), 200).difference is None


def test_a_graph_that_turns_nothing_is_read_as_it_is(tmp_path):
    assert read_graph(convolved().save(tmp_path / "a.onnx")).written is None


def test_what_leaves_with_channels_last_leaves_so(tmp_path):
    net = Builder(2, 4, 4)
    net.add("Conv", net.constant(np.ones((3, 2, 2, 2))))
    net.add("Transpose", perm=[0, 2, 3, 1])
    graph = read_graph(net.save(tmp_path / "a.onnx"))
    image = np.random.default_rng(0).integers(0, 9, (1, 2, 4, 4)).astype(np.float32)
    ours, theirs = (
        Execution(one, {one.input: image}).value(one.output) for one in (graph, graph.written.graph)
    )
    assert ours.shape == (1, 3, 3, 3) and np.array_equal(ours, theirs)


def test_what_reads_values_in_the_order_of_the_file_has_it(tmp_path):
    net = Builder(2, 4, 4)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    net.add("Conv", net.constant(net.rng.integers(-2, 3, (3, 2, 2, 2))))
    net.quant(1.0, 3.0, signed=0)
    net.add("Transpose", perm=[0, 3, 2, 1])
    net.add("Relu")
    net.add("Reshape", net.constant([1, 27], np.int64))
    net.dense(3, 27)
    graph, converted, network = imported(net.save(tmp_path / "a.onnx"))
    assert prove(graph, converted, network, Scale(), 200).difference is None


@pytest.mark.parametrize(
    ("op", "operand", "domain", "more"),
    [
        ("Add", np.ones((1, 1, 1, 1, 3)), "", {}),
        ("MultiThreshold", np.ones((3, 1)), DOMAIN, {"data_layout": "NHW"}),
    ],
)
def test_operands_that_do_not_fit_are_named(tmp_path, op, operand, domain, more):
    net = Builder(2, 4, 4)
    net.add("Conv", net.constant(np.ones((3, 2, 2, 2))))
    net.add("Transpose", perm=[0, 2, 3, 1])
    net.add(op, net.constant(operand), domain=domain, **more)
    with pytest.raises(DataError, match=f"{op}_2: {op} does not fit its inputs"):
        read_graph(net.save(tmp_path / "a.onnx"))


def test_operators_are_their_twins_with_axes_moved():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 9, (2, 5, 4, 3)).astype(np.float32)
    first = image.transpose(0, 3, 1, 2)
    kernels = rng.integers(-2, 3, (6, 2, 2, 3)).astype(np.float32)
    (found,) = CHANNELS_LAST[f"{LAST}.Conv"]({}, image, kernels)
    (wanted,) = OPERATORS["Conv"]({}, first, kernels.transpose(0, 3, 1, 2))
    assert np.array_equal(found.transpose(0, 3, 1, 2), wanted)
    parts = [rng.random(3).astype(np.float32) + 1 for _ in range(4)]
    (found,) = CHANNELS_LAST[f"{LAST}.BatchNormalization"]({}, image, *parts)
    assert np.array_equal(found, OPERATORS["BatchNormalization"]({}, first, *parts)[0].transpose(0, 2, 3, 1))
