"""What an import of a spiking network loses: golden model and NIR on the same spikes, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accelgen.golden import run_spikes
from accelgen.interop.spiking.convert import SpikingLayer
from accelgen.interop.spiking.play import batch_of, play_nir
from accelgen.network import Network

__all__ = ["Loss", "compare", "drawn_spikes"]

BATCH = 64
#: Shares of inputs that fire in drawn samples.
DENSITIES = (0.02, 0.1, 0.3, 0.6)
#: Rounding of scores in float64.
SLACK = 1e-5


@dataclass(frozen=True, slots=True)
class Loss:
    """How often golden model and NIR differ.

    Attributes
    ----------
    samples : int
        That were compared.
    spikes : tuple of (int, int)
        Of each layer that fires: spikes and silences that differ, and how many there are.
    scores : (int, int)
        Scores of all timesteps that differ, and how many there are.
    classes : (int, int)
        Samples whose class differs at the end, and how many there are.
    apart : float
        How far a score is from that of NIR at most, as a part of the largest one that there is.
    """

    samples: int
    spikes: tuple[tuple[int, int], ...]
    scores: tuple[int, int]
    classes: tuple[int, int]
    apart: float = 0.0


def compare(made: Sequence[SpikingLayer], network: Network, spikes: np.ndarray, dt: float) -> Loss:
    """Compare on ``spikes``, uint8[samples, timesteps, inputs]; ``network`` has the layers ``made``."""
    stages = [one.stage for one in made]
    firing = sum(stage.fires for stage in stages)
    wrong, total = np.zeros(firing + 2, np.int64), np.zeros(firing + 2, np.int64)
    farthest = largest = 0.0
    batch = batch_of(stages, spikes.shape[1], BATCH)
    for start in range(0, len(spikes), batch):
        part = spikes[start : start + batch]
        theirs, scores = play_nir(stages, part, dt)
        ours = run_spikes(network, part)
        golden = [*ours.spikes[1:], *([np.diff(ours.scores, axis=1, prepend=0)] if stages[-1].fires else [])]
        pairs = list(zip(theirs, golden, strict=True))
        unit = made[-1].unit
        found = ours.scores * unit
        farthest = max(farthest, float(np.abs(scores - found).max()))
        largest = max(largest, float(np.abs(scores).max()))
        pairs.append((np.abs(scores - found) > SLACK * (np.abs(found) + unit), np.zeros(scores.shape, bool)))
        pairs.append((_first(scores[:, -1]), ours.classes))
        wrong += [int((one != other).sum()) for one, other in pairs]
        total += [one.size for one, _ in pairs]
    counts = list(zip(wrong.tolist(), total.tolist(), strict=True))
    return Loss(len(spikes), tuple(counts[:-2]), counts[-2], counts[-1], farthest / (largest or 1.0))


def drawn_spikes(count: int, timesteps: int, inputs: int, seed: int) -> np.ndarray:
    """Return random samples of several densities, a silent one and a full one.

    Returns
    -------
    uint8[count, timesteps, inputs]
        0 or 1.
    """
    rng = np.random.default_rng(seed)
    spikes = np.empty((count, timesteps, inputs), np.uint8)
    for number, sample in enumerate(spikes):
        sample[:] = rng.random(sample.shape) < DENSITIES[number % len(DENSITIES)]
    spikes[:1], spikes[1:2] = 0, 1
    return spikes


def _first(scores: np.ndarray) -> np.ndarray:
    """Return the class of the highest score; of those that rounding alone tells apart, the first."""
    most = scores.max(axis=1, keepdims=True)
    return np.argmax(scores >= most - SLACK * (np.abs(most) + 1), axis=1)
