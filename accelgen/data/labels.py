"""Labels of any kind, and the classes that they name."""

from __future__ import annotations

import numpy as np

from accelgen.data.described import FILE, word_problems
from accelgen.data.formats.values import Samples
from accelgen.errors import DataError
from accelgen.network.task import TaskName

__all__ = ["MOST_CLASSES", "classes_of", "strata", "stratified"]

#: Beyond this a column of labels is none.
MOST_CLASSES = 4096


def classes_of(every: list[Samples], declared: tuple[str, ...]) -> tuple[tuple[str, ...], list[np.ndarray]]:
    """Return the names of the classes, and for all samples the numbers of theirs.

    Labels that are numbers keep their order, and words are sorted. Where the classes are ``declared``,
    numbers count them from 0, and words are their names.

    Parameters
    ----------
    every : list of Samples
        The first of them are to be learned from, and have all classes.
    declared : tuple of str
        Names of the classes, or none.

    Returns
    -------
    (tuple of str, list of integer[n])
        Names, and numbers from 0.

    Raises
    ------
    DataError
        If there is one class only, or a label is none; the message names the sample.
    """
    labels = [_plain(samples) for samples in every]
    numbers = all(part.dtype.kind == "i" for part in labels)
    if not numbers:
        labels = [part.astype(str) for part in labels]
    if declared and numbers:
        known = np.arange(len(declared))
        names = declared
    elif declared:
        known, names = np.array(sorted(declared)), tuple(sorted(declared))
    else:
        known = np.unique(labels[0])
        names = tuple(map(str, known.tolist()))
    if not len(labels[0]):
        raise DataError(f"{every[0].values.name}: holds no samples")
    if len(np.unique(labels[0])) < 2:
        raise DataError(
            f"{every[0].named}: every label is {labels[0][0]}: a network needs two classes at least"
        )
    if len(names) > MOST_CLASSES:
        raise DataError(f"{every[0].named}: has {len(names):,} different labels: is it a column of labels?")
    if problems := word_problems("classes", names):
        raise DataError(f"{every[0].named}: {problems[0]}")
    kind = np.uint8 if len(names) <= 256 else np.uint16
    order = [names.index(name) for name in declared] if declared and not numbers else range(len(names))
    back = np.argsort(order) if declared and not numbers else np.arange(len(names))
    found = []
    for samples, part in zip(every, labels, strict=True):
        place = np.clip(np.searchsorted(known, part), 0, len(known) - 1)
        if len(part) and (wrong := known[place] != part).any():
            row = int(np.argmax(wrong))
            allowed = f"{FILE} names {len(declared)} classes" if declared else "nothing to learn from has it"
            raise DataError(f"{samples.named}: row {row}: the label {part[row]} is out of range: {allowed}")
        found.append(back[place].astype(kind))
    return (declared or names), found


def _plain(samples: Samples) -> np.ndarray:
    """Return labels as int64 if they are whole numbers, in whichever way they are written, else as words."""
    labels = samples.labels
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8", "replace")
    if labels.dtype.kind == "U":
        try:
            labels = labels.astype(np.int64)
        except (ValueError, OverflowError):
            try:
                labels = labels.astype(np.float64)
            except (ValueError, OverflowError):
                return np.char.strip(labels)
    if labels.dtype.kind == "f":
        values = labels.astype(np.float64)
        wrong = ~(np.isfinite(values) & (np.floor(values) == values) & (abs(values) < 1 << 53))
        if wrong.any():
            row = int(np.argmax(wrong))
            raise DataError(
                f"{samples.named}: row {row}: the label {labels[row]} is no class: "
                "labels are whole numbers or words"
            )
        labels = values
    return labels.astype(np.int64)


def strata(numbers: np.ndarray, task: TaskName) -> np.ndarray:
    """Return from which class each sample is drawn, integer[n]; without classes all are of one."""
    return numbers if task in ("classes", "threshold") else np.zeros(len(numbers), np.uint8)


def stratified(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Draw a share of the samples of each class, one at least of a class that has two.

    Parameters
    ----------
    labels : integer[n]
        Their classes.
    share : float
        0 to 1.
    seed : int
        Of the draw: the same labels and seed give the same samples.

    Returns
    -------
    bool[n]
        True where a sample is drawn.
    """
    rng = np.random.default_rng(seed)
    drawn = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        count = min(max(round(share * len(members)), 1), len(members) - 1)
        drawn[members[:count]] = True
    return drawn
