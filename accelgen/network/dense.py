"""Dense layers: what they compute is written here once, as equations.

For unsigned inputs x, a `Dense` layer computes, in integers,

    acc[o] = bias[o] + sum_i W[o, i] x[i]

and, if it has a rule (see `Requantise`),

    y[o] = clamp(acc[o] >> shift, 0, 2**bits - 1)

with an arithmetic shift, or what its `Thresholds` or `Multiply` say. A layer without a rule is the last one,
and its accumulators are the scores.
"""

from __future__ import annotations

from typing import ClassVar

from accelgen.network.connected import FullyConnected
from accelgen.network.multiply import Multiply
from accelgen.network.rule import Requantise, Rule
from accelgen.network.thresholds import Thresholds

__all__ = ["Dense"]


class Dense(FullyConnected):
    """A fully connected layer that requantises its sums, or gives them as scores.

    Attributes
    ----------
    name, weights, bias, reads
        See `FullyConnected`.
    rule : Requantise, Thresholds, Multiply or None
        None for the last layer.
    """

    __slots__ = ()

    kind: ClassVar[str] = "dense"
    spiking: ClassVar[bool] = False
    rule_type: ClassVar[type[Rule]] = Requantise

    rule: Requantise | Thresholds | Multiply | None
