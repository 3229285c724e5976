"""The work of an ideal engine: what must be done, and nothing for what is zero.

A pass issues one cycle for each nonzero activation in its kept blocks, and one if there is none (a pass
must end). Cycles beyond these are overhead; `ideal cycles / measured cycles` is the utilisation.

A convolution has its passes for every pixel that the pooling looks at, over what its window sees of the
image: the padding is known to be zero and costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from accelgen.errors import DataError, InvalidOption
from accelgen.golden.convolution import padded, seen
from accelgen.golden.run import Result
from accelgen.network.fields import check_type, whole
from accelgen.network.layer import Layer
from accelgen.network.network import Network

__all__ = ["Cost", "LayerCost", "check_result", "count_cost", "layer_cost", "per_block"]

#: Pairs of a pixel and a block that are looked at together, which bounds the memory.
COUNTED = 1 << 23


@dataclass(frozen=True, slots=True, eq=False)
class LayerCost:
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
class Cost:
    """Work of a network, layer by layer."""

    layers: list[LayerCost]

    def total(self, name: str) -> np.ndarray:
        """Return the sum over layers of a field of `LayerCost`, int64[images]."""
        return sum(getattr(layer, name) for layer in self.layers)


def count_cost(network: Network, result: Result, lanes: int) -> Cost:
    """Count the work of each image on an engine with ``lanes`` lanes.

    Parameters
    ----------
    network : Network
        The tables.
    result : Result
        What `accelgen.golden.run` gave for the images.
    lanes : int
        Lanes of the engine, at least 1.

    Raises
    ------
    DataError
        If the result belongs to another network.
    InvalidOption
        If ``lanes`` is no integer of at least 1.
    """
    lanes = whole("lanes", lanes, 1, error=InvalidOption)
    check_result(network, result, Result, [x.shape[-1] for x in getattr(result, "activations", ())])
    pairs = zip(network.layers, result.activations, strict=True)
    return Cost([layer_cost(layer, x, lanes) for layer, x in pairs])


def check_result(network: Network, result: object, kind: type, entering: list[int]) -> None:
    """Check that a result belongs to a network.

    Parameters
    ----------
    network : Network
        The tables.
    result : object
        What must be a ``kind``.
    kind : type
        `Result` or `SpikingResult`.
    entering : list of int
        Values that enter each layer, as the result has them.

    Raises
    ------
    InvalidNetwork
        If ``network`` or ``result`` is of another type.
    DataError
        If the result belongs to another network.
    """
    check_type("network", network, Network)
    check_type("result", result, kind)
    if entering != [layer.inputs for layer in network.layers]:
        raise DataError(f"the result is of another network than {network.name}")


def layer_cost(layer: Layer, x: np.ndarray, lanes: int, *, skip_zeros: bool = True) -> LayerCost:
    """Count the work of a layer on activations ``x`` (uint8[n, inputs]).

    Without ``skip_zeros`` every position of a kept block takes its cycle, as in an engine driven by its
    clock. A layer of no lanes is unrolled: it reads no weights, and takes a cycle for a word that enters.
    """
    pixels = layer.window.looked_at if layer.window else 1
    batch = max(COUNTED // (pixels * max(layer.weights.index.size, layer.weights.input_blocks)), 1)
    parts = [
        _cost(layer, x[start : start + batch], lanes, skip_zeros) for start in range(0, max(len(x), 1), batch)
    ]
    names = [field.name for field in fields(LayerCost)]
    return LayerCost(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _cost(layer: Layer, x: np.ndarray, lanes: int, skip_zeros: bool) -> LayerCost:
    weights = layer.weights
    events = per_block(layer, x != 0)[..., weights.index].sum(axis=3)  # samples x pixels x block rows
    positions = per_block(layer, np.ones((1, layer.inputs), bool))[..., weights.index].sum(axis=3)
    outputs = np.full(weights.block_rows, weights.block_out)
    outputs[-1] = weights.outputs - (weights.block_rows - 1) * weights.block_out
    macs = (events * outputs).sum(axis=(1, 2))
    if not lanes:
        none = np.zeros_like(macs)
        return LayerCost(macs, none, none, np.full_like(macs, weights.input_blocks))
    passes = -(-weights.block_out // lanes)
    issued = np.maximum(events, 1) if skip_zeros else np.full_like(events, weights.kept * weights.block_in)
    cycles = passes * issued.sum(axis=(1, 2))
    return LayerCost(
        macs=macs,
        zeros_skipped=passes * (positions - events).sum(axis=(1, 2)) * skip_zeros,
        weight_words=cycles,
        ideal_cycles=cycles,
    )


def per_block(layer: Layer, nonzero: np.ndarray) -> np.ndarray:
    """Return how many of ``nonzero`` (bool[n, inputs]) each pixel sees in each input block.

    Returns
    -------
    int64[n, pixels, input blocks]
        One pixel if the layer has no window.
    """
    blocks, samples = layer.weights.input_blocks, len(nonzero)
    window = layer.window
    if window is None:
        whole = np.pad(nonzero, [(0, 0), (0, blocks * layer.weights.block_in - layer.inputs)])
        return whole.reshape(samples, 1, blocks, layer.weights.block_in).sum(axis=3)
    image = nonzero.reshape(samples, window.height, window.width, window.channels)
    image = np.pad(image, [(0, 0)] * 3 + [(0, blocks * layer.word - window.channels)])
    image = image.reshape(*image.shape[:3], blocks, layer.word).sum(axis=4)
    counts = seen(window, padded(window, image)).sum(axis=(4, 5))
    return counts.reshape(samples, window.looked_at, blocks)
