"""A chain becomes layers of integers: weights on a grid, and the steps that the float chain makes of sums.

A layer reads codes u whose values are ``step * (u + offset)``. With integer weights W of a scale s, the
source's sum is ``s * step * (W u + offset * sum(W))``, so all that the source computes is a function of the
integer sum ``W u``. Neurons that are the same whatever enters are constants of the layer that reads them, and
what nobody reads is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from accelgen.errors import AccelgenError, DataError
from accelgen.interop.chain import Chain, Stage
from accelgen.interop.entering import Entering, Scale, entering_of
from accelgen.interop.graph import Execution, Graph
from accelgen.interop.levels import Levels, levels_of, power_of_two, steps_of
from accelgen.interop.staircase import Staircase, staircases
from accelgen.interop.windows import window_of
from accelgen.network import Window

__all__ = ["Converted", "IntegerLayer", "Refused", "convert"]

FLOAT32_WHOLE = 1 << 24
MOST_WEIGHT = 128
MOST_CODE = 255


class Refused(Exception):
    """A stage has no layer of ours: which one, and why."""

    def __init__(self, stage: Stage, reason: str):
        super().__init__(reason)
        self.stage = stage
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class IntegerLayer:
    """A layer in integers, before a rule is chosen.

    Attributes
    ----------
    stage : Stage
        Where it is from.
    weights : int64[outputs, inputs], or int64[channels, input channels, kernel height, kernel width]
        Of the codes that enter; a channel that falls has its weights negated, so that its sum rises.
    stairs : list of Staircase
        Values by the sum of each output, without a bias.
    levels : Levels or None
        What its codes mean; None of the last layer.
    reads, gives : int64[...]
        Places in the source's tensors: of what enters, and of what leaves, in the order of ours.
    window : Window or None
        What a convolution looks at.
    shape : tuple of int
        Of what leaves it, in the source.
    """

    stage: Stage
    weights: np.ndarray
    stairs: list[Staircase]
    levels: Levels | None
    reads: np.ndarray
    gives: np.ndarray
    window: Window | None
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """What enters (its shape in the source, too), the layers, and the nodes whose sums float32 rounds."""

    entering: Entering
    shape: tuple[int, ...]
    layers: tuple[IntegerLayer, ...]
    rounded: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """What a stage hands on: its codes, where they lie, and which are constants."""

    levels: Levels
    shape: tuple[int, ...]  # of one sample, in the source, before its structure nodes
    constant: dict[int, int]  # codes of places that never change


def convert(graph: Graph, chain: Chain, scale: Scale) -> Converted:
    """Return the layers of a chain.

    Raises
    ------
    Refused
        If a stage has no layer of ours.
    """
    unpooled = replace(graph, operators={**graph.operators, "MaxPool": graph.operators["Identity"]})
    fixed = Execution(graph, {graph.input: np.zeros((1, *graph.shape), np.float32)})
    first, *stages = chain.stages
    with _in(first):
        entering = _entering(graph, first, scale)
    reading = _Reading(entering.levels, graph.shape, {})
    layers, rounded = [], []
    for before, stage in zip(chain.stages, stages, strict=False):
        with _in(stage):
            layer, exact = _layer(graph, unpooled, fixed, before, stage, reading, last=stage is stages[-1])
            layers.append(layer)
            rounded += [] if exact else [stage.node.name]
            if layer.levels is not None:
                constant = {
                    place: int(layer.levels.codes(one.values[:1])[0])
                    for place, one in enumerate(layer.stairs)
                    if one.constant and len(layer.shape) == 1
                }
                reading = _Reading(layer.levels, layer.shape, constant)
    return Converted(entering, graph.shape, _without_unread(layers), tuple(rounded))


class _in:
    """Turn what goes wrong with a stage into a refusal of it."""

    def __init__(self, stage: Stage):
        self.stage = stage

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, AccelgenError):
            raise Refused(self.stage, str(error)) from error


def _entering(graph: Graph, stage: Stage, scale: Scale) -> Entering:
    codes = np.arange(1 << scale.bits)
    real = scale.real(codes).reshape(-1, *[1] * len(graph.shape))
    given = np.broadcast_to(real, (len(codes), *graph.shape)).astype(np.float32)
    values = Execution(graph, {graph.input: given}).value(stage.value).reshape(len(codes), -1)
    if (values != values[:, :1]).any():
        raise DataError("what enters is quantised in different ways; one way for all can be imported")
    return entering_of(values[:, 0], scale, int(np.prod(graph.shape)))


def _layer(
    graph: Graph,
    unpooled: Graph,
    fixed: Execution,
    before: Stage,
    stage: Stage,
    reading: _Reading,
    *,
    last: bool,
) -> tuple[IntegerLayer, bool]:
    """Return the layer of a stage, and whether every sum of it is exact in float32."""
    places = _places(graph, fixed, before, reading.shape)
    real = fixed.value(stage.node.inputs[1])
    if stage.node.op == "MatMul":
        if real.ndim != 2 or places.ndim != 2:
            raise DataError("multiplies no vectors with a matrix: a Flatten before it can be imported")
        real, window = real.T, None
    else:
        window = window_of(stage.node, stage.pools, places, real.shape, reading.levels)
    weights, scales = _integers(real)
    flat = weights.reshape(len(weights), -1)
    levels, reads = reading.levels, places.ravel()
    fixed_codes = (
        np.array([reading.constant.get(int(place), -1) for place in reads])
        if window is None
        else np.array([-1])
    )
    varies = fixed_codes < 0
    if not varies.any():
        raise DataError("reads the same, whatever enters")
    offset = levels.offset * flat.sum(axis=1)
    added = flat[:, ~varies] @ fixed_codes[~varies] if window is None else np.zeros(len(flat), np.int64)
    moving = flat[:, varies] if window is None else flat
    low = levels.most * np.minimum(moving, 0).sum(axis=1)
    high = levels.most * np.maximum(moving, 0).sum(axis=1)
    exact = levels.exact and all(map(power_of_two, scales.tolist()))
    sizes, largest = np.abs(flat).sum(axis=1), max(abs(levels.offset), abs(levels.offset + levels.most))
    reach = np.maximum(levels.most * sizes + np.abs(offset), largest * sizes)
    if reach.max() * (1 if float(levels.offset).is_integer() else 2) >= FLOAT32_WHOLE:
        raise DataError("its sums may be 2**24 or more, where float32 itself is not exact")
    spots = (1,) * (0 if window is None else 2)

    def values(sums: np.ndarray) -> np.ndarray:
        given = (sums + added + offset) * (levels.step * scales)
        given = given if graph.real else given.astype(np.float32)
        found = Execution(unpooled, {stage.start: given.reshape(*given.shape, *spots)}).value(stage.value)
        if found.size != given.size:
            raise DataError("what follows it changes the number of values")
        return found.reshape(given.shape)

    stairs = staircases(values, low, high)
    sign = np.array([-1 if one.falls else 1 for one in stairs])
    if (sign < 0).any():
        _check_pools_last(stage)
        stairs = staircases(lambda sums: values(sums * sign), *_turned(low, high, sign))
    gives = _given_shape(stage, window, len(weights))
    if window is None:
        weights, reads = weights[:, varies], reads[varies]
    leaving = None
    if not last:
        distinct = np.unique(np.concatenate([one.values for one in stairs]))
        if len(distinct) == 1:
            raise DataError(f"gives {distinct[0]:g}, whatever enters")
        leaving = levels_of(distinct, MOST_CODE)
        if leaving is None:
            raise DataError(
                f"gives {len(distinct):,} different values, and not 256 even steps at most: a Quant behind "
                "it can be imported"
            )
    layer = IntegerLayer(
        stage=stage,
        weights=weights * sign.reshape(-1, *[1] * (weights.ndim - 1)),
        stairs=stairs,
        levels=leaving,
        reads=reads,
        gives=np.arange(len(flat)),
        window=window,
        shape=gives,
    )
    return layer, exact


def _places(graph: Graph, fixed: Execution, stage: Stage, shape: tuple[int, ...]) -> np.ndarray:
    """Return the places of what a stage gives as the next one reads them, [1, ...]."""
    places = np.arange(int(np.prod(shape))).reshape(1, *shape)
    for node in stage.nodes:
        if node.op in {"Flatten", "Reshape", "Squeeze", "Transpose", "Unsqueeze"}:
            others = [fixed.value(name) for name in node.inputs[1:]]
            (places,) = graph.compute(node, [places, *others])
    if len(places) != 1:
        raise DataError("reads parts of a sample as if they were samples: one row of each can be imported")
    return places


def _integers(real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weights as integers, and the scale of each row: one for all if there is one."""
    step = steps_of(real, MOST_WEIGHT)
    rows = real.reshape(len(real), -1)
    steps = [step] * len(rows) if step is not None else [steps_of(row, MOST_WEIGHT) for row in rows]
    if any(one is None for one in steps):
        raise DataError(f"weights are no integers of at most {MOST_WEIGHT} times a scale, which 8 bits hold")
    scales = np.array(steps, np.float64)
    return np.rint(real / scales.reshape(-1, *[1] * (real.ndim - 1))).astype(np.int64), scales


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


def _given_shape(stage: Stage, window: Window | None, outputs: int) -> tuple[int, ...]:
    """Return the shape of what a stage gives, pooled: of one sample."""
    if window is not None:
        return (outputs, window.out_height, window.out_width)
    if stage.pools:
        raise DataError("pools what is no image")
    return (outputs,)


def _without_unread(layers: list[IntegerLayer]) -> tuple[IntegerLayer, ...]:
    """Return the layers without outputs that nobody reads, from the last one back."""
    kept = [layers[-1]]
    for layer in reversed(layers[:-1]):
        after = kept[0]
        if layer.window is not None or after.window is not None:
            kept.insert(0, layer)
            continue
        wanted = np.asarray(after.weights.any(axis=0))
        wanted[0] |= not wanted.any()  # a layer reads something
        after = replace(after, weights=after.weights[:, wanted], reads=after.reads[wanted])
        outputs = np.unique(after.reads)
        position = {int(place): number for number, place in enumerate(outputs)}
        kept[0] = replace(after, reads=np.array([position[int(place)] for place in after.reads]))
        kept.insert(
            0,
            replace(
                layer,
                weights=layer.weights[outputs],
                stairs=[layer.stairs[int(place)] for place in outputs],
                gives=layer.gives[outputs],
                shape=(len(outputs),),
            ),
        )
    return tuple(kept)
