"""What leaves: scores, a yes or no of each, or codes of a last quantiser.

A quantiser behind the last layer makes sums alike. If two values are left, each output is a decision, and the
least sum that stands for yes is the threshold of a `Task`. If more are left, the last layer becomes one that
gives codes, and a layer behind it hands each of them on as a score: 1 times its code. Then equal codes are
equal scores, and the first of them is the class, as it is in the source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from accelgen.errors import DataError
from accelgen.interop.layers import MOST_CODE, IntegerLayer
from accelgen.interop.levels import Levels, levels_of
from accelgen.interop.staircase import Staircase
from accelgen.network.task import Task

__all__ = ["decisions_of", "handed_on", "quantised"]


def quantised(stairs: Sequence[Staircase]) -> bool:
    """Return whether sums of an output that is no constant become alike."""
    return any(not one.constant and len(one.values) != one.last - one.starts[0] + 1 for one in stairs)


def decisions_of(stairs: Sequence[Staircase]) -> Task | None:
    """Return the task of outputs that are one of the same two values each; None if they are not.

    Parameters
    ----------
    stairs : sequence of Staircase
        What becomes of the sums of each output.
    """
    values = np.unique(np.concatenate([one.values for one in stairs]))
    if len(values) != 2:
        return None
    upper = [np.append(one.starts, one.last + 1)[np.searchsorted(one.values, values[1])] for one in stairs]
    return Task("threshold" if len(stairs) == 1 else "labels", thresholds=tuple(int(one) for one in upper))


def handed_on(layer: IntegerLayer) -> tuple[IntegerLayer, IntegerLayer]:
    """Return a last layer as one that gives codes, and the layer that makes scores of them.

    Raises
    ------
    DataError
        If what leaves is the same whatever enters, or no codes of 8 bits.
    """
    distinct = np.unique(np.concatenate([one.values for one in layer.stairs]))
    levels = levels_of(distinct, MOST_CODE) if len(distinct) > 1 else None
    if levels is None:
        raise DataError(
            f"gives {len(distinct):,} different values behind its quantiser, and not 2 to 256 even steps"
        )
    outputs = len(layer.weights)
    scores = replace(
        layer,
        weights=np.eye(outputs, dtype=np.int64),
        stairs=[_codes(levels, distinct)] * outputs,
        levels=None,
        reads=np.arange(outputs),
        gives=np.arange(outputs),
        window=None,
        shape=(outputs,),
    )
    return replace(layer, levels=levels), scores


def _codes(levels: Levels, distinct: np.ndarray) -> Staircase:
    """Return the value of every code, as the source has it where it does."""
    codes = np.arange(levels.most + 1)
    values = (levels.step * (codes + levels.offset)).astype(np.float32)
    values[levels.codes(distinct)] = distinct
    return Staircase(codes.astype(np.int64), values, levels.most)
