"""What a chain of real functions makes of every sum: found by halving, exactly, without looking at every sum.

Each node of a chain never turns round: a sum of float32, a product, a rounding, a comparison all keep the
order of their operands, or reverse it. So does the chain, and where it has the same value at both ends of an
interval it has that value everywhere in it. Intervals whose ends differ are halved until they are neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from accelgen.errors import DataError

__all__ = ["Staircase", "staircases"]

#: Sums of each channel at which the steps that were found are compared with the chain once more.
CHECKED = 2048

#: From sums int64[n, channels] to values float32[n, channels].
Function = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True, eq=False)
class Staircase:
    """What becomes of the sums of a channel.

    Attributes
    ----------
    starts : int64[steps]
        The first sum of each step; the first of all is the least sum there is.
    values : float32[steps]
        What every sum of a step becomes: no two neighbours are alike.
    last : int
        The greatest sum there is.
    """

    starts: np.ndarray
    values: np.ndarray
    last: int

    @property
    def constant(self) -> bool:
        """Every sum becomes the same."""
        return len(self.values) == 1

    @property
    def falls(self) -> bool:
        """Greater sums become smaller values."""
        return bool(self.values[-1] < self.values[0])

    def __call__(self, sums: np.ndarray) -> np.ndarray:
        """Return what ``sums`` become."""
        return self.values[np.searchsorted(self.starts, sums, side="right") - 1]

    def nearest(self, values: np.ndarray) -> np.ndarray:
        """Return the first sum of the step whose value is nearest to each of ``values``; a chain that rises.

        Where float32 rounds a sum, this is the integer that was added up.
        """
        middle = (self.values[1:].astype(np.float64) + self.values[:-1]) / 2
        return self.starts[np.searchsorted(middle, values)]


def staircases(function: Function, low: np.ndarray, high: np.ndarray) -> list[Staircase]:
    """Return the steps of every channel.

    Parameters
    ----------
    function : callable
        Sums int64[n, channels] to values [n, channels].
    low, high : int64[channels]
        The least and the greatest sum of each channel.

    Raises
    ------
    DataError
        If a value is no number, or a channel turns round.
    """
    first, last = _checked(function, np.stack([low, high]))
    channel = np.flatnonzero(first != last)
    left, right = low[channel], high[channel]
    before, after = first[channel], last[channel]
    found: list[tuple[np.ndarray, ...]] = []
    while channel.size:
        done = right - left <= 1
        found.append((channel[done], right[done], after[done]))
        channel, left, right = channel[~done], left[~done], right[~done]
        before, after = before[~done], after[~done]
        if not channel.size:
            break
        middle = (left + right) // 2
        value = _at(function, channel, middle, low)
        if ((value < np.minimum(before, after)) | (value > np.maximum(before, after))).any():
            raise DataError("values neither rise nor fall with their sum")
        lower, upper = before != value, value != after
        channel, left, right, before, after = (
            np.concatenate([part[lower], other[upper]])
            for part, other in (
                (channel, channel), (left, middle), (middle, right), (before, value), (value, after)
            )
        )  # fmt: skip
    where, start, value = (
        (np.concatenate(parts) if found else np.empty(0) for parts in zip(*found, strict=True))
        if found
        else (np.empty(0, np.int64),) * 3
    )
    stairs = []
    for number in range(len(low)):
        mine = where == number
        order = np.argsort(start[mine])
        stairs.append(
            Staircase(
                np.concatenate([[low[number]], start[mine][order]]).astype(np.int64),
                np.concatenate([[first[number]], value[mine][order]]).astype(np.float32),
                int(high[number]),
            )
        )
    _check_steps(function, stairs, low, high)
    return stairs


def _checked(function: Function, sums: np.ndarray) -> np.ndarray:
    values = np.asarray(function(sums), np.float32) + np.float32(0)  # no zero has a sign
    if not np.isfinite(values).all():
        raise DataError("a value is no number")
    return values


def _at(function: Function, channel: np.ndarray, sums: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the values of some ``sums``, each of its channel; several of a channel stand in rows."""
    order = np.argsort(channel, kind="stable")
    ordered = channel[order]
    firsts = np.searchsorted(ordered, ordered)
    rows = np.arange(len(ordered)) - firsts
    table = np.tile(other, (int(rows.max()) + 1, 1))
    table[rows, ordered] = sums[order]
    values = np.empty(len(channel), np.float32)
    values[order] = _checked(function, table)[rows, ordered]
    return values


def _check_steps(function: Function, stairs: list[Staircase], low: np.ndarray, high: np.ndarray) -> None:
    """Compare at all sums, or at many: what was argued is also looked at."""
    shares = np.linspace(0, 1, CHECKED)[:, None]
    sums = np.unique(np.rint(low + shares * (high - low)).astype(np.int64), axis=0)
    values = _checked(function, sums)
    for number, one in enumerate(stairs):
        if not np.array_equal(one(sums[:, number]), values[:, number]):
            raise DataError("values neither rise nor fall with their sum")
