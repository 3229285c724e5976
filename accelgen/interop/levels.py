"""Real numbers that are whole steps apart: which step, and which whole numbers they are.

A file has scales and codes multiplied, in float32. Of what is left, a few numbers that lie on a grid, the
step and the codes are found again, and checked: every number must be what a float32 makes of step times code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Levels", "levels_of", "power_of_two", "steps_of"]

#: The step is the smallest number, or a fraction of it with such a denominator, at most.
DENOMINATORS = 128
#: How far from a grid a number may lie, in float32's own steps.
SLACK = float(4 * np.finfo(np.float32).eps)


@dataclass(frozen=True, slots=True)
class Levels:
    """Values ``step * (code + offset)`` of codes ``least`` to ``most``.

    Attributes
    ----------
    step : float
        How far apart codes are, above zero.
    offset : float
        Where code 0 lies, in steps.
    most, least : int
        The largest code, and the smallest: 0, or of signed codes that enter less.
    exact : bool
        Sums of such values, with integers, are exact in float32: a step is a power of two, an offset a
        multiple of one half.
    """

    step: float
    offset: float
    most: int
    least: int = 0

    @property
    def exact(self) -> bool:
        """Whether float32 holds every such value, and small sums of them, without rounding."""
        return power_of_two(self.step) and float(2 * self.offset).is_integer()

    def codes(self, values: np.ndarray) -> np.ndarray:
        """Return the codes of values, integer[...]; those of none are one below the smallest."""
        codes = np.rint(values.astype(np.float64) / self.step - self.offset)
        back = self.step * (codes + self.offset)
        near = np.abs(back - values) <= SLACK * (np.abs(back) + self.step)
        inside = near & (codes >= self.least) & (codes <= self.most)
        return np.where(inside, codes, self.least - 1).astype(np.int64)

    @property
    def signed(self) -> Levels | None:
        """The same values by codes of which 0 is zero; None if zero is none of them, or is code 0."""
        moved = -self.offset
        if not (moved.is_integer() and 0 < moved <= self.most):
            return None
        return Levels(self.step, 0.0, self.most - int(moved), -int(moved))


def power_of_two(number: float) -> bool:
    """Return whether ``number`` is a power of two."""
    return bool(np.frexp(number)[0] == 0.5)


def steps_of(values: np.ndarray, most: int, slack: float = 0.0) -> float | None:
    """Return the largest step of which all ``values`` are multiples, by ``most`` at most; None if none is.

    They are differences of rounded numbers where each may be wrong by ``slack``.
    """
    sizes = np.unique(np.abs(values[values != 0].astype(np.float64)))
    if not sizes.size:
        return 1.0
    for denominator in range(1, DENOMINATORS + 1):
        wholes = np.rint(sizes * denominator / sizes[0])
        if wholes[-1] > most:
            return None
        step = sizes[-1] / wholes[-1]
        single = float(np.float32(step))
        if (np.abs(sizes - step * wholes) <= SLACK * sizes + slack).all():
            # What was written is step times code in float32, if a step of 32 bits says the same.
            return single if np.array_equal(np.float32(single * wholes), np.float32(sizes)) else step
    return None


def levels_of(values: np.ndarray, most: int) -> Levels | None:
    """Return the codes that at least two different ``values`` have; None if no grid of ``most`` has them."""
    distinct = np.unique(values.astype(np.float64))
    slack = SLACK * float(np.abs(distinct).max())
    step = steps_of(np.diff(distinct), most, slack)
    if step is None:
        return None
    whole = (distinct[-1] - distinct[0]) / np.rint((distinct[-1] - distinct[0]) / step)
    single = float(np.float32(whole))
    step = single if abs(single - step) <= slack else step  # as it was written, most likely
    largest = int(np.rint((distinct[-1] - distinct[0]) / step))
    if largest > most:
        return None
    lowest = float(distinct[0] / step)
    snapped = [float(np.rint(lowest * parts) / parts) for parts in (1, 2)]  # float32 has rounded one of these
    for offset in [one for one in snapped if abs(one - lowest) <= SLACK * max(1.0, abs(lowest))] + [lowest]:
        found = Levels(step, offset, largest)
        codes = found.codes(distinct)
        if (codes >= 0).all():
            return Levels(_as_written(step, codes + offset, distinct), offset, largest)
    return None


def _as_written(step: float, counts: np.ndarray, values: np.ndarray) -> float:
    """Return the float32 near ``step`` whose products with ``counts`` are ``values``, or ``step``."""
    single = np.float32(step)
    near = [single, *(np.nextafter(single, np.float32(way)) for way in (0, np.inf))]
    for one in map(float, near):
        if np.array_equal(np.float32(one * counts), np.float32(values)):
            return one
    return step
