"""Matrices of weights in blocks: which sides of blocks cost least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import InvalidNetwork
from accelgen.interop.layers import IntegerLayer
from accelgen.network import BlockSparse
from accelgen.network.blocks import MAX_WEIGHT_BITS

__all__ = ["Cut", "best_cut", "bits_of", "blocks_of", "diagonal_side", "evened", "matrix_of"]

#: Sides of blocks that are tried: small ones leave out more zeros, and need a longer index.
OUTPUTS, INPUTS = (16, 8), (16, 8, 4, 2, 1)
#: What a block of activations costs beside its weights, in stored bits: a register says if it is empty, and
#: is written, scanned and chosen. 392 of them instead of 196 took a third more LUTs of an MLP of 784 inputs.
FLAG = 16


@dataclass(frozen=True, slots=True)
class Cut:
    """Blocks of a matrix.

    Attributes
    ----------
    bits : int
        What codes and index store, padding included.
    block_out, block_in : int
        Sides of a block.
    cost : int
        ``bits``, and what flags of activations cost.
    """

    bits: int
    block_out: int
    block_in: int
    cost: int


def best_cut(nonzero: np.ndarray, bits: int, divisor: int | None = None) -> Cut:
    """Return the blocks that cost least, the largest among equals.

    Parameters
    ----------
    nonzero : bool[outputs, inputs]
        Where weights are.
    bits : int
        Of a weight.
    divisor : int, optional
        What the columns of a block must divide: channels of a pixel.
    """
    outputs, inputs = nonzero.shape
    sizes = [one for one in INPUTS if one <= inputs]
    if divisor:
        sizes = [next(size for size in range(min(16, divisor), 0, -1) if divisor % size == 0)]
    cuts = [
        _cut(nonzero, bits, block_out, block_in)
        for block_out in _row_sides(outputs)
        for block_in in sizes or [inputs]
    ]
    return min(cuts, key=lambda one: one.cost)


def _row_sides(outputs: int) -> list[int]:
    """Return sides that leave no row of blocks much emptier than another: 22 outputs are 11 and 11."""
    return list(dict.fromkeys(-(-outputs // -(-outputs // min(size, outputs))) for size in OUTPUTS))


def _cut(nonzero: np.ndarray, bits: int, block_out: int, block_in: int) -> Cut:
    mask = _mask(nonzero, block_out, block_in)
    rows, columns = mask.shape
    kept = max(int(mask.sum(axis=1).max()), 1)
    name = 0 if kept == columns else (columns - 1).bit_length()
    stored = rows * kept * (block_out * block_in * bits + name)
    return Cut(stored, block_out, block_in, stored + FLAG * columns)


def _mask(nonzero: np.ndarray, block_out: int, block_in: int) -> np.ndarray:
    """Return which blocks hold a weight, bool[block_rows, input_blocks]."""
    outputs, inputs = nonzero.shape
    rows, columns = -(-outputs // block_out), -(-inputs // block_in)
    padded = np.zeros((rows * block_out, columns * block_in), bool)
    padded[:outputs, :inputs] = nonzero
    return np.asarray(padded.reshape(rows, block_out, columns, block_in).any(axis=(1, 3)))


def blocks_of(matrix: np.ndarray, bits: int, divisor: int | None = None) -> BlockSparse:
    """Return a matrix of weights, integer[outputs, inputs], in the blocks of `best_cut`."""
    cut = best_cut(matrix != 0, bits, divisor)
    mask = evened(_mask(matrix != 0, cut.block_out, cut.block_in))
    return BlockSparse.from_dense(matrix, mask, bits, cut.block_out, cut.block_in)


def evened(mask: np.ndarray) -> np.ndarray:
    """Return ``mask`` with as many blocks in every row as the row with most has, zeros among them."""
    kept = max(int(mask.sum(axis=1).max()), 1)
    order = np.argsort(~mask, axis=1, kind="stable")[:, :kept]
    found = np.zeros_like(mask)
    np.put_along_axis(found, order, True, axis=1)
    return found


def diagonal_side(channels: int, positions: int, pixels: int) -> int:
    """Return the side of blocks that cost least where each channel reads itself alone, as averages do.

    A block on the diagonal holds zeros beside it, the more the larger it is; small ones are many, and each of
    an image has a flag. Blocks of one have no zeros, and weights of one bit.

    Parameters
    ----------
    channels : int
        Of the image, and of what leaves.
    positions : int
        Of the kernel.
    pixels : int
        Of the image.
    """

    def cost(side: int) -> int:
        codes = channels * positions * (2 * side if side > 1 else 1)
        return codes + FLAG * pixels * channels // side

    return min((side for side in range(min(16, channels), 0, -1) if channels % side == 0), key=cost)


def matrix_of(layer: IntegerLayer, shape: tuple[int, ...]) -> np.ndarray:
    """Return the weights of a dense layer for all that is there to be read, int64[outputs, inputs].

    Parameters
    ----------
    layer : IntegerLayer
        A dense one.
    shape : tuple of int
        Of what it reads a part of, in the source.
    """
    matrix = np.zeros((len(layer.weights), int(np.prod(shape))), np.int64)
    matrix[:, _our_places(layer.reads, shape)] = layer.weights
    return matrix


def _our_places(reads: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return where the source's places are with us: in the order (y, x, channel), not channels first."""
    if len(shape) != 3:
        return reads
    channel, y, x = np.unravel_index(reads, shape)
    return (y * shape[2] + x) * shape[0] + channel


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
