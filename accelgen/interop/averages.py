"""Averages over squares of an image: which squares, and what becomes of weights that read averages.

An average is a sum of codes over how many they are. So it is a convolution of ones, each channel of its own
image, and the division is part of what follows, as a scale is. Weights that read averages, with no quantiser
between them, can also read the image itself: each of them then stands at every place of its square.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import DataError
from accelgen.interop.graph import Node

__all__ = ["AVERAGES", "Squares", "average_problem", "squares_of"]

#: Nodes that average over rows and columns.
AVERAGES = frozenset({"AveragePool", "GlobalAveragePool", "ReduceMean"})
#: Beyond every side of an image.
MOST = 1 << 16


@dataclass(frozen=True, slots=True)
class Squares:
    """The squares of an image whose values are averaged.

    Attributes
    ----------
    shape : (int, int, int)
        Channels, rows and columns of the image.
    kernel, strides : (int, int)
        Sides of a square, and pixels from one to the next.
    pads : (int, int, int, int)
        Zeros that count: top, left, bottom and right.
    """

    shape: tuple[int, int, int]
    kernel: tuple[int, int]
    strides: tuple[int, int]
    pads: tuple[int, int, int, int]

    @property
    def count(self) -> int:
        """Values of a square."""
        return self.kernel[0] * self.kernel[1]

    @property
    def leaving(self) -> tuple[int, int, int]:
        """Channels, rows and columns of averages."""
        high, wide = (
            (self.shape[axis + 1] + self.pads[axis] + self.pads[axis + 2] - self.kernel[axis])
            // self.strides[axis]
            + 1
            for axis in range(2)
        )
        return self.shape[0], high, wide

    @property
    def whole(self) -> bool:
        """One square is the whole image."""
        return self.kernel == self.shape[1:] and not any(self.pads)

    def ones(self) -> np.ndarray:
        """Return the kernels whose sums are averages times `count`, int64[channels, channels, ...]."""
        channels = self.shape[0]
        kernels = np.zeros((channels, channels, *self.kernel), np.int64)
        kernels[range(channels), range(channels)] = 1
        return kernels

    def spread(self, weights: np.ndarray) -> np.ndarray:
        """Return weights of averages, ``[outputs, *leaving]``, as ones of the image, times `count`."""
        (top, left, bottom, right), (channels, rows, columns) = self.pads, self.shape
        shape = len(weights), channels, rows + top + bottom, columns + left + right
        found = np.zeros(shape, weights.dtype)
        for y, x in np.ndindex(*weights.shape[2:]):
            at_y, at_x = y * self.strides[0], x * self.strides[1]
            square = found[:, :, at_y : at_y + self.kernel[0], at_x : at_x + self.kernel[1]]
            square += weights[:, :, y, x, None, None]
        return found[:, :, top : top + rows, left : left + columns]

    def enlarged(self, kernels: np.ndarray) -> np.ndarray:
        """Return kernels that read averages, integer[outputs, channels, ...], as ones of the image."""
        high, wide = (
            (size - 1) * stride + side
            for size, stride, side in zip(kernels.shape[2:], self.strides, self.kernel, strict=True)
        )
        found = np.zeros((*kernels.shape[:2], high, wide), np.int64)
        for y, x in np.ndindex(*kernels.shape[2:]):
            at_y, at_x = y * self.strides[0], x * self.strides[1]
            square = found[:, :, at_y : at_y + self.kernel[0], at_x : at_x + self.kernel[1]]
            square += kernels[:, :, y, x, None, None]
        return found

    def padded(self, pads: tuple[int, ...]) -> tuple[int, ...]:
        """Return the zeros around the image that are ``pads`` around the averages.

        Raises
        ------
        DataError
            If zeros around the averages are no zeros around the image: a square there would hold pixels.
        """
        if not any(pads):
            return self.pads
        apart = all(side <= stride for side, stride in zip(self.kernel, self.strides, strict=True))
        full = all(
            size == stride * count
            for size, stride, count in zip(self.shape[1:], self.strides, self.leaving[1:], strict=True)
        )
        if any(self.pads) or not (apart and full):
            raise DataError(
                "pads averages with 0, and pixels lie where the squares of these zeros are: a Conv without "
                "pads, or a quantiser before it, can be imported"
            )
        return tuple(pad * self.strides[place % 2] for place, pad in enumerate(pads))


def average_problem(node: Node) -> str:
    """Return why an average is none of ours, whatever image it reads, or nothing."""
    more = node.attributes
    if node.op != "AveragePool":
        return ""
    sides, strides, pads = (more.get(name) or [] for name in ("kernel_shape", "strides", "pads"))
    if not (_counts(sides, 2, 1) and _counts(strides or [1, 1], 2, 1) and _counts(pads or [0] * 4, 4, 0)):
        return f"must average over squares of images, not {sides} with strides {strides} and pads {pads}"
    padded = any(pads)
    if more.get("auto_pad", "NOTSET") not in ("NOTSET", *(() if padded else ("VALID",))):
        return "auto_pad is not read; the same pads as numbers can be imported"
    if set(more.get("dilations") or [1]) != {1}:
        return "must have no dilations"
    if padded and not more.get("count_include_pad", 0):
        return (
            "divides by fewer values at the edges, and a layer has one rule for all places: "
            "with count_include_pad 1, or without pads, it can be imported"
        )
    return ""


def _counts(numbers: object, count: int, least: int) -> bool:
    """Return whether an attribute is ``count`` whole numbers of at least ``least``."""
    return (
        isinstance(numbers, list | tuple)
        and len(numbers) == count
        and all(isinstance(one, int) and least <= one < MOST for one in numbers)
    )


def squares_of(node: Node, axes: np.ndarray | None, shape: tuple[int, ...]) -> Squares:
    """Return the squares that a node averages over.

    Parameters
    ----------
    node : Node
        One of `AVERAGES`.
    axes : int64[...] or None
        The second operand of a ReduceMean, if it has one.
    shape : tuple of int
        Of what it reads, without the batch.

    Raises
    ------
    DataError
        If they are no squares of an image, or leave it.
    """
    if len(shape) != 3:
        raise DataError(f"averages no image (channels, rows, columns), but {list(shape)}")
    more = node.attributes
    channels, high, wide = shape
    image = channels, high, wide
    if node.op == "ReduceMean":
        said = more.get("axes") if axes is None else axes
        found_axes = np.ravel([] if said is None else said)
        if found_axes.dtype.kind != "i" or sorted((found_axes % 4).tolist()) != [2, 3]:
            raise DataError("must average over rows and columns: axes 2 and 3 can be imported")
    if node.op != "AveragePool":
        return Squares(image, (high, wide), (1, 1), (0, 0, 0, 0))
    kernel, strides = more["kernel_shape"], more.get("strides") or [1, 1]
    top, left, bottom, right = more.get("pads") or (0, 0, 0, 0)
    found = Squares(image, (kernel[0], kernel[1]), (strides[0], strides[1]), (top, left, bottom, right))
    if min(found.leaving) < 1:
        raise DataError(f"squares of {list(kernel)} do not fit {high} x {wide} pixels")
    rests = (
        (side + low + after - size) % stride
        for side, low, after, size, stride in zip(
            (high, wide), found.pads[:2], found.pads[2:], kernel, strides, strict=True
        )
    )
    if more.get("ceil_mode", 0) and any(rests):
        raise DataError(
            "has squares that leave the image, for ceil_mode is 1, and divides by fewer values there: "
            "with ceil_mode 0 it can be imported"
        )
    return found
