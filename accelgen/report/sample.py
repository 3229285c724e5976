"""A sample as a picture: pixels and spectrograms as images, series and rows of tables as curves."""

from __future__ import annotations

from html import escape

import numpy as np

from accelgen.report.png import address
from accelgen.report.svg import element, strip

__all__ = ["sample_picture", "shown_sample"]

WIDTH, HEIGHT = 120.0, 60.0
#: Channels of a series that get a curve of their own.
CURVES = 8


def shown_sample(values: np.ndarray, shape: tuple[int, int, int], low: float, high: float) -> np.ndarray:
    """Return a sample as an image: uint8[height, width], or uint8[height, width, 3] of three channels.

    Channels stand side by side if they are neither one nor three.

    Parameters
    ----------
    values : number[...]
        As many as ``shape`` has.
    shape : (height, width, channels)
        Of the sample.
    low, high : float
        What is black, and what is white.
    """
    height, width, channels = shape
    pixels = np.rint(255 * _share(values, low, high).reshape(shape)).astype(np.uint8)
    if channels == 3:
        return pixels
    return pixels.transpose(0, 2, 1).reshape(height, channels * width)


def sample_picture(
    values: np.ndarray, shape: tuple[int, int, int], low: float, high: float, words: str
) -> str:
    """Return a sample as HTML: a curve for each channel if its height is one, else an image.

    ``words`` are for who cannot see it, and when the mouse rests on it; see `shown_sample`.
    """
    height, width, channels = shape
    if height > 1:
        image = shown_sample(values, shape, low, high)
        said = escape(words, quote=True)
        size = f'width="{image.shape[1]}" height="{image.shape[0]}"'
        return f'<img src="{address(image)}" alt="{said}" title="{said}" {size}>'
    share = _share(values, low, high).reshape(width, channels)
    x = WIDTH * (np.arange(width) + 0.5) / width
    curves = []
    for channel in range(min(channels, CURVES)):
        y = HEIGHT * (0.95 - 0.9 * share[:, channel])
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        curves.append(element("polyline", points=points, class_=f"curve s{channel % 8}"))
    return strip(words, WIDTH, HEIGHT, curves, "strip curves")


def _share(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return where values are between ``low`` and ``high``, 0 to 1."""
    # Halves of large numbers: their difference would be infinite.
    half = high / 2 - low / 2 if high > low else 0.5
    return np.nan_to_num(np.clip((np.asarray(values, np.float64) / 2 - low / 2) / half, 0, 1))
