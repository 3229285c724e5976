"""A chain of NIR becomes layers of integers: exact ones where there are such, else those that lose least.

With a step of length dt every neuron adds up ``W x + b`` times a gain, and fires above a threshold. So
weights on a grid are integers, and the threshold is the least integer above. What has no such integers is
tried with many scales on calibration spikes, layer by layer, each fed with what the layers before it really
give; the scale is kept whose spikes are most often those of NIR.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from accelgen.errors import InvalidNetwork
from accelgen.golden.neurons import fired
from accelgen.interop.blocks import bits_of, blocks_of
from accelgen.interop.levels import steps_of
from accelgen.interop.spiking.chain import SpikingStage
from accelgen.interop.spiking.discrete import RefusedUnit, Steps, steps_in
from accelgen.interop.spiking.play import beside, play_stage
from accelgen.network import BlockSparse, Integrator, Neuron, Spiking
from accelgen.network.blocks import code_range
from accelgen.network.layer import BIAS_LIMIT
from accelgen.network.spiking import MAX_TIMESTEPS, Reset

__all__ = ["SpikingLayer", "convert_spiking"]

MOST_WEIGHT = 128
#: Larger than any bias or threshold of ours: so large a number is one that cannot be.
BEYOND = 2.0 * BIAS_LIMIT
#: How far from a whole number a quotient of rounded numbers may lie.
NEAR = 1e-5
#: Scales that are tried, from a part of the one at which no weight is cut off to a multiple.
TRIED, LEAST, MOST = 48, 0.25, 3.0


@dataclass(frozen=True, slots=True, eq=False)
class SpikingLayer:
    """A layer that was made.

    Attributes
    ----------
    stage : SpikingStage
        Where it is from.
    layer : Spiking
        The layer.
    exact : bool
        It gives the spikes, or the sums, that NIR gives, all of them.
    unit : float
        What a score of 1 stands for; 1 where spikes leave.
    readout : Integrator or None
        What becomes of the sums of a last layer; None if they are added up, or spikes leave.
    """

    stage: SpikingStage
    layer: Spiking
    exact: bool
    unit: float = 1.0
    readout: Integrator | None = None


def convert_spiking(
    stages: Sequence[SpikingStage], dt: float, weight_bits: int, spikes: np.ndarray
) -> tuple[SpikingLayer, ...]:
    """Return the layers of a chain.

    Parameters
    ----------
    stages : sequence of SpikingStage
        The chain.
    dt : float
        Seconds of a timestep.
    weight_bits : int
        Bits of weights that have no exact integers, 2 to 8.
    spikes : uint8[samples, timesteps, inputs]
        Calibration.

    Raises
    ------
    RefusedUnit
        If no layer of ours computes a node with such a dt.
    """
    made: list[SpikingLayer] = []
    wanted = given = spikes
    names: set[str] = set()
    for number, stage in enumerate(stages):
        steps = steps_in(stage, dt)
        name = str(stage.linear.facts.get("name", ""))
        name = (
            name if name and name.isascii() and name.isprintable() and len(name) <= 64 else f"spikes{number}"
        )
        name = f"spikes{number}" if name in names else name
        names.add(name)
        wanted = play_stage(stage, wanted, dt)
        found = _exact(stage, steps)
        exact = found is not None
        if found is None:
            found = _calibrated(stage, steps, weight_bits, given, wanted)
        layer = _layer(stage, name, found)
        if stage.fires:
            if layer.rule is None:
                raise RefusedUnit(stage.linear.name, "gives no spikes")
            given = fired(layer, layer.rule, given)
        made.append(SpikingLayer(stage, layer, exact, found.unit, _readout(stage, steps)))
    return tuple(made)


@dataclass(frozen=True, slots=True, eq=False)
class _Integers:
    """Weights, biases and neurons; how much a score of 1 is."""

    weights: np.ndarray
    bias: np.ndarray
    neuron: Neuron | None
    unit: float = 1.0


def _layer(stage: SpikingStage, name: str, found: _Integers) -> Spiking:
    try:
        if (np.abs(found.bias) >= BIAS_LIMIT).any():
            raise InvalidNetwork("a bias would be 2**24 or more of the steps of its weights")
        weights = blocks_of(found.weights, bits_of(found.weights))
        return Spiking(name, weights, found.bias.astype(np.int32), found.neuron)
    except InvalidNetwork as error:
        raise RefusedUnit(stage.linear.name, str(error)) from error


def _readout(stage: SpikingStage, steps: Steps) -> Integrator | None:
    """Return how membranes that become scores integrate, if not without a leak to the last of them."""
    if stage.fires or (not steps.leak and stage.scores == "last"):
        return None
    return Integrator(steps.leak, steps.multiplier, stage.scores)


def _exact(stage: SpikingStage, steps: Steps) -> _Integers | None:
    """Return integers that compute the same, or None if there are none."""
    # A leak that rounds in steps of one is that of no other grid.
    one = 1.0 if stage.whole and _whole(steps.weights) is not None else steps_of(steps.weights, MOST_WEIGHT)
    rows = [steps_of(row, MOST_WEIGHT) if one is None else one for row in steps.weights]
    if any(row is None for row in rows):
        return None
    grid = np.array(rows, np.float64)
    weights = np.rint(steps.weights / grid[:, None]).astype(np.int64)
    if not stage.fires:
        bias = _whole(steps.bias / grid)
        if one is None or bias is None or (steps.leak and not stage.whole):
            return None  # ours rounds down
        return _Integers(weights, bias, None, one)
    if not steps.keeps:
        above = steps.threshold + beside(steps.weights, steps.threshold)
        least = [_least(*row) for row in zip(grid, steps.bias, above, weights, strict=True)]
        return _Integers(weights, 1 - np.array(least), Neuron("discontinuous"))
    bias, above = _whole(steps.bias / grid), _above(steps.threshold / grid)
    if bias is None or (above != above[0]).any() or not 1 <= above[0] < BIAS_LIMIT:
        return None
    if steps.leak and not stage.whole:
        return None  # ours rounds down
    if stage.reset != "zero" and ((above - steps.threshold / grid) * MAX_TIMESTEPS >= 1).any():
        return None  # ours takes away more than NIR does
    return _Integers(weights, bias, _neuron(stage, steps, int(above[0])))


def _neuron(stage: SpikingStage, steps: Steps, threshold: int) -> Neuron:
    reset: Reset = "zero" if stage.reset == "zero" else "subtract"
    return Neuron("continuous", threshold, steps.leak, reset, steps.multiplier, steps.synapse)


def _whole(numbers: np.ndarray) -> np.ndarray | None:
    """Return whole numbers if all are, else None."""
    nearest = np.rint(numbers)
    small = (np.abs(numbers) < BEYOND).all()
    return nearest.astype(np.int64) if small and (np.abs(numbers - nearest) <= NEAR).all() else None


def _above(numbers: np.ndarray) -> np.ndarray:
    """Return the least whole numbers above, int64[...]."""
    return np.floor(np.clip(numbers, -BEYOND, BEYOND) + NEAR).astype(np.int64) + 1


def _least(step: float, bias: float, threshold: float, weights: np.ndarray) -> int:
    """Return the least sum, of those that there are, with which a membrane of one timestep is above."""
    low, high = int(np.minimum(weights, 0).sum()), int(np.maximum(weights, 0).sum())
    nearest = int(np.clip(np.floor((threshold - bias) / step), low - 2, high + 2))
    for sums in range(nearest - 1, nearest + 3):
        if sums * step + bias > threshold:
            return int(np.clip(sums, low, high + 1))
    return high + 1


def _calibrated(
    stage: SpikingStage, steps: Steps, bits: int, given: np.ndarray, wanted: np.ndarray
) -> _Integers:
    """Return the integers of ``bits`` bits whose spikes are most often ``wanted``."""
    low, high = code_range(bits)
    if not stage.fires:
        unit = _unit(steps.weights, high)
        return _Integers(
            np.clip(np.rint(steps.weights / unit), low, high).astype(np.int64),
            np.rint(np.clip(steps.bias / unit, -BEYOND, BEYOND)).astype(np.int64),
            None,
            unit,
        )
    best: tuple[int, _Integers] | None = None
    for found in _candidates(stage, steps, low, high):
        # One block: how weights lie changes no spike.
        outputs, inputs = found.weights.shape
        mask = np.ones((1, 1), bool)
        weights = BlockSparse.from_dense(found.weights, mask, bits, outputs, inputs)
        bias = np.clip(found.bias, 1 - BIAS_LIMIT, BIAS_LIMIT - 1).astype(np.int32)
        layer = Spiking("tried", weights, bias, found.neuron)
        wrong = int((fired(layer, found.neuron or Neuron("discontinuous"), given) != wanted).sum())
        if best is None or wrong <= best[0]:  # the finest of equals
            best = wrong, found
    if best is None:
        raise RefusedUnit(stage.linear.name, "has no weights that are numbers")
    return best[1]


def _unit(weights: np.ndarray, high: int) -> float:
    """Return a step of which weights are integers of ``high`` at most: of its grid, the finest that there is.

    A leak rounds membranes to steps, so it loses less the smaller these are.
    """
    largest = float(np.abs(weights).max())
    grid = steps_of(weights, high)
    if grid is None or not largest:
        return largest / high if largest else 1.0
    return grid / (high // max(round(largest / grid), 1))


def _candidates(stage: SpikingStage, steps: Steps, low: int, high: int) -> Iterator[_Integers]:
    """Return integers at many scales; neurons with a membrane share a threshold, others have a scale each."""
    if not steps.keeps:
        largest = np.maximum(np.abs(steps.weights).max(axis=1), np.finfo(float).tiny)
        for share in np.geomspace(LEAST, MOST, TRIED):
            scale = high / largest * share
            yield _Integers(
                np.clip(np.rint(steps.weights * scale[:, None]), low, high).astype(np.int64),
                -np.floor(np.clip((steps.threshold - steps.bias) * scale, 1 - BIAS_LIMIT, BIAS_LIMIT - 1)),
                Neuron("discontinuous"),
            )
        return
    relative = steps.weights / steps.threshold[:, None]
    base = high / max(float(np.abs(relative).max()), high / BIAS_LIMIT)
    ends = max(int(base * LEAST), 1), min(max(int(base * MOST), 2), BIAS_LIMIT - 1)
    thresholds = np.unique(np.rint(np.geomspace(*ends, TRIED)).astype(np.int64))
    if ends[1] - ends[0] <= 2 * TRIED:
        thresholds = np.arange(ends[0], ends[1] + 1)
    for threshold in thresholds:
        yield _Integers(
            np.clip(np.rint(relative * threshold), low, high).astype(np.int64),
            np.rint(steps.bias / steps.threshold * threshold),
            _neuron(stage, steps, int(threshold)),
        )
