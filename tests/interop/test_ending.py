import numpy as np
import pytest

from accelgen.errors import DataError
from accelgen.golden import run
from accelgen.interop import read_graph
from accelgen.interop.build import build
from accelgen.interop.chain import find_chain
from accelgen.interop.convert import convert
from accelgen.interop.ending import decisions_of, handed_on, quantised
from accelgen.interop.entering import Scale
from accelgen.interop.graph import Execution
from accelgen.interop.layers import Refused
from accelgen.interop.prove import prove
from accelgen.interop.staircase import staircases
from accelgen.network.task import Task
from tests.interop.look_alikes import Builder


def stairs(function, outputs=2, low=-9, high=20):
    return staircases(function, np.full(outputs, low), np.full(outputs, high))


def net(*nodes, classes=3):
    """Return a layer with ``nodes`` behind it, each an operator and its constants; a word is a quantiser."""
    found = Builder(8, seed=3)
    found.quant(1.0, 3.0, signed=0)
    found.add("Mul", found.constant(1.0))
    found.add("MatMul", found.constant(found.rng.integers(-3, 4, (8, classes))))
    for node in nodes:
        node(found)
    return found


def imported(source, folder, scale=Scale(0, 7, 3)):  # noqa: B008 - a frozen record
    graph = read_graph(source.save(folder / "a.onnx"))
    converted = convert(graph, find_chain(graph), scale)
    network = build("a", converted, {})
    assert prove(graph, converted, network, scale, 300).difference is None
    return graph, converted, network


def test_sums_that_stay_apart_are_not_quantised():
    assert not quantised(stairs(lambda sums: sums * 0.5))
    assert quantised(stairs(lambda sums: np.floor(sums * 0.5)))


def test_two_values_are_a_yes_or_no_of_each_output():
    found = stairs(lambda sums: np.where(sums >= [3, -50], 1.0, -1.0))
    assert decisions_of(found) == Task("labels", thresholds=(3, -9))
    assert decisions_of(found[:1]) == Task("threshold", thresholds=(3,))
    assert decisions_of(stairs(lambda sums: np.where(sums > 50, 1.0, sums > 0))[:1]).thresholds == (1,)
    never = stairs(lambda sums: np.where(sums >= [3, 50], 1.0, -1.0))
    assert decisions_of(never).thresholds == (3, 21)
    assert decisions_of(stairs(np.sign)) is None


@pytest.mark.parametrize(("classes", "kind"), [(1, "threshold"), (3, "labels")])
def test_a_bipolar_end_becomes_thresholds_of_scores(tmp_path, classes, kind):
    bias = np.arange(classes) - 1.5
    source = net(lambda n: n.add("Add", n.constant(bias)), lambda n: n.bipolar(), classes=classes)
    graph, _, network = imported(source, tmp_path)
    assert network.task.kind == kind and len(network.layers) == 1
    codes = np.random.default_rng(0).integers(0, 8, (200, 8))
    theirs = Execution(graph, {"x": codes.astype(np.float32)}).value(graph.output)
    ours = network.task.values(run(network, (codes << 5).astype(np.uint8)).scores)
    assert np.array_equal(ours, theirs > 0) and ours.any() and not ours.all()


@pytest.mark.parametrize("end", ["nothing", "ArgMax", "TopK"])
def test_a_last_quantiser_keeps_its_ties(tmp_path, end):
    source = net(lambda n: n.quant(8.0, 3.0, signed=1))
    if end == "ArgMax":
        source.add("ArgMax", axis=1, keepdims=0)
    elif end == "TopK":
        source.add("TopK", source.constant([1], np.int64), outputs=2, axis=1)
    if end != "nothing":
        source.current, source.kind = source.nodes[-1].output[-1], 7
    graph, converted, network = imported(source, tmp_path)
    assert [layer.outputs for layer in network.layers] == [3, 3] and network.task is None
    assert np.array_equal(network.last.weights.dense(), np.eye(3))
    codes = np.random.default_rng(0).integers(0, 8, (300, 8))
    theirs = Execution(graph, {"x": codes.astype(np.float32)}).value(converted.layers[-1].stage.value)
    ordered = np.sort(theirs, axis=1)
    assert (ordered[:, -1] == ordered[:, -2]).any()  # classes that only their order tells apart
    assert np.array_equal(run(network, (codes << 5).astype(np.uint8)).classes, theirs.argmax(axis=1))


def test_classes_of_two_values_keep_their_order(tmp_path):
    source = net(lambda n: n.bipolar(), lambda n: n.add("ArgMax", axis=1, keepdims=0))
    source.kind = 7
    _, _, network = imported(source, tmp_path)
    assert network.task is None and len(network.layers) == 2


def test_an_end_without_even_steps_is_refused(tmp_path):
    source = net(
        lambda n: n.add("Floor"),
        lambda n: n.add("Mul", n.constant(0.37)),
        lambda n: n.add("Max", n.constant(-1.0)),
        lambda n: n.add("Min", n.constant(3.3)),
    )
    with pytest.raises(Refused, match="different values behind its quantiser"):
        imported(source, tmp_path)


def test_codes_that_never_leave_are_steps_all_the_same(tmp_path):
    _, converted, _ = imported(net(lambda n: n.quant(8.0, 3.0, signed=1)), tmp_path)
    first, last = converted.layers
    stairs_of = handed_on(first)[1].stairs[0]
    assert stairs_of.values.tolist() == [-32, -24, -16, -8, 0, 8, 16, 24]
    assert last.stairs[0].last == 7 and last.levels is None
    with pytest.raises(DataError, match="gives 1 different values"):
        handed_on(
            type(first)(
                **{name: getattr(first, name) for name in first.__slots__}
                | {"stairs": stairs(lambda sums: sums * 0.0)}
            )
        )
