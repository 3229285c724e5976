"""Accumulators to activations, in integers."""

from __future__ import annotations

import numpy as np

from accelgen.network.rule import Requantise

__all__ = ["requantise"]


def requantise(sums: np.ndarray, rule: Requantise) -> np.ndarray:
    """Return ``clamp(sums >> shift, 0, 2**bits - 1)``; the shift rounds down, also below zero.

    Parameters
    ----------
    sums : int64[images, outputs]
        Accumulators.
    rule : Requantise
        Shift and bits.

    Returns
    -------
    uint8[images, outputs]
        Activations.
    """
    return np.clip(sums >> rule.shift, 0, (1 << rule.bits) - 1).astype(np.uint8)
