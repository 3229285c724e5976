"""A drawing as MNIST would have it: in a box of 20 x 20 pixels, by its centre of mass in 28 x 28."""

from __future__ import annotations

import numpy as np

from accelgen.errors import DataError
from accelgen.values import integers

__all__ = ["SIDE", "centred"]

#: Pixels along a side of an MNIST image.
SIDE = 28
BOX = 20
FAINT = 32  # of 255: less is no ink


def centred(grey: np.ndarray) -> np.ndarray:
    """Return a drawing of any size as uint8[784], in the way that MNIST was made.

    Parameters
    ----------
    grey : integer[height, width]
        0 to 255, bright on dark.

    Raises
    ------
    DataError
        If nothing is drawn, or it is of another kind, range or shape.
    """
    if integers("a drawing's pixels", grey, 0, 255).ndim != 2:
        raise DataError(f"a drawing must have a height and a width, not shape {list(grey.shape)}")
    ink = grey > FAINT
    if not ink.any():
        raise DataError("a drawing must have something bright in it")
    cut = grey[_extent(ink, 1), _extent(ink, 0)].astype(float)
    scale = BOX / max(cut.shape)
    height, width = (max(1, round(size * scale)) for size in cut.shape)
    small = _shares(cut.shape[0], height) @ cut @ _shares(cut.shape[1], width).T
    small *= 255 / small.max()  # thin strokes are as bright as thick ones
    image = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (_corner(small, axis) for axis in (0, 1))
    image[top : top + height, left : left + width] = small.round()
    return image.reshape(-1)


def _extent(ink: np.ndarray, across: int) -> slice:
    """Return where there is ink, from the first place to the last: rows if ``across`` is 1, columns if 0."""
    places = np.flatnonzero(ink.any(axis=across))
    return slice(places[0], places[-1] + 1)


def _shares(size: int, wanted: int) -> np.ndarray:
    """Return what each old pixel of an axis gives to each new one, float[wanted, size]: rows add up to 1."""
    edges = np.linspace(0, size, wanted + 1)
    low, high = edges[:-1, None], edges[1:, None]
    old = np.arange(size)
    return np.clip(np.minimum(high, old + 1) - np.maximum(low, old), 0, None) * wanted / size


def _corner(small: np.ndarray, axis: int) -> int:
    """Return where the drawing begins so that its centre of mass is that of MNIST, as far as it fits."""
    mass = small.sum(axis=1 - axis)
    middle = (np.arange(len(mass)) * mass).sum() / mass.sum()
    return int(np.clip(round(SIDE / 2 - middle), 0, SIDE - len(mass)))
