"""The smallest shift and multipliers that give every step of a chain, for every sum that there is.

A channel has the code k at least from the sum first[k - 1] on. With a multiplier m and a start R that is

    sum * m + R >= k << shift       at that sum, and
    sum * m + R <  k << shift       at the one before

for every k (where ties go to even numbers, an odd k begins one later); of steps that every sum has passed, or
none, at the ends of what there is. So a channel is a line of slope m / 2**shift above some points and below
others. Slopes lie between two bounds, and an integer m between them is tried exactly: the starts that its
conditions leave are an interval. What fits one shift fits every larger one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from accelgen.network.layer import BIAS_LIMIT
from accelgen.network.multiply import MAX_PRODUCT_SHIFT, MULTIPLIER_LIMIT, Multiply

__all__ = ["multiply_of"]

#: Multipliers that are tried for a channel and a shift: those nearest to the middle of the bounds.
TRIED = 5


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Points (sum, code) that a channel's line must reach, and those that it must stay below, int64[n, 2]."""

    reaches: np.ndarray
    below: np.ndarray
    even: bool

    def bounds(self) -> tuple[float, float]:
        """Return the slopes between which it lies, rounded: those beside them are tried as well."""
        across = self.reaches[:, None, 0] - self.below[None, :, 0]
        up = self.reaches[:, None, 1] - self.below[None, :, 1]
        slopes = up[across != 0] / across[across != 0]
        right = across[across != 0] > 0
        return max(float(slopes[right].max(initial=0)), 0.0), float(slopes[~right].min(initial=np.inf))

    def start(self, multiplier: int, shift: int) -> tuple[int, int] | None:
        """Return the least and the greatest start that go with a multiplier; None if none does."""
        least, most = (
            (points[:, 1] << shift) + (self.even & points[:, 1]) - multiplier * points[:, 0]
            for points in (self.reaches, self.below)
        )
        least, most = least.max(initial=-UNBOUND), (most - 1).min(initial=UNBOUND)
        return (int(least), int(most)) if least <= most else None


#: Larger than any start.
UNBOUND = 1 << 62


def multiply_of(
    first: np.ndarray, low: np.ndarray, high: np.ndarray, bits: int
) -> tuple[Multiply, np.ndarray] | None:
    """Return a rule and the bias that goes with it; None if no multiplier and shift give the same codes.

    Parameters
    ----------
    first : int64[channels, 2**bits - 1]
        The least sum of each code from 1 on, ascending; above ``high`` where no sum has it.
    low, high : int64[channels]
        The least and the greatest sum.
    bits : int
        Bits of a code.

    Returns
    -------
    Multiply
        The same codes for every sum from ``low`` to ``high``.
    int32[channels]
        The bias.
    """
    found = [_rule(first, low, high, bits, even=even) for even in (False, True)]
    rules = [one for one in found if one is not None]
    return min(rules, key=lambda one: one[0].stored_bits()) if rules else None


def _rule(
    first: np.ndarray, low: np.ndarray, high: np.ndarray, bits: int, *, even: bool
) -> tuple[Multiply, np.ndarray] | None:
    """Return a rule whose ties go up, or to ``even`` numbers, and its bias."""
    lines = [_line(*channel, even=even) for channel in zip(first, low.tolist(), high.tolist(), strict=True)]
    limits = [line.bounds() for line in lines]
    shift = 0
    for line, limit in zip(lines, limits, strict=True):
        while _found(line, limit, shift) is None:
            shift += 1
            if shift > MAX_PRODUCT_SHIFT:
                return None
    multipliers, offsets, biases = [], [], []
    for line, limit in zip(lines, limits, strict=True):
        found = _found(line, limit, shift)
        if found is None:  # of a larger shift, the multipliers may have become too large
            return None
        multiplier, (least, most) = found
        whole = -(-least // multiplier) * multiplier
        start = whole if whole <= most else least
        multipliers.append(multiplier)
        offsets.append(start % multiplier)
        biases.append(start // multiplier)
    if max(map(abs, biases)) >= BIAS_LIMIT:
        return None
    return Multiply(tuple(multipliers), tuple(offsets), shift, bits, even), np.array(biases, np.int32)


def _line(first: np.ndarray, low: int, high: int, *, even: bool) -> _Line:
    """Return the points of a channel whose codes begin at the sums ``first``."""
    codes = np.arange(1, len(first) + 1)
    inside = (first > low) & (first <= high)
    always, never = codes[first <= low][-1:], codes[first > high][:1]
    reaches = [(int(first[k - 1]), int(k)) for k in codes[inside]] + [(low, int(k)) for k in always]
    below = [(int(first[k - 1]) - 1, int(k)) for k in codes[inside]] + [(high, int(k)) for k in never]
    return _Line(np.array(reaches, np.int64).reshape(-1, 2), np.array(below, np.int64).reshape(-1, 2), even)


def _found(line: _Line, limit: tuple[float, float], shift: int) -> tuple[int, tuple[int, int]] | None:
    """Return a multiplier for a shift, with its starts."""
    for multiplier in _between(*limit, shift):
        if (starts := line.start(multiplier, shift)) is not None:
            return multiplier, _near_zero(*starts)
    return None


def _between(low: float, high: float, shift: int) -> Iterator[int]:
    """Yield integers whose slopes are ``low`` to ``high``, and those beside them, from the middle on.

    Of a channel that hardly changes the slopes are steep: flat ones need a large bias.
    """
    top = 2.0**shift
    ends = int(max(low * top - 1, 1)), int(min(high * top + 1, MULTIPLIER_LIMIT - 1))
    steepest = max(2 * low, 1.0) if high == np.inf else high
    middle = int(top * (low + steepest) / 2 if low else top * min(0.75 * steepest, 1.0))
    for number in range(TRIED):
        multiplier = middle + (-(number // 2) - 1 if number % 2 else number // 2)
        if ends[0] <= multiplier <= ends[1]:
            yield multiplier


def _near_zero(least: int, most: int) -> tuple[int, int]:
    """Return an interval without bound as one that is near zero."""
    if least == -UNBOUND and most == UNBOUND:
        return 0, 0
    return (most, most) if least == -UNBOUND else (least, least) if most == UNBOUND else (least, most)
