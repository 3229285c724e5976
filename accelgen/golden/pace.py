"""How long an engine takes for each image, about, and how closely images follow one another in a pipeline.

What `accelgen.golden.cost` counts is exact, and is what an ideal engine takes. This adds what engines lose: a
cycle for a block, or a row of a window, with nothing in it, unless work before it hides it; and the cycles in
which an image begins and ends. It is for choosing lanes. `accelgen sim` measures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from accelgen.golden.cost import COUNTED, per_block
from accelgen.network.blocks import LOOKS
from accelgen.network.layer import Layer

__all__ = ["engine_cycles", "entry_cycles", "intervals", "walks"]

#: Cycles in which an image begins and ends in an engine, and until the next one may begin.
BEGIN_AND_END, BETWEEN = 15, 2
#: Cycles between two frames.
BETWEEN_FRAMES = 2
#: Banks that hold what enters an engine.
BANKS = 2


def walks(layer: Layer, x: np.ndarray, *, skip_zeros: bool = True) -> np.ndarray:
    """Return about how long one pass takes over each block row at each pixel.

    Parameters
    ----------
    layer : Layer
        Its blocks.
    x : uint8[images, inputs]
        What enters it.
    skip_zeros : bool
        False of an engine that spends a cycle on every position of a kept block.

    Returns
    -------
    float32[images, pixels x block rows]
        Cycles; one pixel if the layer has no window.
    """
    weights = layer.weights
    pixels = layer.window.looked_at if layer.window else 1
    if not skip_zeros:
        every = weights.kept * weights.block_in
        return np.full((len(x), pixels * weights.block_rows), every, np.float32)
    batch = max(COUNTED // (pixels * max(weights.index.size, weights.input_blocks)), 1)
    return np.concatenate([_walks(layer, x[n : n + batch], pixels) for n in range(0, max(len(x), 1), batch)])


def _walks(layer: Layer, x: np.ndarray, pixels: int) -> np.ndarray:
    found = per_block(layer, x != 0)[..., layer.weights.index]  # images x pixels x block rows x kept blocks
    events = found.sum(axis=3)
    if layer.window:  # a queue hides rows, or blocks, without anything behind those with much
        cycles = np.maximum(events, layer.weights.kept * layer.window.rows.kernel)
    else:
        cycles = np.maximum(events, -(-layer.weights.kept // LOOKS))
    return cycles.reshape(len(x), -1).astype(np.float32)


def engine_cycles(walked: np.ndarray, passes: int, least: float = 1, units: int = 1) -> np.ndarray:
    """Return about how long the engines of a layer take for each image, float64[images].

    Parameters
    ----------
    walked : float32[images, pixels x block rows]
        What `walks` gave.
    passes : int
        Passes of a block row.
    least : float
        Cycles that a pass takes to leave the lanes, however little there is to add.
    units : int
        Engines that share the block rows. Their rows leave in turn, so they wait for the slowest.
    """
    slowest = walked.reshape(len(walked), -1, units).max(axis=2)
    return passes * np.maximum(slowest, least * units).sum(axis=1, dtype=np.float64) + BEGIN_AND_END


def entry_cycles(spikes: np.ndarray, beats: int, *, pixels: bool) -> np.ndarray:
    """Return about how long each timestep takes to enter a pipeline that spikes, int64[samples x timesteps].

    Pixels come before the first timestep, and are compared a beat at a time in each; events come one at a
    time before a mark, and are then handed over block by block.

    Parameters
    ----------
    spikes : uint8[samples, timesteps, inputs]
        What enters the first layer.
    beats : int
        Blocks of the first layer, and so beats of an image.
    pixels : bool
        Whether images enter; else events do.
    """
    samples, timesteps, _ = spikes.shape
    each = np.full((samples, timesteps), beats, np.int64)
    if pixels:
        each[:, 0] += beats
    else:
        each += spikes.sum(axis=2, dtype=np.int64) + 1
    return each.reshape(-1)


def intervals(cycles: Sequence[np.ndarray], beats: int | np.ndarray) -> float:
    """Return about how many cycles lie between images, mean, in a pipeline that gets them without a pause.

    An engine starts when its image is whole, and when a bank of the next engine is free: what it waits for
    are two images, so one that is slow for one image holds up the others.

    Parameters
    ----------
    cycles : sequence of float64[images]
        Of each engine, in order; see `engine_cycles`.
    beats : int, or int64[images]
        Beats of a frame, or cycles in which each enters.
    """
    if len(cycles[0]) == 1:  # between one image and itself
        cycles = [np.repeat(taken, 2) for taken in cycles]
    images = len(cycles[0])
    entry = np.broadcast_to(beats, images).tolist()
    ends = np.zeros(
        (len(cycles) + 1, images + BANKS)
    )  # of the frame, then of each engine; two before the first
    for image in range(images):
        now, last, free = image + BANKS, image + BANKS - 1, image
        ends[0, now] = max(ends[0, last], ends[1, free]) + entry[image] + BETWEEN_FRAMES
        for number, taken in enumerate(cycles, 1):
            room = ends[number + 1, free] if number < len(cycles) else 0
            start = max(ends[number - 1, now], ends[number, last], room) + BETWEEN
            ends[number, now] = start + taken[image]
    return float(ends[-1, -1] - ends[-1, BANKS]) / max(images - 1, 1)
