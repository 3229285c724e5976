"""What the scores of a network mean where they are not those of classes.

A score is an integer. Of ``regression`` and ``reconstruction`` it stands for a number in the units of what
was learned,

    offset + scale * score

with one offset and one scale for all scores or one for each. Of ``labels`` and ``threshold`` it stands for
yes if it is at least a threshold, one for each score. The hardware of a network with classes ends each
result with the class; that of a threshold with 1 for yes and 0 for no; all others give scores alone.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from accelgen.errors import InvalidNetwork
from accelgen.network.fields import check_one_of, numbers, whole
from accelgen.values import shown

__all__ = ["TASKS", "Kind", "Task", "TaskName", "kind_of", "score_names", "words_of_result"]

Kind = Literal["labels", "regression", "reconstruction", "threshold"]
TaskName = Literal["classes", "labels", "regression", "reconstruction", "threshold"]
#: What recipes may ask for.
TASKS: tuple[TaskName, ...] = get_args(TaskName)

#: Scores have 32 bits at most.
MOST = 1 << 31

MEANINGS = {
    "classes": "the scores of an image, class 0 first, then its class",
    "labels": "the scores of an image, label 0 first",
    "regression": "the scores of an image, output 0 first",
    "reconstruction": "the scores of an image, value 0 first",
    "threshold": "the score of an image, then 1 if it is at least the threshold, else 0",
}


@dataclass(frozen=True, slots=True)
class Task:
    """What scores stand for.

    Attributes
    ----------
    kind : "labels", "regression", "reconstruction" or "threshold"
        Several yes or no at once, numbers, what entered, or one yes or no.
    scale, offset : tuple of float
        Of numbers: how far apart two scores are, not zero, and what a score of 0 stands for; one of each for
        all scores, or one for each. What the largest score stands for is finite.
    thresholds : tuple of int
        Of yes or no: the least score that stands for yes, one for each score.

    Raises
    ------
    InvalidNetwork
        If the kind is another word, a number is none, or it has what belongs to another kind.
    """

    kind: Kind
    scale: tuple[float, ...] = ()
    offset: tuple[float, ...] = ()
    thresholds: tuple[int, ...] = ()

    def __post_init__(self):
        check_one_of("kind", self.kind, get_args(Kind))
        if self.decides:
            if self.scale or self.offset:
                raise InvalidNetwork(f"scale and offset: {self.kind} has thresholds instead")
            if not isinstance(self.thresholds, tuple | list) or not self.thresholds:
                raise InvalidNetwork(f"thresholds: must be a list of integers, not {shown(self.thresholds)}")
            kept = tuple(whole("thresholds", value, -MOST, MOST - 1) for value in self.thresholds)
            self._keep(scale=(), offset=(), thresholds=kept)
            return
        if self.thresholds:
            raise InvalidNetwork(f"thresholds: {self.kind} has a scale and an offset instead")
        self._keep(thresholds=())
        for name in ("scale", "offset"):
            self._keep(**{name: numbers(name, getattr(self, name))})
        if len(self.offset) != len(self.scale):
            raise InvalidNetwork(f"offset: must be {len(self.scale)} numbers, as scale is")
        if min(map(abs, self.scale)) < sys.float_info.min:
            raise InvalidNetwork("scale: must not be zero")
        ends = [abs(low) + MOST * abs(step) for low, step in zip(self.offset, self.scale, strict=True)]
        if not all(map(math.isfinite, ends)):
            raise InvalidNetwork("scale: what a score of 32 bits stands for must be finite")

    def _keep(self, **values: tuple[float, ...]) -> None:
        """Set fields to tuples, whatever lists they were given as."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def decides(self) -> bool:
        """A score stands for yes or no."""
        return self.kind in ("labels", "threshold")

    def check_fits(self, outputs: int, inputs: int) -> None:
        """Raise `InvalidNetwork` unless it is of ``outputs`` scores of a network with ``inputs`` inputs."""
        if self.kind == "threshold" and outputs != 1:
            raise InvalidNetwork(f"kind: a threshold is of one score, and there are {outputs}")
        if self.kind == "reconstruction" and outputs != inputs:
            raise InvalidNetwork(
                f"kind: a reconstruction gives as many scores as enter, {inputs}, not {outputs}"
            )
        if self.decides and len(self.thresholds) != outputs:
            raise InvalidNetwork(
                f"thresholds: must be {outputs}, one for each score, not {len(self.thresholds)}"
            )
        if not self.decides and len(self.scale) not in (1, outputs):
            raise InvalidNetwork(f"scale: must be one number or {outputs}, not {len(self.scale)}")

    def values(self, scores: np.ndarray) -> np.ndarray:
        """Return the numbers, float64[n, outputs], or the decisions, bool[n, outputs], of integer scores."""
        if self.decides:
            return np.asarray(scores) >= np.array(self.thresholds)
        return np.array(self.offset) + np.array(self.scale) * np.asarray(scores, np.float64)

    def formula(self) -> str:
        """Return what a score stands for, in one line."""
        if self.decides:
            if len(set(self.thresholds)) == 1:
                return f"score >= {self.thresholds[0]}"
            return "score >= thresholds[i]"
        if len(self.scale) > 1:
            return "offset[i] + scale[i] * score"
        return f"{self.offset[0]:g} {'-' if self.scale[0] < 0 else '+'} {abs(self.scale[0]):g} * score"


def kind_of(task: Task | None) -> TaskName:
    """Return the word for a task; without one a network has classes."""
    return "classes" if task is None else task.kind


def words_of_result(task: Task | None, scores: int) -> int:
    """Return the words of a result: its scores, and the class or the decision if it ends with one."""
    return scores + (task is None or task.kind == "threshold")


def score_names(task: Task | None) -> str:
    """Return what the words of a result are, in words."""
    return MEANINGS[kind_of(task)]
