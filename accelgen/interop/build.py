"""Layers of integers become a network: weights in blocks, and the cheapest rule that gives every step."""

from __future__ import annotations

import numpy as np

from accelgen.errors import AccelgenError, InvalidNetwork
from accelgen.interop.convert import Converted, IntegerLayer, Refused
from accelgen.interop.rule import rule_of
from accelgen.interop.scores import score_bias
from accelgen.network import BlockSparse, Conv, Dense, Multiply, Network, Requantise, Thresholds, Window
from accelgen.network.blocks import MAX_WEIGHT_BITS
from accelgen.network.layer import Layer

__all__ = ["bits_of", "blocks_of", "build"]

#: Sides of blocks that are tried: small ones leave out more zeros, and need a longer index.
OUTPUTS, INPUTS = (16, 8), (16, 8, 4)


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
    return Network(name, converted.entering.input, tuple(layers), provenance)


def _layer(layer: IntegerLayer, before: IntegerLayer | None, number: int, converted: Converted) -> Layer:
    bits = bits_of(layer.weights)
    rule, bias = _rule(layer)
    if layer.window is not None:
        return _convolution(layer, layer.window, number, bits, rule, bias)
    if rule is None and layer is not converted.layers[-1]:
        raise InvalidNetwork("only the last layer gives scores")
    shape = before.shape if before else converted.shape
    places = _our_places(layer.reads, shape)
    matrix = np.zeros((len(layer.weights), int(np.prod(shape))), np.int64)
    if bits == 1 and len(places) != matrix.shape[1]:
        bits = 2  # one bit has no zero for what is not read
    matrix[:, places] = layer.weights
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
    channels = window.channels
    block_in = next(size for size in range(min(16, channels), 0, -1) if channels % size == 0)
    block_out = min(16, len(layer.weights))
    rows, columns = -(-len(layer.weights) // block_out), channels // block_in
    blocks = np.zeros((rows * block_out, channels), bool)
    blocks[: len(layer.weights)] = layer.weights.any(axis=(2, 3))
    mask = _evened(np.asarray(blocks.reshape(rows, block_out, columns, block_in).any(axis=(1, 3))))
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


def bits_of(weights: np.ndarray) -> int:
    """Return the bits that hold ``weights``: one if all are -1 or 1.

    Raises
    ------
    InvalidNetwork
        If a weight needs more than there are.
    """
    if (np.abs(weights) == 1).all():
        return 1
    low, high = int(weights.min()), int(weights.max())
    bits = 1 + max((-low - 1).bit_length() if low < 0 else 0, high.bit_length() if high > 0 else 0, 1)
    if bits > MAX_WEIGHT_BITS:
        raise InvalidNetwork(
            f"weights of {low} to {high} need {bits} bits, and weights have 1 to {MAX_WEIGHT_BITS}"
        )
    return bits


def _rule(layer: IntegerLayer) -> tuple[Requantise | Thresholds | Multiply | None, np.ndarray]:
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


def _our_places(reads: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return where the source's places are with us: in the order (y, x, channel), not channels first."""
    if len(shape) != 3:
        return reads
    channel, y, x = np.unravel_index(reads, shape)
    return (y * shape[2] + x) * shape[0] + channel


def blocks_of(matrix: np.ndarray, bits: int, divisor: int | None = None) -> BlockSparse:
    """Return a matrix of weights, integer[outputs, inputs], in the blocks that cost fewest bits.

    The largest among equals; their columns divide ``divisor`` if there is one.
    """
    outputs, inputs = matrix.shape
    sizes = [size for size in INPUTS if size <= inputs] or [inputs]
    if divisor:
        sizes = [next(size for size in range(min(16, divisor), 0, -1) if divisor % size == 0)]
    found: list[tuple[int, BlockSparse]] = []
    for block_out in dict.fromkeys(min(size, outputs) for size in OUTPUTS):
        for block_in in sizes:
            rows, columns = -(-outputs // block_out), -(-inputs // block_in)
            padded = np.zeros((rows * block_out, columns * block_in), bool)
            padded[:outputs, :inputs] = matrix != 0
            mask = _evened(np.asarray(padded.reshape(rows, block_out, columns, block_in).any(axis=(1, 3))))
            kept = int(mask[0].sum())
            name = 0 if kept == columns else (columns - 1).bit_length()
            cost = rows * kept * (block_out * block_in * bits + name)
            found.append((cost, BlockSparse.from_dense(matrix, mask, bits, block_out, block_in)))
    return min(found, key=lambda one: one[0])[1]  # the first among equals


def _evened(mask: np.ndarray) -> np.ndarray:
    """Return ``mask`` with as many blocks in every row as the row with most has, zeros among them."""
    kept = max(int(mask.sum(axis=1).max()), 1)
    order = np.argsort(~mask, axis=1, kind="stable")[:, :kept]
    evened = np.zeros_like(mask)
    np.put_along_axis(evened, order, True, axis=1)
    return evened
