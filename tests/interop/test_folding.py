import numpy as np
import pytest

from accelgen.golden import run
from accelgen.interop import read_graph
from accelgen.interop.build import build
from accelgen.interop.chain import find_chain
from accelgen.interop.convert import convert
from accelgen.interop.entering import Scale
from accelgen.interop.folding import without_unread
from accelgen.interop.prove import prove
from tests.interop.look_alikes import detector

SCALE = Scale(-1, 1, 1)


def folded(seed, folder, **how):
    graph = read_graph(detector(seed, **how).save(folder / "a.onnx"))
    return graph, convert(graph, find_chain(graph), SCALE)


def said(matrices, biases, entering):
    """Return the outputs of every hidden layer of a detector, in plain numpy."""
    found = [entering]
    for matrix, bias in zip(matrices, biases, strict=True):
        found.append(np.clip(found[-1] @ matrix + bias, 0, 3))
    return found[1:]


@pytest.mark.parametrize("seed", [3, 4, 5, 7])
def test_what_is_constant_or_unread_goes_and_nothing_is_left_to_go(tmp_path, seed):
    graph, converted = folded(seed, tmp_path)
    layers = converted.layers
    assert [len(layer.weights) for layer in layers[:-1]] != [24, 16, 8]
    for layer, after in zip(layers, layers[1:], strict=False):
        assert not any(one.constant for one in layer.stairs)
        assert sorted(set(after.reads)) == list(range(len(layer.weights)))
        assert after.weights.any(axis=0).all()
    again = without_unread(list(layers))
    assert [one.weights.shape for one in again] == [one.weights.shape for one in layers]
    assert prove(graph, converted, build("a", converted, {}), SCALE, 500).difference is None


@pytest.mark.parametrize("seed", [3, 4, 5, 7])
def test_a_neuron_that_went_never_moves_or_moves_nothing(tmp_path, seed):
    graph, converted = folded(seed, tmp_path)
    matrices = [graph.constants[node.inputs[1]] for node in graph.nodes if node.op == "MatMul"]
    biases = [graph.constants[node.inputs[1]] for node in graph.nodes if node.op == "Add"][1:]
    entering = np.random.default_rng(seed).integers(0, 2, (400, len(matrices[0])))
    values = said(matrices[:-1], biases, entering)
    for layer, after, mine in zip(converted.layers, matrices[1:], values, strict=False):
        gone = sorted(set(range(mine.shape[1])) - set(layer.gives))
        moving = [one for one in gone if len(np.unique(mine[:, one])) > 1]
        kept = converted.layers[converted.layers.index(layer) + 1].gives
        assert not after[np.ix_(moving, kept)].any()


def test_the_decision_is_that_of_the_source(tmp_path):
    graph, converted = folded(7, tmp_path)
    network = build("a", converted, {})
    assert network.task.kind == "threshold" and network.classes == 1
    codes = np.random.default_rng(0).integers(0, 2, (300, 120))
    matrices = [graph.constants[node.inputs[1]] for node in graph.nodes if node.op == "MatMul"]
    biases = [graph.constants[node.inputs[1]] for node in graph.nodes if node.op == "Add"][1:]
    wanted = said(matrices[:-1], biases, codes)[-1] @ matrices[-1] >= 0.5
    scores = run(network, (codes * 128).astype(np.uint8)).scores
    assert 0 < wanted.sum() < 300
    assert np.array_equal(network.task.values(scores), wanted)
