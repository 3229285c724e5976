"""Which rule gives the steps that a chain makes of its sums: a shift where one does, else a larger one.

Steps are told as thresholds of the sum without a bias, ``first[o, k]``: the least sum at which channel o has
code k + 1, or more than the greatest sum if it never has. A bias moves them; so the first of each channel
becomes 1, and a shift is found if some bias lets ``(sum + bias) >> shift`` pass every threshold within reach
where it lies, and every other one out of reach. Else each channel gets a multiplier before the shift, if
some meets every threshold, codes have more than two bits and fewer bits are stored so; else thresholds.
"""

from __future__ import annotations

import numpy as np

from accelgen.interop.multiplier import multiply_of
from accelgen.network.layer import BIAS_LIMIT
from accelgen.network.multiply import Multiply
from accelgen.network.rule import MAX_SHIFT, Requantise
from accelgen.network.thresholds import Thresholds

__all__ = ["rule_of"]

#: Bits of codes whose thresholds are so few that nothing is gained by a multiplier.
FEW_BITS = 2


def rule_of(
    first: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[Requantise | Thresholds | Multiply, np.ndarray] | None:
    """Return a rule and the bias that goes with it; None if a bias would be 2**24 or more.

    Parameters
    ----------
    first : int64[channels, codes]
        The least sum of each code from 1 on, ascending; above ``high`` where no sum has it.
    low, high : int64[channels]
        The least and the greatest sum.

    Returns
    -------
    Requantise, Multiply or Thresholds
        The same codes for every sum from ``low`` to ``high``.
    int32[channels]
        The bias.
    """
    bits = first.shape[1].bit_length()
    missing = (1 << bits) - 1 - first.shape[1]
    never = np.maximum(first.max(), high.max()) + 1
    full = np.concatenate([first, np.full((len(first), missing), never)], axis=1)
    for shift in range(MAX_SHIFT + 1):
        if (bias := _bias_of(full, low, high, shift)) is not None:
            return Requantise(shift, bits), bias.astype(np.int32)
    counted = _counted(full, low, high)
    multiplied = multiply_of(full, low, high, bits) if bits > FEW_BITS else None
    if counted is None or (multiplied is not None and multiplied[0].stored_bits() < counted[0].stored_bits()):
        return multiplied
    return counted


def _counted(full: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[Thresholds, np.ndarray] | None:
    """Return thresholds and their bias; None if a bias would be 2**24 or more."""
    always = np.maximum(full, low[:, None])  # what every sum has reached is reached by the least one
    bias = 1 - always[:, 0]
    moved = always + bias[:, None]
    reachable = always <= high[:, None]
    moved = np.where(
        reachable, moved, max(int((high + bias).max()), int(moved[reachable].max(initial=0))) + 1
    )
    if (np.abs(bias) >= BIAS_LIMIT).any():
        return None
    alike = (moved == moved[0]).all()
    return Thresholds(tuple(map(tuple, moved[:1].tolist() if alike else moved.tolist()))), bias.astype(
        np.int32
    )


def _bias_of(first: np.ndarray, low: np.ndarray, high: np.ndarray, shift: int) -> np.ndarray | None:
    """Return a bias with which ``shift`` gives the same codes for every sum; None if there is none."""
    placed = np.arange(1, first.shape[1] + 1) << shift  # the sum with its bias that has each code
    never, always = first > high[:, None], first <= low[:, None]
    exact = placed - first
    least = np.where(never, -BIAS_LIMIT + 1, np.where(always, placed - low[:, None], exact)).max(axis=1)
    most = np.where(never, placed - high[:, None] - 1, np.where(always, BIAS_LIMIT - 1, exact)).min(axis=1)
    if (least > most).any():
        return None
    bias = np.clip(0, least, most)  # none where none is needed
    return bias if (np.abs(bias) < BIAS_LIMIT).all() else None
