"""A fully connected layer, exactly, at the speed of a floating-point matrix product."""

from __future__ import annotations

import numpy as np

from accelgen.errors import InvalidNetwork
from accelgen.golden.requantise import requantise
from accelgen.network.connected import FullyConnected
from accelgen.network.dense import Dense
from accelgen.network.widths import accumulator_bits, check_products

__all__ = ["accumulate", "activate", "exact_type", "in_proven_width"]

FLOAT32_BITS, FLOAT64_BITS = 24, 53

#: Weights of a matrix, zeros included, that are multiplied at once: a larger one takes half a gigabyte.
AT_ONCE = 1 << 23


def activate(layer: Dense, x: np.ndarray, input_bits: int) -> np.ndarray:
    """Return what leaves ``layer``: its requantised sums, or the sums if it has no rule; see `accumulate`.

    Returns
    -------
    uint8[images, outputs], or int64[images, outputs] without a rule

    Raises
    ------
    InvalidNetwork
        If sums or products need more bits than are exact, or one leaves its proven width.
    """
    check_products(layer, input_bits, signed=x.dtype.kind == "i")
    sums = accumulate(layer, x, input_bits)
    return requantise(sums, layer.rule) if layer.rule else sums


def accumulate(layer: FullyConnected, x: np.ndarray, input_bits: int) -> np.ndarray:
    """Return ``bias + W x`` for each row of ``x``.

    Every partial sum is an integer that fits the accumulator; one that has at most 24 (53) bits is
    exact in float32 (float64), so the matrix product of the floating-point library is exact too.

    Parameters
    ----------
    layer : FullyConnected
        Weights and biases.
    x : uint8[images, inputs]
        Activations of 0 to ``2**input_bits - 1``; int8 of -2**(input_bits - 1) and more if they are signed.
    input_bits : int
        Bits of an activation.

    Returns
    -------
    int64[images, outputs]
        The accumulators.

    Raises
    ------
    InvalidNetwork
        If the sums need more bits than are exact, or one leaves its proven width.
    """
    bits = accumulator_bits(layer, input_bits, signed=x.dtype.kind == "i")
    exact = exact_type(bits)
    entering, weights = x.astype(exact), layer.weights
    sums = np.empty((len(x), weights.outputs), np.int64)
    rows = max(1, AT_ONCE // (weights.block_out * weights.inputs))
    for first in range(0, weights.block_rows, rows):
        outputs = slice(first * weights.block_out, (first + rows) * weights.block_out)
        sums[:, outputs] = entering @ weights.dense(first, first + rows).T.astype(exact)
    return in_proven_width(sums + layer.bias, bits)


def exact_type(bits: int) -> type[np.floating]:
    """Return the fastest float that holds every integer of ``bits`` bits, or raise `InvalidNetwork`."""
    if bits > FLOAT64_BITS:
        raise InvalidNetwork(f"accumulators of {bits} bits are wider than {FLOAT64_BITS}")
    return np.float32 if bits <= FLOAT32_BITS else np.float64


def in_proven_width(sums: np.ndarray, bits: int) -> np.ndarray:
    """Return ``sums`` (int64[...]), or raise `InvalidNetwork` if one needs more than ``bits`` bits."""
    if sums.size and (sums.min() < -(1 << (bits - 1)) or sums.max() >= 1 << (bits - 1)):
        raise InvalidNetwork(f"a sum left its proven width of {bits} bits")
    return sums
