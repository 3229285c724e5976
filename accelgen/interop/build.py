"""Layers of integers become a network: weights in blocks, and the cheapest rule that gives every step."""

from __future__ import annotations

import numpy as np

from accelgen.errors import AccelgenError, InvalidNetwork
from accelgen.interop.blocks import bits_of, blocks_of, diagonal_side, evened, matrix_of
from accelgen.interop.layers import Converted, IntegerLayer, Refused
from accelgen.interop.rule import rule_of
from accelgen.interop.scores import score_bias
from accelgen.network import Conv, Dense, Multiply, Network, Requantise, Thresholds, Window
from accelgen.network.layer import Layer
from accelgen.network.task import Task

__all__ = ["build"]


def build(name: str, converted: Converted, provenance: dict[str, str | int | float]) -> Network:
    """Return the network.

    Raises
    ------
    Refused
        If a layer does not fit into one of ours.
    InvalidNetwork
        If the whole does not.
    """
    layers: list[Layer] = []
    for number, layer in enumerate(converted.layers):
        try:
            before = converted.layers[number - 1] if number else None
            layers.append(_layer(layer, before, number, converted))
        except (AccelgenError, ValueError) as error:
            raise Refused(layer.stage, str(error)) from error
    return Network(name, converted.entering.input, tuple(layers), provenance, converted.task)


def _layer(layer: IntegerLayer, before: IntegerLayer | None, number: int, converted: Converted) -> Layer:
    bits = bits_of(layer.weights)
    rule, bias = _rule(layer, converted.task)
    if layer.window is not None:
        return _convolution(layer, layer.window, number, bits, rule, bias)
    if rule is None and layer is not converted.layers[-1]:
        raise InvalidNetwork("only the last layer gives scores")
    shape = before.shape if before else converted.shape
    matrix = matrix_of(layer, shape)
    if bits == 1 and len(layer.reads) != matrix.shape[1]:
        bits = 2  # one bit has no zero for what is not read
    divisor = shape[0] if before and before.window is not None else None  # words hold channels of a pixel
    return Dense(f"dense{number}", blocks_of(matrix, bits, divisor), bias, rule)


def _convolution(
    layer: IntegerLayer,
    window: Window,
    number: int,
    bits: int,
    rule: Requantise | Thresholds | Multiply | None,
    bias: np.ndarray,
) -> Conv:
    if rule is None:
        raise InvalidNetwork(
            "a convolution cannot be the last layer; a Flatten and a MatMul behind it can be imported"
        )
    channels, reading = window.channels, layer.weights.any(axis=(2, 3))
    block_in = next(size for size in range(min(16, channels), 0, -1) if channels % size == 0)
    block_out = min(16, len(layer.weights))
    if reading.shape[0] == channels and not (reading & ~np.eye(channels, dtype=bool)).any():
        block_out = block_in = diagonal_side(channels, window.positions, window.height * window.width)
        bits = max(bits, 2) if block_in > 1 else bits_of(layer.weights[range(channels), range(channels)])
    rows, columns = -(-len(layer.weights) // block_out), channels // block_in
    blocks = np.zeros((rows * block_out, channels), bool)
    blocks[: len(layer.weights)] = reading
    mask = evened(np.asarray(blocks.reshape(rows, block_out, columns, block_in).any(axis=(1, 3))))
    return Conv.from_kernels(
        f"conv{number}",
        window,
        layer.weights,
        mask,
        bits=bits,
        block_out=block_out,
        block_in=block_in,
        bias=bias,
        rule=rule,
    )


def _rule(
    layer: IntegerLayer, task: Task | None
) -> tuple[Requantise | Thresholds | Multiply | None, np.ndarray]:
    if layer.levels is None and task is not None:
        return None, np.zeros(len(layer.stairs), np.int32)  # its thresholds are those of the sums
    if layer.levels is None:
        return None, score_bias(layer.stairs)
    low = np.array([one.starts[0] for one in layer.stairs])
    high = np.array([one.last for one in layer.stairs])
    first = np.empty((len(layer.stairs), layer.levels.most), np.int64)
    for row, one in zip(first, layer.stairs, strict=True):
        codes = layer.levels.codes(one.values)
        place = np.searchsorted(codes, np.arange(1, layer.levels.most + 1))
        row[:] = np.append(one.starts, one.last + 1)[place]
    found = rule_of(first, low, high)
    if found is None:
        raise InvalidNetwork("a bias would need 2**24 or more")
    return found
