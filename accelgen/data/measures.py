"""How well scores meet what is right, where it is not one class of each sample: RMSE and R2, or AUC and F1.

All measures are of integer scores, and exact but for the rounding of 64-bit floats. None stands where a
measure has no value: R2 of a target that never changes, AUC where all samples are yes or all no.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.network.task import Task, TaskName

__all__ = ["MAIN", "Measures", "OutputMeasures", "RocPoint", "areas", "determination", "measures", "roc"]

#: The measure of each task by which networks are compared; more is better.
MAIN: dict[TaskName, str] = {
    "classes": "accuracy",
    "labels": "auc",
    "threshold": "auc",
    "regression": "r2",
    "reconstruction": "r2",
}
#: Points of a curve that are kept.
MOST_POINTS = 200


@dataclass(frozen=True, slots=True)
class RocPoint:
    """What a threshold does: the share of no that is taken for yes, and the share of yes that is found."""

    threshold: int
    false_positives: float
    true_positives: float


@dataclass(frozen=True, slots=True)
class OutputMeasures:
    """The measures of one score, by name."""

    name: str
    figures: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Measures:
    """How well a network does its task.

    Attributes
    ----------
    task : str
        What it does: "labels", "regression", "reconstruction" or "threshold".
    figures : dict of str to float or None
        Of all scores together. Of a regression ``rmse``, in the unit of the outputs, and the mean of their
        ``r2``; of a reconstruction ``rmse``, in codes of 8 bits, and ``r2`` of all values; of labels the
        means of ``auc`` and ``f1``; of a threshold ``auc``, and at the threshold ``f1``, ``sensitivity``
        (share of yes that is found), ``specificity`` (share of no that is left alone) and ``threshold``
        itself.
    outputs : tuple of OutputMeasures
        Of each score; none of a threshold, and none of a reconstruction.
    roc : tuple of RocPoint
        Of a threshold: what others would do, from the highest.
    """

    task: TaskName
    figures: dict[str, float | None]
    outputs: tuple[OutputMeasures, ...] = ()
    roc: tuple[RocPoint, ...] = ()

    @property
    def main(self) -> float | None:
        """The measure by which networks are compared."""
        return self.figures[MAIN[self.task]]


def measures(
    task: Task, scores: np.ndarray, wanted: np.ndarray, names: list[str], unit: np.ndarray | float = 1.0
) -> Measures:
    """Measure integer scores.

    Parameters
    ----------
    task : Task
        What they stand for.
    scores : integer[n, outputs]
        Those of the integer model, of at least one sample.
    wanted : float[n, outputs], integer[n, outputs] or integer[n]
        Numbers; or 1 for yes and 0 for no.
    names : list of str
        Of the outputs.
    unit : float[outputs] or float
        Of a reconstruction: how far apart two codes of 8 bits of a feature are, in which errors are counted.
    """
    wanted = wanted.reshape(scores.shape)
    if task.kind == "reconstruction":
        values, wanted = task.values(scores) / unit, wanted / unit
        return Measures("reconstruction", {"rmse": _rmse(values, wanted), "r2": _together(values, wanted)})
    if task.kind == "regression":
        return _numbers(task.values(scores), wanted, names)
    yes, right = task.values(scores), wanted.astype(bool)
    aucs = areas(scores, right)
    f1s = [_f1(*pair) for pair in zip(yes.T, right.T, strict=True)]
    if task.kind == "labels":
        each = tuple(
            OutputMeasures(name, {"auc": auc, "f1": f1})
            for name, auc, f1 in zip(names, aucs, f1s, strict=True)
        )
        return Measures("labels", {"auc": _mean(aucs), "f1": _mean(f1s)}, each)
    found, left = _share(yes[right]), _share(~yes[~right])
    figures = {"auc": aucs[0], "f1": f1s[0], "sensitivity": found, "specificity": left}
    figures["threshold"] = float(task.thresholds[0])
    return Measures("threshold", figures, roc=tuple(roc(scores[:, 0], right[:, 0])))


def _numbers(values: np.ndarray, wanted: np.ndarray, names: list[str]) -> Measures:
    each = tuple(
        OutputMeasures(name, {"rmse": _rmse(one, right), "r2": determination(one[:, None], right[:, None])})
        for name, one, right in zip(names, values.T, wanted.T, strict=True)
    )
    return Measures("regression", {"rmse": _rmse(values, wanted), "r2": determination(values, wanted)}, each)


def _rmse(values: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.sqrt(((values - wanted) ** 2).mean()))


def _together(values: np.ndarray, wanted: np.ndarray) -> float | None:
    """Return R2 of all values together: one that hardly changes counts for little."""
    spread = _squares(wanted).sum()
    return float(1 - ((values - wanted) ** 2).sum() / spread) if spread > 0 else None


def determination(values: np.ndarray, wanted: np.ndarray) -> float | None:
    """Return R2 of ``values`` float[n, outputs], the mean over the outputs of which ``wanted`` changes.

    It is one less the share of the spread that is left as an error; None where nothing changes.
    """
    spread = _squares(wanted).sum(axis=0)
    moves = spread > 0
    if not moves.any():
        return None
    left = ((values - wanted) ** 2).sum(axis=0)
    return float(1 - np.mean(left[moves] / spread[moves]))


def _squares(wanted: np.ndarray) -> np.ndarray:
    """Return how far values are from the mean of their output, squared.

    It is 0 of what never changes, though its mean may differ from it in the last bit.
    """
    moves = wanted.max(axis=0) > wanted.min(axis=0)
    return (wanted - wanted.mean(axis=0)) ** 2 * moves


def areas(scores: np.ndarray, right: np.ndarray) -> list[float | None]:
    """Return the area under the ROC curve of each of ``scores`` number[n, outputs], for bool[n, outputs].

    It is the share of pairs of a yes and a no in which yes has the higher score; equal ones count half.
    """
    found: list[float | None] = []
    for column, truth in zip(scores.T, right.T, strict=True):
        yes, no = int(truth.sum()), int((~truth).sum())
        if not yes or not no:
            found.append(None)
            continue
        _, group, counts = np.unique(column, return_inverse=True, return_counts=True)
        ranks = np.cumsum(counts) - (counts - 1) / 2  # the mean rank of those that are equal
        found.append(float((ranks[group][truth].sum() - yes * (yes + 1) / 2) / (yes * no)))
    return found


def roc(scores: np.ndarray, right: np.ndarray) -> list[RocPoint]:
    """Return what thresholds do, from the highest score down, `MOST_POINTS` of them at most.

    Parameters
    ----------
    scores : integer[n]
        Scores.
    right : bool[n]
        Whether yes is right.
    """
    yes, no = max(int(right.sum()), 1), max(int((~right).sum()), 1)
    levels = np.unique(scores)[::-1]
    if len(levels) > MOST_POINTS:
        levels = levels[np.linspace(0, len(levels) - 1, MOST_POINTS).round().astype(int)]
    said = [(int(level), scores >= level) for level in levels]
    return [
        RocPoint(level, float((~right & one).sum() / no), float((right & one).sum() / yes))
        for level, one in said
    ]


def _f1(yes: np.ndarray, right: np.ndarray) -> float | None:
    """Return twice what was rightly found over all that was found and all that was to be."""
    total = int(yes.sum() + right.sum())
    return float(2 * (yes & right).sum() / total) if total else None


def _share(which: np.ndarray) -> float | None:
    return float(which.mean()) if len(which) else None


def _mean(values: list[float | None]) -> float | None:
    """Return the mean of those that have a value."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
