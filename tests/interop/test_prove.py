import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from accelgen.data import SETS
from accelgen.golden import run
from accelgen.interop import of_real_numbers, read_graph
from accelgen.interop.build import build
from accelgen.interop.chain import find_chain
from accelgen.interop.convert import convert
from accelgen.interop.entering import Scale
from accelgen.interop.graph import Execution
from accelgen.interop.layers import Refused
from accelgen.interop.prove import prove, raw_codes, source_values, values_apart
from accelgen.network import Multiply, Network, Requantise
from tests.interop.averaged import averaged_qdq, averaged_qonnx
from tests.interop.look_alikes import (
    Builder,
    bipolar,
    convolved,
    detector,
    int8,
    onnx,
    qdq,
    random_network,
    random_qdq,
    scaled,
    ternary,
)

#: Networks of others, where somebody has put them beside the data; the package does not contain them.
EXAMPLES = Path(os.environ.get("ACCELGEN_DATA", "data")).parent / "examples"


def imported(path, scale=Scale(), *, real=False):  # noqa: B008 - a frozen record
    graph = read_graph(path)
    graph = of_real_numbers(graph) if real else graph
    converted = convert(graph, find_chain(graph), scale)
    return graph, converted, build("net", converted, {})


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("make", [ternary, bipolar, scaled, convolved, qdq])
def test_every_value_of_every_layer_is_equal(tmp_path, make, seed):
    graph, converted, network = imported(make(seed).save(tmp_path / "a.onnx"))
    proof = prove(graph, converted, network, Scale(), 300)
    assert proof.difference is None and proof.samples > 300
    assert proof.values == proof.samples * sum(layer.outputs for layer in network.layers)


def theirs(path, codes, names):
    """Return what onnxruntime gives for ``names``, with nothing fused."""
    runtime = pytest.importorskip("onnxruntime")
    model = onnx.load(path)
    for name in names:
        model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = runtime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    shape = [size.dim_value for size in model.graph.input[0].type.tensor_type.shape.dim][1:]
    found = [session.run(names, {"x": one[None]}) for one in Scale().real(codes).reshape(-1, *shape)]
    return [np.concatenate(values) for values in zip(*found, strict=True)]


@pytest.mark.parametrize("how", [{}, {"axis": False}, {"image": 3}], ids=["axis", "tensor", "image"])
@pytest.mark.parametrize("power", [True, False])
def test_int8_has_its_bits_and_multipliers_and_every_integer_of_onnxruntime(tmp_path, power, how):
    path = int8(3, power=power, **how).save(tmp_path / "a.onnx")
    graph, converted, network = imported(path, real=not power)
    assert {layer.weights.bits for layer in network.layers} == {8}
    rules = [layer.rule for layer in network.hidden]
    assert all(isinstance(rule, Multiply) and rule.even == power for rule in rules)
    assert not power or max(rule.multiplier_bits for rule in rules) < 4
    proof = prove(graph, converted, network, Scale(), 300)
    assert proof.difference is None and proof.samples > 300
    plain = read_graph(path)
    apart = values_apart(plain, converted, network, Scale(), 300)
    assert apart == 0 if power else apart <= proof.values / 10_000
    codes = np.random.default_rng(1).integers(0, 256, (100, network.input.pixels))
    ours = source_values(graph, converted, Scale(), codes)
    names = [layer.stage.value for layer in converted.layers]
    for layer, name, mine in zip(converted.layers, names, [*ours[:-1], None], strict=True):
        (values,) = theirs(path, codes, [name])
        if mine is None:
            assert (
                values == pytest.approx(ours[-1], rel=1e-4, abs=1e-4)
                if not power
                else (values == ours[-1]).all()
            )
        elif layer.window is None:
            assert (layer.levels.codes(values) != mine).sum() <= (0 if power else mine.size / 10_000)


def uneven(scale):
    """Return a network whose values are multiples of a scale that is no power of two."""
    net = Builder(40)
    net.quant(scale, 3.0, signed=0, mode="FLOOR")
    net.dense(16, 40)
    net.norm(16)
    net.quant(scale, 3.0, signed=0)
    weights = net.rng.integers(-3, 4, (16, 4)) * np.float32(scale)
    weights[:, 2] = weights[::-1, 1]
    net.add("MatMul", net.constant(weights))
    return net


def test_scores_that_float32_rounds_are_the_integers_that_were_added(tmp_path):
    graph, converted, network = imported(uneven(0.1).save(tmp_path / "a.onnx"))
    assert converted.rounded and not graph.real
    proof = prove(graph, converted, network, Scale(), 2000)
    assert proof.difference is None and 0 <= proof.ties < 20
    weights = network.last.weights
    codes = weights.codes.copy()
    codes[0, 0, 2, 0] += 1 if codes[0, 0, 2, 0] < 3 else -1
    broken = replace(network.last, weights=replace(weights, codes=codes))
    other = Network("n", network.input, (*network.hidden, broken))
    found = prove(graph, converted, other, Scale(), 1000).difference
    assert (found.layer, found.output) == ("dense1", 2) and abs(found.source - found.golden) <= 7


def test_classes_that_rounding_tells_apart_are_counted(tmp_path):
    net = Builder(1)
    net.quant(1.0, 8.0, signed=0)
    net.add("Mul", net.constant(0.1))
    net.add("MatMul", net.constant(np.float32([[3, 3]])))
    net.add("Mul", net.constant(0.1))
    graph, converted, network = imported(net.save(tmp_path / "a.onnx"), Scale(0, 255))
    assert prove(graph, converted, network, Scale(0, 255), 300).ties == 0
    nudged = replace(graph, operators={**graph.operators, "MatMul": _second_above})
    assert prove(nudged, converted, network, Scale(0, 255), 300).ties > 0


@pytest.mark.parametrize("seed", range(3))
def test_a_wrong_bias_of_a_class_is_found_by_the_class(tmp_path, seed):
    graph, converted, network = imported(ternary(seed).save(tmp_path / "a.onnx"))
    wrong = replace(network.last, bias=network.last.bias + np.int32([0, 9, 0, 0]))
    other = Network("n", network.input, (*network.hidden, wrong))
    found = prove(graph, converted, other, Scale(), 500).difference
    assert (found.layer, found.golden) == ("the class", 1) and found.source != 1


def test_a_wrong_threshold_is_found_by_the_decision(tmp_path):
    scale = Scale(-1, 1, 1)
    graph, converted, network = imported(detector(7).save(tmp_path / "a.onnx"), scale)
    assert prove(graph, converted, network, scale, 500).difference is None
    task = replace(network.task, thresholds=(network.task.thresholds[0] + 1,))
    found = prove(graph, converted, replace(network, task=task), scale, 500).difference
    assert (found.layer, found.source, found.golden) == ("the decision", 1, 0)


def _second_above(_, a, b):
    """Multiply as a runtime that adds in another order might: the second class an ulp higher."""
    found = (a @ b).astype(np.float32)
    found[:, 1] = np.nextafter(found[:, 1], np.float32(np.inf))
    return (found,)


@pytest.mark.parametrize("layer", [0, 1])
def test_a_wrong_layer_is_found_and_named(tmp_path, layer):
    graph, converted, network = imported(ternary().save(tmp_path / "a.onnx"))
    layers = list(network.layers)
    wrong = np.array(layers[layer].bias)
    wrong[5] += 40
    layers[layer] = replace(layers[layer], bias=wrong)
    proof = prove(graph, converted, Network("n", network.input, tuple(layers)), Scale(), 600)
    assert (proof.difference.layer, proof.difference.output) == (f"dense{layer}", 5)
    assert proof.difference.golden > proof.difference.source


def by_qonnx(path, graph):
    """Return what executes a file: the executor of qonnx."""
    wrapper = pytest.importorskip("qonnx.core.modelwrapper")
    from qonnx.core.onnx_exec import execute_onnx
    from qonnx.transformation.infer_shapes import InferShapes

    model = wrapper.ModelWrapper(str(path)).transform(InferShapes())
    return lambda entering: execute_onnx(model, {"x": entering})[graph.output]


def by_onnxruntime(path, graph):
    """Return what executes a file: onnxruntime, which fuses no nodes."""
    runtime = pytest.importorskip("onnxruntime")
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda entering: session.run([graph.output], {"x": entering})[0]


@pytest.mark.parametrize("make", [ternary, bipolar, scaled])
def test_the_executor_and_the_golden_model_agree_with_that_of_qonnx(tmp_path, make):
    path = make(5).save(tmp_path / "a.onnx")
    graph, _, network = imported(path)
    execute = by_qonnx(path, graph)
    codes = np.random.default_rng(1).integers(0, 256, (20, network.input.pixels))
    real = Scale().real(codes).reshape(-1, *graph.shape)
    classes = run(network, raw_codes(network, Scale(), codes)).classes
    for sample, entering in enumerate(real):
        theirs = execute(entering[None])
        ours = Execution(graph, {"x": entering[None]}).value(graph.output)
        softmax = graph.nodes[-1].op == "Softmax"  # of which each library has its own exponential
        assert np.allclose(theirs, ours) if softmax else np.array_equal(theirs, ours)
        found = theirs.item() if theirs.size == 1 else int(np.argmax(theirs))
        assert found == classes[sample]


def check_random(make, oracle, seed, folder):
    """Compare the scores of a random network, if it can be imported, with those of an ``oracle``."""
    path = make(seed).save(folder.mktemp("random") / "a.onnx")
    try:
        graph, converted, network = imported(path)
    except Refused:
        reject()  # hypothesis fails the test if too few are left
    execute = oracle(path, graph)
    codes = np.random.default_rng(seed).integers(0, 256, (3, *graph.shape))
    ours = codes if len(graph.shape) == 1 else codes.transpose(0, 2, 3, 1)
    sums = run(network, raw_codes(network, Scale(), ours.reshape(len(codes), -1))).scores - network.last.bias
    found = np.stack([one(sums[:, n]) for n, one in enumerate(converted.layers[-1].stairs)], axis=1)
    for entering, scores in zip(Scale().real(codes), found, strict=True):
        assert execute(entering[None]).tolist() == [scores.tolist()]


RANDOM = {
    "qonnx": (random_network, by_qonnx),
    "onnxruntime": (random_qdq, by_onnxruntime),
    "averages of qonnx": (averaged_qonnx, by_qonnx),
    "averages of onnxruntime": (averaged_qdq, by_onnxruntime),
}


@pytest.mark.parametrize("name", RANDOM)
@settings(max_examples=15, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_whatever_is_accepted_has_the_scores_of_the_source(tmp_path_factory, name, seed):
    check_random(*RANDOM[name], seed, tmp_path_factory)


@pytest.mark.parametrize("name", RANDOM)
@settings(max_examples=400)
@given(seed=st.integers(0, 2**32 - 1))
def test_whatever_of_many_is_accepted_has_the_scores_of_the_source(tmp_path_factory, name, seed):
    check_random(*RANDOM[name], seed, tmp_path_factory)


def test_the_executor_and_the_golden_model_agree_with_onnxruntime(tmp_path):
    path = qdq(5).save(tmp_path / "a.onnx")
    graph, _, network = imported(path)
    execute = by_onnxruntime(path, graph)
    codes = np.random.default_rng(1).integers(0, 256, (200, 20))
    classes = run(network, raw_codes(network, Scale(), codes)).classes
    for entering, found in zip(Scale().real(codes), classes, strict=True):
        theirs = execute(entering[None])
        assert np.array_equal(theirs, Execution(graph, {"x": entering[None]}).value(graph.output))
        assert int(np.argmax(theirs)) == found


@pytest.mark.parametrize(
    ("name", "scale", "right"),
    [
        ("tfc_1w1a", Scale(), 9296),
        ("tfc_2w2a", Scale(), 9660),
        ("tfc_multithreshold", Scale(0, 255), 9296),
    ],
)
def test_networks_of_others_are_equal_on_all_of_mnist(name, scale, right):
    if not (path := EXAMPLES / f"{name}.onnx").is_file():
        pytest.skip("the file is not here")
    assert onnx
    images = SETS["mnist"].load("test")
    graph, converted, network = imported(path, scale)
    assert all(isinstance(layer.rule, Requantise) == (name != "tfc_2w2a") for layer in network.hidden)
    classes = run(network, raw_codes(network, scale, images.pixels)).classes
    for start in range(0, len(images), 2500):
        pixels = images.pixels[start : start + 2500].astype(np.int64)
        values = Execution(graph, {graph.input: scale.real(pixels).reshape(-1, *graph.shape)})
        theirs = values.value(graph.output)
        theirs = theirs[:, 0] if theirs.shape[1] == 1 else np.argmax(theirs, axis=1)
        assert np.array_equal(theirs, classes[start : start + 2500])
    assert (classes == images.labels).sum() == right
