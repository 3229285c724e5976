"""What a convolution of a source looks at, and its pooling, as the window that ours have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from accelgen.errors import DataError
from accelgen.interop.graph import Node
from accelgen.interop.levels import Levels
from accelgen.network import Window

__all__ = ["window_of"]


def window_of(
    attributes: Mapping, pools: Sequence[Node], places: np.ndarray, kernels: tuple[int, ...], levels: Levels
) -> Window:
    """Return the window of a convolution.

    Parameters
    ----------
    attributes : mapping
        Of the convolution: ``pads`` and ``strides``.
    pools : sequence of Node
        The pooling nodes behind it.
    places : int64[1, ...]
        Where what it reads stands in what was given before.
    kernels : tuple of int
        Shape of its weights: channels, input channels, kernel height and kernel width.
    levels : Levels
        What the codes that it reads mean.

    Raises
    ------
    DataError
        If it reads no image, has weights of another shape, pads what has no code 0, or is pooled twice.
    InvalidNetwork
        If no window of ours is like it.
    """
    if len(kernels) != 4:
        raise DataError(f"must have weights of four dimensions, not {len(kernels)}")
    if places.ndim != 4 or not np.array_equal(places.ravel(), np.arange(places.size)):
        raise DataError("must read an image in its own order (channels, rows, columns)")
    if len(pools) > 1:
        raise DataError("must have one MaxPool at most")
    channels, height, width = places.shape[1:]
    top, left, bottom, right = attributes.get("pads") or (0, 0, 0, 0)
    if any((top, left, bottom, right)) and levels.offset != 0:
        raise DataError("pads with 0, for which what enters has no code 0: unsigned values can be imported")
    return Window(
        height,
        width,
        channels,
        kernel=kernels[2:],
        stride=tuple(attributes.get("strides") or (1, 1)),
        padding=(top, bottom, left, right),
        pool=tuple(pools[0].attributes["kernel_shape"]) if pools else 1,
    )
