"""Folds: what small data are validated with, part by part, while their test set lies untouched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from accelgen.data.labels import strata, stratified
from accelgen.data.own import Own, means
from accelgen.data.split import Part
from accelgen.errors import DataError

__all__ = ["folded"]


def folded(own: Own, number: int, folds: int) -> Own:
    """Return data of which one of several folds is the test set.

    The folds share out what is learned from, each class of it evenly, the same way each time by the seed of
    the data; samples that are set aside for tests are in no part of what is returned. By what is learned
    from in turn the epoch is chosen, scales are learned and gaps are filled, as without folds.

    Parameters
    ----------
    own : Own
        The data.
    number, folds : int
        Which of how many, from 0.

    Raises
    ------
    DataError
        If there are too few samples.
    """
    reading, learned = own.reading, own.parts["train"][1] | own.parts["validation"][1]
    classes = strata(own.numbers[0], reading.task)
    rng, fold, dealt = np.random.default_rng(reading.seed), np.zeros(len(learned), np.int64), 0
    for one in np.unique(classes[learned]):
        members = rng.permutation(np.flatnonzero(learned & (classes == one)))
        fold[members] = (dealt + np.arange(len(members))) % folds
        dealt += len(members)
    tested = learned & (fold == number)
    rest = np.flatnonzero(learned & ~tested)
    held = np.zeros(len(learned), bool)
    held[rest] = stratified(classes[rest], reading.validation, reading.seed + 1)
    parts: dict[Part, tuple[int, np.ndarray]] = {
        "train": (0, learned & ~tested & ~held),
        "validation": (0, held),
        "test": (0, tested),
    }
    if not all(chosen.any() for _, chosen in parts.values()):
        raise DataError(f"{own.every[0].named}: there are too few samples for {folds} folds")
    found = replace(own, parts=parts)
    filled = own.fill is not None and reading.missing == "mean"
    return replace(found, fill=means(replace(found, fill=None))) if filled else found
