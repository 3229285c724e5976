"""Accumulators to activations, in integers."""

from __future__ import annotations

import numpy as np

from accelgen.network.multiply import Multiply
from accelgen.network.rule import Requantise
from accelgen.network.thresholds import Thresholds

__all__ = ["requantise"]


def requantise(sums: np.ndarray, rule: Requantise | Thresholds | Multiply) -> np.ndarray:
    """Return ``clamp(sums >> shift, 0, 2**bits - 1)``, or the number of thresholds that are reached.

    The shift rounds down, also below zero. Multipliers and offsets come before it, where the rule has some.

    Parameters
    ----------
    sums : int64[images, outputs]
        Accumulators, of a convolution those of a pixel's channels side by side.
    rule : Requantise, Thresholds or Multiply
        What is computed.

    Returns
    -------
    uint8[images, outputs]
        Activations.
    """
    if isinstance(rule, Thresholds):
        rows = len(rule.levels) if len(rule.levels) > 1 else sums.shape[1]
        channels = sums.reshape(len(sums), sums.shape[1] // rows, rows)
        reached = np.zeros(channels.shape, np.uint8)
        for column in rule.columns:
            reached += channels >= np.array(column)
        return reached.reshape(sums.shape)
    if isinstance(rule, Multiply):
        channels = sums.reshape(len(sums), sums.shape[1] // len(rule.multipliers), len(rule.multipliers))
        sums = (channels * np.array(rule.multipliers) + np.array(rule.offsets)).reshape(sums.shape)
        if rule.even:
            tie = (sums & ((1 << rule.shift) - 1)) == 0
            sums = sums - (tie & (sums >> rule.shift & 1).astype(bool))  # one less falls below the step
    return np.clip(sums >> rule.shift, 0, (1 << rule.bits) - 1).astype(np.uint8)
