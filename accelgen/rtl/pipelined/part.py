"""A layer of a network as a network of its own, whose images are what the layer before gives.

Its block rows may be shared out: with three units, the first one has rows 0, 3, 6, ... as a layer of its own.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from accelgen.errors import InvalidNetwork
from accelgen.network.blocks import BlockSparse
from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.encoding import Input, PixelInput, RateInput
from accelgen.network.layer import Layer
from accelgen.network.multiply import Multiply
from accelgen.network.network import Network
from accelgen.network.spiking import Spiking
from accelgen.network.thresholds import Thresholds

__all__ = ["Part", "parts_of", "share_of"]


class Part(Network):
    """Layers that follow one another in a network that was checked; the last of them may give activations."""

    __slots__ = ()

    def __post_init__(self):
        object.__setattr__(self, "reads", tuple((number - 1,) for number in range(len(self.layers))))

    @property
    def hidden(self) -> tuple[Layer, ...]:
        """The layers that give activations."""
        return tuple(layer for layer in self.layers if layer.rule)


def parts_of(network: Network, units: tuple[int, ...]) -> list[list[Part]]:
    """Return each layer of a network as parts of it, one for each of its ``units``."""
    entering: list[Input] = [network.input]
    for layer in network.hidden:
        size, bits = layer.leaves.size, layer.leaves.bits
        entering.append(RateInput(size, 1, "dither") if layer.spiking else PixelInput(size, bits))
    quartets = zip(
        entering, network.layers, units, [*[None] * len(network.hidden), network.readout], strict=True
    )
    return [
        [
            Part(network.name, source, (share_of(layer, number, count),), readout=readout)
            for number in range(count)
        ]
        for source, layer, count, readout in quartets
    ]


def share_of(layer: Layer, number: int, count: int) -> Layer:
    """Return a layer that has every ``count``-th block row of another, from ``number`` on."""
    if count == 1:
        return layer
    weights = layer.weights
    rows = range(number, weights.block_rows, count)
    starts = [row * weights.block_out for row in rows]
    channels = [n for start in starts for n in range(start, min(start + weights.block_out, weights.outputs))]
    index, codes = weights.index[number::count], weights.codes[number::count]
    share = BlockSparse(len(channels), weights.inputs, weights.bits, index, codes)
    layer, rule = _shared(layer), layer.rule
    if isinstance(rule, Thresholds) and len(rule.levels) > 1:
        rule = Thresholds(tuple(rule.levels[n] for n in channels))
    if isinstance(rule, Multiply):
        factors, offsets = (tuple(each[n] for n in channels) for each in (rule.multipliers, rule.offsets))
        rule = replace(rule, multipliers=factors, offsets=offsets)
    return type(layer)(**_fields(layer) | {"weights": share, "bias": layer.bias[channels], "rule": rule})


def _shared(layer: Layer) -> Dense | Conv | Spiking:
    """Return a layer as what it is, or raise `InvalidNetwork` if no engines can share it."""
    if not isinstance(layer, Dense | Conv | Spiking):
        raise InvalidNetwork(f"{layer.name}: no engines share a layer of kind {layer.kind}")
    return layer


def _fields(layer: Dense | Conv | Spiking) -> dict[str, Any]:
    return {field.name: getattr(layer, field.name) for field in fields(layer)}
