"""The work of an ideal engine: what must be done, and nothing for what is zero.

A pass issues one cycle for each nonzero activation in its kept blocks, and one if there is none (a pass
must end). Cycles beyond these are overhead; `ideal cycles / measured cycles` is the utilisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.golden.run import Result
from accelgen.network.layers import Dense
from accelgen.network.network import Network
from accelgen.network.spiking import Spiking

__all__ = ["LayerWork", "Work", "count_work", "layer_work"]


@dataclass(frozen=True, slots=True, eq=False)
class LayerWork:
    """Work of one layer, for each image: int64[images] each.

    Attributes
    ----------
    macs
        Products with a nonzero activation, for outputs that exist.
    zeros_skipped
        Zero activations in kept blocks, counted once for each pass that skips them.
    weight_words
        Words read from weight memory, of ``lanes`` codes.
    ideal_cycles
        Cycles in which the MAC array works.
    """

    macs: np.ndarray
    zeros_skipped: np.ndarray
    weight_words: np.ndarray
    ideal_cycles: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """Work of a network, layer by layer."""

    layers: list[LayerWork]

    def total(self, name: str) -> np.ndarray:
        """Return the sum over layers of a field of `LayerWork`, int64[images]."""
        return sum(getattr(layer, name) for layer in self.layers)


def count_work(network: Network, result: Result, lanes: int) -> Work:
    """Count the work of each image on an engine with ``lanes`` lanes.

    Parameters
    ----------
    network : Network
        The tables.
    result : Result
        What `accelgen.golden.run` gave for the images.
    lanes : int
        Lanes of the engine, at least 1.
    """
    pairs = zip(network.layers, result.activations, strict=True)
    return Work([layer_work(layer, x, lanes) for layer, x in pairs])


def layer_work(layer: Dense | Spiking, x: np.ndarray, lanes: int, *, skip_zeros: bool = True) -> LayerWork:
    """Count the work of a layer on activations ``x`` (uint8[n, inputs]).

    Without ``skip_zeros`` every position of a kept block takes its cycle, as in an engine driven by its
    clock.
    """
    weights = layer.weights
    padded = np.zeros((len(x), weights.input_blocks * weights.block_in), bool)
    padded[:, : layer.inputs] = x != 0
    per_block = padded.reshape(len(x), weights.input_blocks, weights.block_in).sum(axis=2)
    present = np.full(weights.input_blocks, weights.block_in)
    present[-1] = layer.inputs - (weights.input_blocks - 1) * weights.block_in

    events = per_block[:, weights.index].sum(axis=2)  # samples x block rows
    positions = present[weights.index].sum(axis=1)
    outputs = np.full(weights.block_rows, weights.block_out)
    outputs[-1] = layer.outputs - (weights.block_rows - 1) * weights.block_out
    passes = -(-weights.block_out // lanes)
    issued = np.maximum(events, 1) if skip_zeros else np.full_like(events, weights.kept * weights.block_in)
    cycles = passes * issued.sum(axis=1)
    return LayerWork(
        macs=(events * outputs).sum(axis=1),
        zeros_skipped=passes * (positions - events).sum(axis=1) * skip_zeros,
        weight_words=cycles,
        ideal_cycles=cycles,
    )
