"""Data of one's own looked at before anything is trained on them, and the data sets that have a name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from accelgen.data import SETS
from accelgen.data.own import Own, means, read_own
from accelgen.data.reading import Reading, filling
from accelgen.data.split import Part
from accelgen.errors import InvalidOption
from accelgen.network.task import TaskName
from accelgen.steps.answer import Answer
from accelgen.steps.data_page import write_data_page

__all__ = [
    "DataCheck",
    "DataSets",
    "FeatureRange",
    "SetSummary",
    "check_data",
    "list_data",
]

PARTS: tuple[Part, ...] = ("train", "validation", "test")
#: Samples that are in both sets, which are named.
SHOWN = 5
#: Forms without names of features, and from how many values in a row they look like a series.
ARRAYS, LONG = ("npz", "npy"), 32


@dataclass(frozen=True, slots=True)
class FeatureRange(Answer):
    """Least, greatest and mean value of a feature over all that is learned from, or of all features."""

    name: str
    least: float
    most: float
    mean: float


@dataclass(frozen=True, slots=True, eq=False)
class DataCheck(Answer):
    """Data that are as they must be.

    Attributes
    ----------
    name, path, form : str, Path, str
        What they are called, where they are, and which form they have.
    shape : tuple of int
        Height, width and channels of a sample; of a table 1, features and 1; of events timesteps and
        addresses.
    kind : "pixels", "features" or "events"
        Whether values enter as they are, or codes of them, or spikes.
    classes : tuple of str
        Their names.
    samples : dict of str to int
        To train on, to choose by and to test with.
    balance : dict of str to dict of str to int
        Samples of each class, or with each label, in each part; empty where there are neither.
    task : str
        What is to be learned; see `accelgen.network.task`.
    targets : tuple of FeatureRange
        Of each output of a regression, over all that is learned from.
    set_aside : bool
        Whether the data had samples for tests; else they were drawn.
    filled : int or None
        Features of which values are missing and filled; None where none is.
    ranges : tuple of FeatureRange
        Of each feature of a table, or of all values of pictures and series.
    constant : tuple of str
        Features that never change.
    duplicates : int
        Samples to test with that are also learned from.
    duplicate_rows : tuple of int
        The first of them, by their place among those to test with.
    digest : str
        What a network file knows them by.
    licence : str
        As ``data.toml`` states it.
    written : Path or None
        The page, if one was asked for.
    hint : str or None
        What the samples may be instead, and how to say so.
    """

    name: str
    path: Path
    form: str
    shape: tuple[int, ...]
    kind: str
    classes: tuple[str, ...]
    samples: dict[str, int]
    balance: dict[str, dict[str, int]]
    set_aside: bool
    filled: int | None
    ranges: tuple[FeatureRange, ...]
    constant: tuple[str, ...]
    duplicates: int
    duplicate_rows: tuple[int, ...]
    digest: str
    licence: str
    task: str = "classes"
    targets: tuple[FeatureRange, ...] = ()
    written: Path | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class SetSummary(Answer):
    """A data set that has a name: its title, shape, classes, samples, licence, and where it is looked for."""

    name: str
    title: str
    shape: tuple[int, ...]
    classes: int
    samples: int
    licence: str
    place: Path
    there: bool


@dataclass(frozen=True, slots=True)
class DataSets(Answer):
    """The data sets that recipes may name."""

    sets: tuple[SetSummary, ...]


def list_data(*, data: Path | None = None) -> DataSets:
    """Return the data sets that recipes may name; ``data`` is the folder that holds them."""
    return DataSets(
        tuple(
            SetSummary(
                name=entry.name,
                title=entry.title,
                shape=entry.shape,
                classes=len(entry.classes),
                samples=sum(entry.splits.values()),
                licence=entry.licence,
                place=entry.place(data),
                there=entry.place(data).is_dir(),
            )
            for entry in SETS.values()
        )
    )


def check_data(
    path: Path,
    *,
    label: str | Sequence[str] = "",
    task: TaskName = "classes",
    ignore: Sequence[str] = (),
    missing: str = "refuse",
    test: float | None = None,
    validation: float | None = None,
    seed: int | None = None,
    page: Path | None = None,
) -> DataCheck:
    """Read all of somebody's data, and say what is in them.

    Parameters
    ----------
    path : Path
        A file or a folder; see `accelgen.data.form.read_found`.
    label, task, ignore, missing, test, validation, seed
        As in a recipe: see `accelgen.data.reading.Reading`.
    page : Path, optional
        File to write a page into: samples of each class, their balance, and how often each value is.

    Raises
    ------
    DataError
        If anything is wrong; one sentence that names file, and field, column or row.
    InvalidOption
        If an option is out of its range.
    """
    others = {"test": test, "validation": validation, "seed": seed}
    chosen: dict[str, Any] = {name: value for name, value in others.items() if value is not None}
    label = label if isinstance(label, str) else tuple(label)
    reading = Reading(label=label, task=task, ignore=tuple(ignore), missing=filling(missing), **chosen)
    if problems := reading.problems():
        raise InvalidOption(problems[0])
    own = read_own(Path(path), reading)
    ranges, constant = _ranges(own)
    twins = _twins(own)
    found = DataCheck(
        name=own.title,
        path=own.path,
        form=own.form,
        shape=(own.events.timesteps, own.events.input.inputs) if own.events else own.shape,
        kind="events" if own.events else "pixels" if own.pixels else "features",
        classes=own.classes,
        samples={part: len(own.labels(part)) for part in PARTS},
        balance={part: found for part in PARTS if (found := _balance(own, part))},
        set_aside=len(own.every) > 1,
        filled=None if own.fill is None else _gaps(own),
        ranges=ranges,
        constant=constant,
        duplicates=len(twins),
        duplicate_rows=tuple(twins[:SHOWN]),
        digest=own.digest,
        licence=own.about.licence,
        task=own.reading.task,
        targets=_targets(own),
        hint=_hint(own),
    )
    if page is None:
        return found
    return replace(found, written=write_data_page(own, found, page))


def _hint(own: Own) -> str | None:
    """Return what arrays of features may be instead: series look like pictures, or like tables."""
    if own.form not in ARRAYS or own.pixels or own.about.shape or own.events:
        return None
    height, width, channels = own.shape
    if own.table and width >= LONG:
        return f"is it a series of {width} steps? then shape = [1, {width}, 1] in data.toml says so"
    if channels == 1 and 2 * width <= height:
        steps = f"{height} steps of {width} channels"
        return f"is it a series of {steps}? then shape = [1, {height}, {width}] in data.toml says so"
    return None


def _balance(own: Own, part: Part) -> dict[str, int]:
    labels = own.labels(part)
    if own.reading.task in ("regression", "reconstruction"):
        return {}
    if labels.ndim > 1:
        return dict(zip(own.classes, labels.sum(axis=0, dtype=np.int64).tolist(), strict=True))
    counts = np.bincount(labels, minlength=len(own.classes))
    return dict(zip(own.classes, counts.tolist(), strict=True))


def _targets(own: Own) -> tuple[FeatureRange, ...]:
    """Return the ranges of the outputs of a regression."""
    if own.reading.task != "regression":
        return ()
    learned = own.labels("train")
    each = zip(own.classes, learned.min(axis=0), learned.max(axis=0), learned.mean(axis=0), strict=True)
    return tuple(FeatureRange(name, float(low), float(high), float(mean)) for name, low, high, mean in each)


def _gaps(own: Own) -> int:
    """Return how many features lack a value."""
    lacking = np.zeros(own.every[0].values.size, bool)
    for samples in own.every:
        for piece in samples.values.pieces():
            lacking |= np.isnan(piece.reshape(len(piece), -1)).any(axis=0)
    return int(lacking.sum())


def _ranges(own: Own) -> tuple[tuple[FeatureRange, ...], tuple[str, ...]]:
    """Return the ranges of what is learned from, and the features that never change."""
    if own.sensor:
        counts = [own.sensor(row[None]).sum() for rows in own.pieces("train") for row in rows]
        few, many, middle = float(min(counts)), float(max(counts)), float(np.mean(counts))
        return (FeatureRange("events of a sample", few, many, middle),), ()
    ends = [(rows.min(axis=0), rows.max(axis=0)) for rows in own.pieces("train") if len(rows)]
    low = np.min([least for least, _ in ends], axis=0).astype(np.float64)
    high = np.max([most for _, most in ends], axis=0).astype(np.float64)
    mean = means(own)
    names = own.every[0].values.columns or tuple(f"value {n}" for n in range(len(low)))
    constant = tuple(name for name, same in zip(names, low == high, strict=True) if same)
    if not own.table:
        return (
            FeatureRange("all values", float(low.min()), float(high.max()), float(mean.mean())),
        ), constant
    each = zip(names, low.tolist(), high.tolist(), mean.tolist(), strict=True)
    return tuple(FeatureRange(*one) for one in each), constant


def _twins(own: Own) -> list[int]:
    """Return which samples to test with are also learned from, value by value."""

    def marks(part: Part) -> np.ndarray:
        """Return eight bytes of each sample: millions of samples are to be held, and hardly two collide."""
        found = (
            hashlib.blake2b(row.tobytes(), digest_size=8).digest()
            for rows in own.pieces(part)
            for row in np.ascontiguousarray(rows, np.uint8 if own.pixels else np.float64)
        )
        return np.frombuffer(b"".join(found), np.uint64)

    learned = np.concatenate([marks("train"), marks("validation")])
    return np.flatnonzero(np.isin(marks("test"), learned)).tolist()
