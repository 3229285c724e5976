"""Pools of NIR between what enters and weights: they add spikes up, and weights can read these themselves.

Each weight then stands at every place of its square, over how many they are of an average. Zeros around an
image add nothing, and count, as frameworks count them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from accelgen.errors import DataError
from accelgen.interop.averages import Squares
from accelgen.interop.spiking.read import Unit
from accelgen.interop.spiking.survey import MOST_NUMBERS

__all__ = ["POOLS", "pooled_squares", "read_through"]

POOLS = ("SumPool2d", "AvgPool2d")
MOST_SIDE = 1 << 10
#: Weights times the values of their squares, of a pool: that takes seconds.
MOST_SPREAD = 1 << 30


def pooled_squares(unit: Unit, shape: tuple[int, ...] | None) -> Squares:
    """Return the squares of an image of ``shape`` that a pool adds up.

    Raises
    ------
    DataError
        If it reads no image, or no square fits it.
    """
    if shape is None or len(shape) != 3:
        said = "values of no known shape" if shape is None else list(shape)
        raise DataError(
            f"pools {said}: a pool of events that enter as (polarities, rows, columns) can be imported"
        )
    sides, strides, pads = (
        _pair(unit, name, least) for name, least in (("kernel_size", 1), ("stride", 1), ("padding", 0))
    )
    squares = Squares((shape[0], shape[1], shape[2]), sides, strides, (*pads, *pads))
    if min(squares.leaving) < 1:
        raise DataError(f"squares of {list(sides)} do not fit {shape[1]} x {shape[2]} pixels")
    if any(pad >= side for pad, side in zip(pads, sides, strict=True)):
        raise DataError(f"padding must be less than the square, {list(sides)}, not {list(pads)}")
    return squares


def _pair(unit: Unit, name: str, least: int) -> tuple[int, int]:
    numbers = np.ravel(unit.values.get(name, ()))
    if numbers.size not in (1, 2) or (numbers != np.rint(numbers)).any():
        raise DataError(f"{name} must be two whole numbers")
    if ((numbers < least) | (numbers > MOST_SIDE)).any():
        raise DataError(f"{name} must be {least} to {MOST_SIDE}, not {numbers.tolist()}")
    return int(numbers[0]), int(numbers[-1])


def read_through(linear: Unit, pools: list[tuple[Unit, Squares]]) -> Unit:
    """Return weights that read pools as weights of what the first of ``pools`` reads.

    Raises
    ------
    DataError
        If these would be too many, or take too long to find.
    """
    weight = linear.values["weight"]
    for pool, squares in reversed(pools):
        (channels, rows, columns), (top, left, _, _) = squares.shape, squares.pads
        whole = len(weight) * channels * (rows + 2 * top) * (columns + 2 * left)
        if weight.size * squares.count > MOST_SPREAD or whole > MOST_NUMBERS:
            raise DataError(
                f"{pool.name}: {whole:,} weights would read through it, each the sum of up to "
                f"{squares.count:,}, and that is more than is followed"
            )
        spread = squares.spread(weight.reshape(-1, *squares.leaving))
        weight = spread.reshape(len(weight), -1) / (squares.count if pool.op == "AvgPool2d" else 1)
    return replace(linear, values={**linear.values, "weight": weight})
