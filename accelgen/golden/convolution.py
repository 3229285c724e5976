"""A convolution with its pooling, exactly, at the speed of a floating-point matrix product."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from accelgen.golden.dense import exact_type, in_proven_width
from accelgen.golden.requantise import requantise
from accelgen.network.convolution import Conv
from accelgen.network.widths import accumulator_bits, check_products
from accelgen.network.window import Window

__all__ = ["activate", "convolve", "padded", "seen"]

#: Products that are gathered at a time, which bounds the memory: 2**24 of them are 64 MiB in float32.
GATHERED = 1 << 24


def activate(layer: Conv, x: np.ndarray, input_bits: int) -> np.ndarray:
    """Return what leaves ``layer``: summed, pooled and requantised.

    Parameters
    ----------
    layer : Conv
        Weights, biases and rule.
    x : uint8[images, inputs]
        Activations of 0 to ``2**input_bits - 1``, in the order (y, x, channel); int8 if they are signed.
    input_bits : int
        Bits of an activation.

    Returns
    -------
    uint8[images, outputs]
        Activations in the order (y, x, channel).

    Raises
    ------
    InvalidNetwork
        If sums or products need more bits than are exact, or one leaves its proven width.
    """
    check_products(layer, input_bits, signed=x.dtype.kind == "i")
    window = layer.window
    rows, columns = window.rows, window.columns
    batch = max(GATHERED // (window.looked_at * window.positions * window.channels), 1)
    leaving = np.empty((len(x), layer.outputs), np.uint8)
    for start in range(0, len(x), batch):
        sums = convolve(layer, x[start : start + batch], input_bits)
        squares = sums.reshape(
            len(sums), rows.leaving, rows.pool, columns.leaving, columns.pool, layer.channels
        )
        # Requantising never falls as its sum rises: the largest sum gives the largest activation.
        largest = squares.max(axis=(2, 4)).reshape(len(sums), -1)
        leaving[start : start + batch] = requantise(largest, layer.rule)
    return leaving


def convolve(layer: Conv, x: np.ndarray, input_bits: int) -> np.ndarray:
    """Return the sums that the pooling looks at.

    Every partial sum is an integer that fits the accumulator; see `accelgen.golden.dense`.

    Parameters
    ----------
    layer, x, input_bits
        See `activate`.

    Returns
    -------
    int64[images, rows, columns, channels]
        The accumulators of every pixel that a square of the pooling holds.

    Raises
    ------
    InvalidNetwork
        If the sums need more bits than are exact, or one leaves its proven width.
    """
    bits = accumulator_bits(layer, input_bits, signed=x.dtype.kind == "i")
    exact = exact_type(bits)
    entering = seen(layer.window, padded(layer.window, x.reshape(-1, *_shape(layer.window))).astype(exact))
    images, rows, columns = entering.shape[:3]
    flat = entering.reshape(images * rows * columns, -1)  # (channel, j, i), as the kernels
    products = flat @ layer.kernels().reshape(layer.channels, -1).T.astype(exact)
    sums = in_proven_width(products.astype(np.int64) + layer.bias, bits)
    return sums.reshape(images, rows, columns, layer.channels)


def padded(window: Window, x: np.ndarray) -> np.ndarray:
    """Return ``x`` [images, height, width, ...] with the zeros of the window's padding around each image."""
    sides = [(axis.before, axis.after) for axis in (window.rows, window.columns)]
    return np.pad(x, [(0, 0), *sides, *[(0, 0)] * (x.ndim - 3)])


def seen(window: Window, x: np.ndarray) -> np.ndarray:
    """Return a view of what each window sees of a padded image.

    Parameters
    ----------
    window : Window
        Says where the windows lie.
    x : [images, height, width, ...]
        Images with their padding.

    Returns
    -------
    [images, rows, columns, ..., kernel height, kernel width]
        Windows of the pixels that a square of the pooling holds.
    """
    rows, columns = window.rows, window.columns
    views = sliding_window_view(x, (rows.kernel, columns.kernel), axis=(1, 2))
    views = views[:, :: rows.stride, :: columns.stride]
    return views[:, : rows.pooled, : columns.pooled]


def _shape(window: Window) -> tuple[int, int, int]:
    return window.height, window.width, window.channels
