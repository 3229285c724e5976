"""The proof of an import: the source's own nodes and the golden model on the same samples, every integer.

The source is executed as its nodes say, in float32, and knows nothing of thresholds; the golden model is that
of the network that was made. What leaves every layer is compared, and behind the last one the source's own
numbers with those that its chain makes of our scores. Where float32 rounds these numbers, the integers are
compared of which they are multiples; of two classes with the same sum the source may then put either first,
and samples where it does are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from accelgen.golden import run
from accelgen.interop.entering import Scale
from accelgen.interop.graph import Execution, Graph
from accelgen.interop.layers import Converted, IntegerLayer
from accelgen.network import Network

__all__ = ["Difference", "Proof", "prove", "values_apart"]

BATCH = 256
#: Neurons of the first layer that are driven to their ends.
DRIVEN = 256


@dataclass(frozen=True, slots=True)
class Difference:
    """Where source and golden model first differ.

    Attributes
    ----------
    layer : str
        Of ours; or "the class" or "the decision", or "the order of axes" that channels have in the file.
    output, sample : int
        Which output of it, and of which sample.
    source, golden : float
        What the source gives there (a code, or a number behind the last layer), and the golden model.
    """

    layer: str
    output: int
    sample: int
    source: float
    golden: float


@dataclass(frozen=True, slots=True)
class Proof:
    """What was compared.

    Attributes
    ----------
    samples, values : int
        How many samples, and how many values of them.
    difference : Difference or None
        The first; None if all is equal.
    ties : int
        Samples of which float32 rounds equal sums of classes apart, so that the source has another class.
    """

    samples: int
    values: int
    difference: Difference | None
    ties: int = 0


def prove(graph: Graph, converted: Converted, network: Network, scale: Scale, samples: int) -> Proof:
    """Compare on random samples and on corners.

    Parameters
    ----------
    graph, converted, network, scale
        The source, and what was made of it.
    samples : int
        Random ones; corners come besides.
    """
    done, values, ties = 0, 0, 0
    for codes in _samples(graph, converted, scale, samples):
        compared, apart, difference = _compare(graph, converted, network, scale, codes)
        if difference is not None:
            layer, output, sample, source, golden = difference
            found = Difference(layer, output, done + sample, source, golden)
            return Proof(done + len(codes), values + compared, found)
        done, values, ties = done + len(codes), values + compared, ties + apart
    return Proof(done, values, None, ties)


def values_apart(graph: Graph, converted: Converted, network: Network, scale: Scale, samples: int) -> int:
    """Return how many codes another reading of the source gives otherwise, on the samples of `prove`.

    Parameters
    ----------
    graph : Graph
        The source in float32, where ``converted`` is of real numbers.
    converted, network, scale, samples
        See `prove`.
    """
    apart = 0
    for codes in _samples(graph, converted, scale, samples):
        theirs = source_values(graph, converted, scale, codes)
        result = run(network, raw_codes(network, scale, _placed(graph, codes)))
        hidden = zip(theirs[:-1], result.activations[1:], strict=True)
        apart += sum(int((source != golden).sum()) for source, golden in hidden)
    return apart


def source_values(graph: Graph, converted: Converted, scale: Scale, codes: np.ndarray) -> list[np.ndarray]:
    """Return what leaves every layer in the source, in places and codes of ours; at last float32."""
    execution = Execution(graph, {graph.input: scale.real(codes).reshape(len(codes), *graph.shape)})
    return [_left(execution, layer) for layer in converted.layers]


def raw_codes(network: Network, scale: Scale, codes: np.ndarray) -> np.ndarray:
    """Return what enters the golden model, uint8[n, inputs], where the source reads ``codes``."""
    coding = network.pixel_input.coding
    return coding.raw(codes) if coding else (codes << (8 - scale.bits)).astype(np.uint8)


def _samples(graph: Graph, converted: Converted, scale: Scale, samples: int) -> Iterator[np.ndarray]:
    """Yield batches of codes: random ones of several densities, then corners; places are the source's."""
    rng, inputs, top = np.random.default_rng(0), int(np.prod(graph.shape)), (1 << scale.bits) - 1
    for start in range(0, samples, BATCH):
        codes = rng.integers(0, top + 1, (min(BATCH, samples - start), inputs))
        kept = rng.random(codes.shape) < rng.choice([0.1, 0.3, 0.6, 1.0], (len(codes), 1))
        flat = rng.random((len(codes), 1)) < 0.2  # some have but the darkest and the brightest
        yield np.where(flat, np.where(codes > top // 2, top, 0), codes) * kept
    first = converted.layers[0]
    corners = [np.zeros(inputs, np.int64), np.full(inputs, top), np.arange(inputs) % 2 * top]
    if first.window is None:
        for row in first.weights[:DRIVEN]:
            for sign in (1, -1):
                driven = np.zeros(inputs, np.int64)
                driven[first.reads] = np.where(row * sign > 0, top, 0)
                corners.append(driven)
    yield np.array(corners)


def _compare(graph: Graph, converted: Converted, network: Network, scale: Scale, codes: np.ndarray) -> tuple:
    if (turned := _turned_apart(graph, scale, codes)) is not None:
        return 0, 0, turned
    theirs = source_values(graph, converted, scale, codes)
    result = run(network, raw_codes(network, scale, _placed(graph, codes)))
    count = apart = 0
    for number, (layer, found) in enumerate(zip(converted.layers, theirs, strict=True)):
        ours, source = network.layers[number], found
        if layer.levels is not None:
            golden = result.activations[number + 1]
        elif layer.stage.node.name in converted.rounded and converted.task is None:
            golden = result.scores - ours.bias
            source = _by_output(layer, found, "nearest")  # float32 has rounded multiples of these integers
            apart = int((found.argmax(axis=1) != result.classes).sum())
        else:
            golden = _by_output(layer, result.scores - ours.bias, "__call__")
        count += golden.size
        if (wrong := source != golden).any():
            sample, output = map(int, np.argwhere(wrong)[0])
            pair = float(source[sample, output]), float(golden[sample, output])
            return count, apart, (ours.name, output, sample, *pair)
    return count, apart, None if apart else _decided_apart(converted, network, theirs[-1], result.scores)


def _turned_apart(graph: Graph, scale: Scale, codes: np.ndarray) -> tuple[str, int, int, float, float] | None:
    """Return the first value that leaves the file and not the graph whose axes were turned."""
    if graph.written is None:
        return None
    real = scale.real(codes).reshape(len(codes), *graph.shape)
    ours = Execution(graph, {graph.input: real}).value(graph.output)
    entering = {graph.written.graph.input: real.transpose(graph.written.order)}
    theirs = Execution(graph.written.graph, entering).value(graph.output)
    if ours.shape == theirs.shape and np.array_equal(ours, theirs):
        return None
    sample, output = 0, 0
    if ours.shape == theirs.shape:
        flat = (ours != theirs).reshape(len(codes), -1)
        sample, output = map(int, np.argwhere(flat)[0])
    source, turned = (float(one.reshape(len(codes), -1)[sample, output]) for one in (theirs, ours))
    return "the order of axes", output, sample, source, turned


def _decided_apart(
    converted: Converted, network: Network, source: np.ndarray, scores: np.ndarray
) -> tuple[str, int, int, float, float] | None:
    """Return the first class, or yes or no, that is not the source's; None if there is none."""
    if network.task is not None:
        word, ours = "the decision", network.task.values(scores)
        theirs = source == max(one.values.max() for one in converted.layers[-1].stairs)
    else:
        word, ours, theirs = "the class", scores.argmax(axis=1)[:, None], source.argmax(axis=1)[:, None]
    if np.array_equal(ours, theirs):
        return None
    sample, output = map(int, np.argwhere(ours != theirs)[0])
    return word, output, sample, float(theirs[sample, output]), float(ours[sample, output])


def _by_output(layer: IntegerLayer, values: np.ndarray, how: str) -> np.ndarray:
    """Return what the staircase of each output makes of a column of ``values``."""
    return np.stack([getattr(one, how)(values[:, n]) for n, one in enumerate(layer.stairs)], axis=1)


def _placed(graph: Graph, codes: np.ndarray) -> np.ndarray:
    """Return what enters the source in our order of pixels: channels of a pixel lie together."""
    if len(graph.shape) != 3:
        return codes
    return codes.reshape(-1, *graph.shape).transpose(0, 2, 3, 1).reshape(len(codes), -1)


def _left(execution: Execution, layer: IntegerLayer) -> np.ndarray:
    """Return what leaves a layer in the source, in our order; codes but behind the last layer."""
    pools = layer.stage.pools
    name = layer.stage.value
    if pools and layer.stage.nodes.index(pools[-1]) > _place(layer, name):
        name = pools[-1].outputs[0]
    values = execution.value(name)
    values = values.reshape(execution.batch, *([-1] if layer.window is None else layer.shape))
    if layer.window is None:
        values = values[:, layer.gives]
    else:
        values = values.transpose(0, 2, 3, 1).reshape(execution.batch, -1)
    return values.astype(np.float32) + np.float32(0) if layer.levels is None else layer.levels.codes(values)


def _place(layer: IntegerLayer, name: str) -> int:
    return next((n for n, node in enumerate(layer.stage.nodes) if node.outputs[0] == name), -1)
