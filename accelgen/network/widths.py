"""Accumulator widths, proven from the weights themselves rather than guessed from their bits.

The sum may arrive in any order and stop anywhere, so the width must hold every partial sum: the bias
plus all negative products at full activation, and the bias plus all positive ones.
"""

from __future__ import annotations

import numpy as np

from accelgen.network.layers import Dense
from accelgen.network.network import Network

__all__ = ["accumulator_bits", "bias_bits", "engine_accumulator_bits", "signed_bits"]


def signed_bits(low: int, high: int) -> int:
    """Return the bits of the smallest two's complement word that holds ``low`` and ``high``."""
    return 1 + max((-low - 1).bit_length() if low < 0 else 0, high.bit_length() if high > 0 else 0)


def accumulator_bits(layer: Dense, input_bits: int) -> int:
    """Return the signed width in bits that no partial sum of ``layer`` can leave.

    Parameters
    ----------
    layer : Dense
        Its weights and bias.
    input_bits : int
        Bits of the unsigned activations that enter.
    """
    top = (1 << input_bits) - 1
    codes = layer.weights.codes.astype(np.int64)
    rows, _, block_out, _ = codes.shape
    negative = np.minimum(codes, 0).sum(axis=(1, 3)).reshape(rows * block_out)[: layer.outputs]
    positive = np.maximum(codes, 0).sum(axis=(1, 3)).reshape(rows * block_out)[: layer.outputs]
    bias = layer.bias.astype(np.int64)
    low = np.minimum(bias, 0) + top * negative
    high = np.maximum(bias, 0) + top * positive
    return signed_bits(int(low.min()), int(high.max()))


def bias_bits(layer: Dense) -> int:
    """Return the signed width in bits of the layer's biases."""
    return signed_bits(int(layer.bias.min()), int(layer.bias.max()))


def engine_accumulator_bits(network: Network) -> int:
    """Return the width in bits that serves every layer of ``network``."""
    return max(accumulator_bits(*pair) for pair in zip(network.layers, network.input_bits, strict=True))
