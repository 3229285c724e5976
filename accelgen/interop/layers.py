"""Layers in integers, between a chain and a network: what is known of each before a rule is chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.interop.chain import Stage
from accelgen.interop.entering import Entering
from accelgen.interop.levels import Levels
from accelgen.interop.staircase import Staircase
from accelgen.network import Window
from accelgen.network.task import Task

__all__ = ["MOST_CODE", "Converted", "Folded", "IntegerLayer", "Refused"]

#: The greatest code of an activation: 8 bits.
MOST_CODE = 255


class Refused(Exception):
    """A stage has no layer of ours: which one, and why."""

    def __init__(self, stage: Stage, reason: str):
        super().__init__(reason)
        self.stage = stage
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class IntegerLayer:
    """A layer in integers, before a rule is chosen.

    Attributes
    ----------
    stage : Stage
        Where it is from.
    weights : int64[outputs, inputs], or int64[channels, input channels, kernel height, kernel width]
        Of the codes that enter; a channel that falls has its weights negated, so that its sum rises.
    stairs : list of Staircase
        Values by the sum of each output, without a bias.
    levels : Levels or None
        What its codes mean; None of the last layer.
    reads, gives : int64[...]
        Places in the source's tensors: of what enters, and of what leaves, in the order of ours.
    window : Window or None
        What a convolution looks at.
    shape : tuple of int
        Of what leaves it, in the source.
    """

    stage: Stage
    weights: np.ndarray
    stairs: list[Staircase]
    levels: Levels | None
    reads: np.ndarray
    gives: np.ndarray
    window: Window | None
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """An average that is part of the weights that read it.

    Attributes
    ----------
    node, reader : str
        Its name, and that of the linear node whose weights they are.
    times : int
        How many values an average is of: each weight stands at so many places.
    """

    node: str
    reader: str
    times: int


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """What became of a chain.

    Attributes
    ----------
    entering : Entering
        What enters.
    shape : tuple of int
        Its shape in the source.
    layers : tuple of IntegerLayer
        In the order in which they run.
    rounded : tuple of str
        Linear nodes whose sums float32 rounds.
    task : Task or None
        What scores stand for; None if they are those of classes.
    folded : tuple of Folded
        Averages that are no layers.
    """

    entering: Entering
    shape: tuple[int, ...]
    layers: tuple[IntegerLayer, ...]
    rounded: tuple[str, ...]
    task: Task | None = None
    folded: tuple[Folded, ...] = ()
