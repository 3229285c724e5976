"""The last layer: integer scores that order classes as the source's own numbers do, for every sum there is.

Behind the last linear node stand scales and biases that are real. They may stay away if they never change
which class comes first: the scores of all classes and sums must have the order of the source's values.
A bias of a class is a whole number of steps then, and scores are the source's numbers in steps; or the
fractions happen to rise in no class after another.
"""

from __future__ import annotations

import numpy as np

from accelgen.errors import DataError
from accelgen.interop.staircase import Staircase
from accelgen.network.layer import BIAS_LIMIT

__all__ = ["score_bias"]

#: How far the scales of classes may be apart, in parts of them: they are measured on rounded values.
ALIKE = 1e-3


def score_bias(stairs: list[Staircase]) -> np.ndarray:
    """Return the integer that each class adds to its sum, int32[classes].

    Raises
    ------
    DataError
        If no integers put the classes in the source's order.
    """
    for number, one in enumerate(stairs):
        if one.constant and one.last != one.starts[0]:
            raise DataError(f"class {number} has the same score whatever enters")
        if len(one.values) != one.last - one.starts[0] + 1:
            raise DataError(
                f"class {number} has {len(one.values):,} values for {one.last - one.starts[0] + 1:,} sums: "
                "nothing behind the last layer may make two sums alike, as a quantiser does"
            )
    rising = [one for one in stairs if not one.constant]  # others read nothing, and are their bias
    if not rising:
        raise DataError("every class has the same score whatever enters")
    slopes = np.array(
        [(one.values[-1] - one.values[0]) / (one.last - one.starts[0]) for one in rising], np.float64
    )
    if (np.abs(slopes - slopes[0]) > ALIKE * slopes[0]).any():
        raise DataError(
            "each class has a scale of its own behind the last layer; one for all can be imported"
        )
    longest = max(stairs, key=lambda one: one.last - one.starts[0])
    slope = (float(longest.values[-1]) - float(longest.values[0])) / float(longest.last - longest.starts[0])
    offsets = np.array([float(one.values[0]) / slope - float(one.starts[0]) for one in stairs])
    whole = np.rint(offsets)
    if (np.abs(offsets - whole) <= ALIKE).all() and (np.abs(whole) < BIAS_LIMIT).all():
        exact = whole.astype(np.int64)
        if _in_order(stairs, exact):
            return exact.astype(np.int32)  # scores are the source's numbers, in steps
    offsets -= offsets[0]
    for base in np.unique(offsets - np.floor(offsets)):
        bias = np.floor(offsets - base + ALIKE).astype(np.int64)
        if _in_order(stairs, bias):
            return bias.astype(np.int32)
    raise DataError(
        "classes have biases behind the last layer that are no whole steps of its sums: biases that are "
        "quantised to them can be imported"
    )


def _in_order(stairs: list[Staircase], bias: np.ndarray) -> bool:
    """Return whether scores order all values: equal ones the lower class first, as an argmax takes it."""
    scores = np.concatenate([one.starts + add for one, add in zip(stairs, bias, strict=True)])
    values = np.concatenate([one.values for one in stairs])
    classes = np.repeat(np.arange(len(stairs)), [len(one.values) for one in stairs])
    order = np.lexsort((classes, scores))
    scores, values = scores[order], values[order]
    same = scores[1:] == scores[:-1]
    if (values[1:] > values[:-1])[same].any():
        return False
    ends = np.flatnonzero(~same)  # of a group of equal scores, whose first value is its greatest
    greatest, least = (
        values[np.concatenate([[0], ends + 1])],
        values[np.concatenate([ends, [len(values) - 1]])],
    )
    return bool((greatest[:-1] < least[1:]).all())
