"""A chain becomes layers of integers: weights on a grid, and the steps that the float chain makes of sums.

A layer reads codes u whose values are ``step * (u + offset)``. With integer weights W of a scale s, the
source's sum is ``s * step * (W u + offset * sum(W))``, so all that the source computes is a function of the
integer sum ``W u``. Neurons that are the same whatever enters are constants of the layer that reads them, and
what nobody reads is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from accelgen.errors import AccelgenError, DataError
from accelgen.interop.averages import AVERAGES
from accelgen.interop.chain import MONOTONE, ORDER, STRUCTURE, Chain, Stage
from accelgen.interop.ending import decisions_of, handed_on, quantised
from accelgen.interop.entering import Entering, Scale, entering_of
from accelgen.interop.folding import without_unread
from accelgen.interop.graph import Execution, Graph
from accelgen.interop.layers import MOST_CODE, Converted, Folded, IntegerLayer, Refused
from accelgen.interop.levels import Levels, levels_of, power_of_two
from accelgen.interop.linear import Linear, Reader
from accelgen.interop.packing import packed
from accelgen.interop.staircase import Staircase, staircases
from accelgen.network.task import Task

__all__ = ["convert"]

FLOAT32_WHOLE = 1 << 24


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """What a stage hands on: its codes, where they lie, and which are constants."""

    levels: Levels
    shape: tuple[int, ...]  # of one sample, in the source, before its structure nodes
    least: np.ndarray  # the smallest code that each place ever has, int64[places]
    most: np.ndarray  # the greatest one

    @classmethod
    def of(cls, levels: Levels, shape: tuple[int, ...], stairs: Sequence[Staircase] = ()) -> _Reading:
        """Return places with codes from 0 to the last, or with those of ``stairs``, if there are any."""
        ends = np.array([[levels.least, levels.most]] * (0 if stairs else int(np.prod(shape))), np.int64)
        if stairs:
            ends = np.array([levels.codes(one.values[[0, -1]]) for one in stairs])
        return cls(levels, shape, ends[:, 0], ends[:, 1])


def convert(graph: Graph, chain: Chain, scale: Scale) -> Converted:
    """Return the layers of a chain.

    Raises
    ------
    Refused
        If a stage has no layer of ours.
    """
    unpooled = replace(graph, operators={**graph.operators, "MaxPool": graph.operators["Identity"]})
    fixed = Execution(graph, {graph.input: np.zeros((1, *graph.shape), np.float32)})
    reader = Reader(graph, fixed)
    first, *stages = chain.stages
    with _in(first):
        entering = _entering(graph, first, scale, zero=any(stages[0].node.attributes.get("pads") or ()))
    reading = _Reading.of(entering.levels, graph.shape)
    layers, rounded, task = list[IntegerLayer](), list[str](), None
    before, averaging, folded = first, None, list[Folded]()
    for stage in stages:
        with _in(stage):
            last = stage is stages[-1]
            if averaging is None and not last and _folds(reader, before, stage, reading):
                averaging = stage
                continue
            if averaging is None:
                linear = reader.read(before, stage, reading.shape, reading.levels, last=last)
            else:
                linear = reader.read_through(before, averaging, stage, reading.shape, reading.levels)
                folded.append(Folded(averaging.node.name, stage.node.name, linear.divisor))
            layer, exact = _layer(unpooled, fixed, stage, linear, reading)
            if last:
                rounded += [] if exact else [stage.node.name]
                ordered = any(finding.op in ORDER for finding in chain.findings)
                leaving, task = _leaving(layer, ordered=ordered)
                layers += leaving
                break
            rounded += [] if exact else [stage.node.name]
            levels = _levels(layer)
            layers.append(replace(layer, levels=levels))
            reading = _Reading.of(levels, layer.shape, () if layer.window else layer.stairs)
            before, averaging = stage, None
    packed_layers = packed(without_unread(layers), graph.shape)
    return Converted(entering, graph.shape, packed_layers, tuple(rounded), task, tuple(folded))


def _folds(reader: Reader, before: Stage, stage: Stage, reading: _Reading) -> bool:
    """Return whether a stage gives averages as they are, and too many different ones to have codes.

    Sums of few small codes are codes themselves: a layer of ones stores less then than larger weights would.
    """
    changed = any(node.op in MONOTONE for node in stage.nodes)
    if stage.node.op not in AVERAGES or changed or stage.pools:
        return False
    squares = reader.squares(stage, reader.places(before, reading.shape))
    return (reading.levels.most - reading.levels.least) * squares.count > MOST_CODE


class _in:
    """Turn what goes wrong with a stage into a refusal of it."""

    def __init__(self, stage: Stage):
        self.stage = stage

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, AccelgenError):
            raise Refused(self.stage, str(error)) from error


def _entering(graph: Graph, stage: Stage, scale: Scale, *, zero: bool) -> Entering:
    codes = np.arange(1 << scale.bits)
    real = scale.real(codes).reshape(-1, *[1] * len(graph.shape))
    given = np.broadcast_to(real, (len(codes), *graph.shape)).astype(np.float32)
    values = Execution(graph, {graph.input: given}).value(stage.value).reshape(len(codes), -1)
    if (values != values[:, :1]).any():
        raise DataError("what enters is quantised in different ways; one way for all can be imported")
    return entering_of(values[:, 0], scale, int(np.prod(graph.shape)), zero=zero)


def _layer(
    unpooled: Graph, fixed: Execution, stage: Stage, linear: Linear, reading: _Reading
) -> tuple[IntegerLayer, bool]:
    """Return the layer of a stage, without its levels, and whether every sum of it is exact in float32."""
    weights, scales, window = linear.weights, linear.scales, linear.window
    flat = weights.reshape(len(weights), -1)
    levels, reads = reading.levels, linear.reads
    least = reading.least[reads] if window is None else np.full(flat.shape[1], levels.least)
    most = reading.most[reads] if window is None else np.full(flat.shape[1], levels.most)
    varies = least < most
    if not varies.any():
        raise DataError("reads the same, whatever enters")
    offset = levels.offset * flat.sum(axis=1)
    added = flat[:, ~varies] @ least[~varies]
    moving, least, most = flat[:, varies], least[varies], most[varies]
    low = np.maximum(moving, 0) @ least + np.minimum(moving, 0) @ most
    high = np.maximum(moving, 0) @ most + np.minimum(moving, 0) @ least
    exact = levels.exact and all(map(power_of_two, scales.tolist()))
    if stage.node.op not in AVERAGES:  # what an average divides is exact, and divided once
        exact &= power_of_two(linear.divisor)
    sizes, ends = np.abs(flat).sum(axis=1), (levels.least, levels.most)
    largest = max(abs(levels.offset + code) for code in ends)
    reach = np.maximum(max(map(abs, ends)) * sizes + np.abs(offset), largest * sizes)
    if reach.max() * (1 if float(levels.offset).is_integer() else 2) >= FLOAT32_WHOLE:
        raise DataError("its sums may be 2**24 or more, where float32 itself is not exact")
    spots = (1,) * (len(linear.shape) - 1)
    if window is not None and window.conv_height * window.conv_width > 1:
        unpooled = _unfolded(unpooled, fixed, stage)

    def values(sums: np.ndarray) -> np.ndarray:
        given = (sums + added + offset) * (levels.step * scales)
        given = (given if unpooled.real else given.astype(np.float32)) / linear.divisor
        found = Execution(unpooled, {stage.start: given.reshape(*given.shape, *spots)}).value(stage.value)
        if found.size != given.size:
            raise DataError("what follows it changes the number of values")
        return found.reshape(given.shape)

    stairs = staircases(values, low, high)
    sign = np.array([-1 if one.falls else 1 for one in stairs])
    if (sign < 0).any():
        _check_pools_last(stage)
        stairs = staircases(lambda sums: values(sums * sign), *_turned(low, high, sign))
    gives = _given_shape(stage, linear)
    if window is None:
        weights, reads = weights[:, varies], reads[varies]
    layer = IntegerLayer(
        stage=stage,
        weights=weights * sign.reshape(-1, *[1] * (weights.ndim - 1)),
        stairs=stairs,
        levels=None,
        reads=reads,
        gives=np.arange(len(flat)),
        window=window,
        shape=gives,
    )
    return layer, exact


def _unfolded(graph: Graph, fixed: Execution, stage: Stage) -> Graph:
    """Return a graph in which values of an image stay where they are until all of them have been changed.

    A quantiser may stand behind a Flatten. It does the same before it, if it is the same for all values.
    """
    names = [node.outputs[0] for node in stage.nodes]
    before = stage.nodes[: names.index(stage.value) + 1 if stage.value in names else 0]
    placing = [place for place, node in enumerate(before) if node.op in STRUCTURE]
    if not placing:
        return graph
    if any(node.op == "Transpose" for node in before):
        raise DataError("changes values behind a Transpose; before it they can be imported")
    for node in before[placing[0] :]:
        if node.op not in STRUCTURE and any(fixed.value(name).size > 1 for name in node.inputs[1:] if name):
            raise DataError(
                "changes channels in their own ways behind a Flatten; before it they can be imported"
            )
    placed = {id(before[place]) for place in placing}
    nodes = tuple(
        replace(node, op="Identity", inputs=node.inputs[:1]) if id(node) in placed else node
        for node in graph.nodes
    )
    return replace(graph, nodes=nodes)


def _levels(layer: IntegerLayer) -> Levels:
    """Return what the codes of a layer mean that another one reads."""
    distinct = np.unique(np.concatenate([one.values for one in layer.stairs]))
    if len(distinct) == 1:
        raise DataError(f"gives {distinct[0]:g}, whatever enters")
    found = levels_of(distinct, MOST_CODE)
    if found is None:
        raise DataError(
            f"gives {len(distinct):,} different values, and not 256 even steps at most: a Quant behind "
            "it can be imported"
        )
    return found


def _leaving(layer: IntegerLayer, *, ordered: bool) -> tuple[list[IntegerLayer], Task | None]:
    """Return the last layer, or two of them, and what scores stand for; ``ordered`` if a class leaves."""
    if not quantised(layer.stairs):
        return [layer], None
    if not ordered and (task := decisions_of(layer.stairs)) is not None:
        return [layer], task
    return list(handed_on(layer)), None


def _turned(low: np.ndarray, high: np.ndarray, sign: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.where(sign < 0, -high, low), np.where(sign < 0, -low, high)


def _check_pools_last(stage: Stage) -> None:
    """Refuse a chain that falls behind its pooling: the largest sum is not the largest value then."""
    ops = [node.op for node in stage.nodes]
    if (
        "MaxPool" in ops
        and stage.nodes[ops.index("MaxPool") :]
        and any(node.outputs[0] == stage.value for node in stage.nodes[ops.index("MaxPool") :])
    ):
        raise DataError("values fall behind the MaxPool: a MaxPool behind the quantiser can be imported")


def _given_shape(stage: Stage, linear: Linear) -> tuple[int, ...]:
    """Return the shape of what a stage gives, pooled: of one sample."""
    window = linear.window
    if window is not None:
        return (len(linear.weights), window.out_height, window.out_width)
    if stage.pools:
        raise DataError("pools what is no image")
    return linear.shape
