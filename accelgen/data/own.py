"""Data of one's own: a file or a folder becomes a `DataSet`, and every value of it is checked before use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from accelgen.data.dataset import DataSet
from accelgen.data.described import Description, described
from accelgen.data.form import read_found, signature
from accelgen.data.formats.values import Samples, Values
from accelgen.data.images import Images
from accelgen.data.labels import strata, stratified
from accelgen.data.log_mel import FrontEnd
from accelgen.data.picture import read_fitted
from accelgen.data.ranges import CodesChoice, learn
from accelgen.data.reading import Reading
from accelgen.data.recording import EventsChoice, unpacked
from accelgen.data.split import Part
from accelgen.data.targets import targets_of
from accelgen.errors import DataError
from accelgen.network.coding import Coding

__all__ = ["Own", "means", "read_own"]

TITLES = {"train": "training set", "validation": "validation set", "test": "test set"}


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """Data of one's own, of which every value has been looked at once.

    Attributes
    ----------
    path : Path
        The file or the folder.
    reading : Reading
        How it was read.
    about : Description
        What ``data.toml`` says.
    form : str
        Of the files.
    shape : (int, int, int)
        Height, width and channels of a sample; of a table 1, features and 1.
    classes : tuple of str
        Their names; those of the labels or the outputs where those are learned.
    every : list of Samples
        To learn from, and to test with if there were such.
    numbers : list of arrays
        What is right for them: see `accelgen.data.targets.targets_of`.
    parts : dict of str to (int, bool[n])
        Which of ``every`` a part is of, and which samples of it.
    digest : str
        SHA-256 of all values, classes and their order, in hex: whatever files they are in.
    fill : float[features] or None
        What stands where a value is missing.
    sums : list of str
        SHA-256 of the values of each of ``every``, in hex.
    frontend : FrontEnd or None
        What made features of WAV files, with nothing left open.
    events : EventsChoice or None
        What recordings of events are of, of which the values are bits.
    """

    path: Path
    reading: Reading
    about: Description
    form: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    every: list[Samples]
    numbers: list[np.ndarray]
    parts: dict[Part, tuple[int, np.ndarray]]
    digest: str
    sums: list[str]
    fill: np.ndarray | None = None
    frontend: FrontEnd | None = None
    events: EventsChoice | None = None

    @property
    def name(self) -> str:
        """The file's name, or the folder's."""
        return self.path.name

    @property
    def title(self) -> str:
        """Name for people."""
        return self.about.title or self.name

    @property
    def table(self) -> bool:
        """Its features are those of a table, and no picture or series."""
        return self.shape[0] == self.shape[2] == 1 and not self.about.shape and self.events is None

    @property
    def pixels(self) -> bool:
        """It is of bytes that are no table, and so of pixels or events that enter as they are."""
        return not self.table and all(samples.values.pixels for samples in self.every)

    def labels(self, part: Part) -> np.ndarray:
        """Return what is right for a part: of classes integer[n]."""
        source, chosen = self.parts[part]
        return self.numbers[source][chosen]

    def pieces(self, part: Part) -> Iterator[np.ndarray]:
        """Go through the values of a part, number[n, values], those that are missing filled.

        Raises
        ------
        DataError
            At the end, if the values are others by now than those that were looked at, and that ``digest``
            is of.
        """
        source, chosen = self.parts[part]
        values, read = self.every[source].values, hashlib.sha256()
        start = 0
        for piece in values.pieces():
            read.update(_plain(values, piece))
            rows = piece.reshape(len(piece), -1)[chosen[start : start + len(piece)]]
            start += len(piece)
            if self.fill is not None and rows.dtype.kind == "f":
                rows = np.where(np.isnan(rows), self.fill, rows)
            yield rows
        if read.hexdigest() != self.sums[source]:
            raise DataError(f"{self.path}: has changed since it was looked at: run the command again")

    @property
    def _pictured(self) -> bool:
        return self.pixels and not self.events and self.shape[2] in (1, 3)

    def coding(self, choice: CodesChoice, bits: int = 8) -> Coding | None:
        """Return how its features become codes, learned from what is trained on; None of pixels.

        Where signed codes begin depends on the ``bits`` that enter.
        """
        return None if self.pixels else _coding(self, choice, bits if choice.signed else 8)

    def images(self, part: Part, coding: Coding | None) -> Images:
        """Return a part as codes of 8 bits; signed ones are bytes in two's complement."""
        labels = self.labels(part)
        codes = np.empty((len(labels), int(np.prod(self.shape))), np.uint8)
        start = 0
        for rows in self.pieces(part):
            codes[start : start + len(rows)] = rows if coding is None else coding.raw(rows)
            start += len(rows)
        return Images(codes, labels, f"{self.title} {TITLES[part]}", full=True, sensor=self.sensor)

    @property
    def sensor(self) -> Callable[[np.ndarray], np.ndarray] | None:
        """What turns the bits of recordings into spikes, uint8[n, timesteps, addresses]."""
        return partial(unpacked, choice=self.events) if self.events else None

    def data_set(self, coding: Coding | None) -> DataSet[Images]:
        """Return it as a data set whose features become pixels by ``coding``."""

        def read(data: Path | None, part: Part, **_: Any) -> Images:
            return self.images(part, coding)

        return DataSet(
            name=self.name,
            title=self.title,
            shape=self.shape,
            classes=self.classes,
            splits={part: int(chosen.sum()) for part, (_, chosen) in self.parts.items()},
            folder=str(self.path),
            licence=self.about.licence,
            citation=self.about.citation,
            url=self.about.source,
            read=read,
            events=self.events.input if self.events else None,
            timesteps=self.events.timesteps if self.events else None,
            sensor=self.sensor,
            picture=partial(read_fitted, shape=self.shape) if self._pictured else None,
            own=self,
            coding=coding,
            keeps=True,
            task=self.reading.task,
        )


def read_own(path: Path, reading: Reading) -> Own:
    """Read and check data; what has not changed since the last time is not read again.

    Raises
    ------
    DataError
        If anything in them is wrong: one sentence that names file, and field, column or row.
    """
    path = path.resolve()
    return _read(path, reading, signature(path))


@lru_cache(maxsize=4)
def _read(path: Path, reading: Reading, seen: str) -> Own:
    about = described(path)
    found = read_found(
        path,
        reading.labels(about),
        tuple(about.shape) or None,
        reading.ignore,
        front=reading.frontend or about.frontend,
        events=about.events,
    )
    if reading.frontend and not found.front:
        raise DataError(f"{path}: is of no WAV files, and a recipe with [frontend] is of nothing else")
    every = found.every
    shape = _shape(every[0].values, tuple(about.shape))
    if found.test and _shape(found.test.values, tuple(about.shape)) != shape:
        raise DataError(f"{found.test.values.name}: has samples of another shape than those to learn from")
    classes, numbers = targets_of(reading.task, every, tuple(about.classes))
    if reading.task in ("labels", "regression") and not np.ptp(numbers[0], axis=0).any():
        raise DataError(f"{every[0].named}: is the same for all samples: there is nothing to learn")
    parts = _parts(numbers, reading)
    for part, (source, chosen) in parts.items():
        if not chosen.any():
            raise DataError(
                f"{every[source].named}: there are too few samples: none is left for the {TITLES[part]}"
            )
    kind = (shape, classes, found.events) if found.events else (shape, classes)
    known = kind if reading.task == "classes" else (*kind, reading.task)
    digest = hashlib.sha256(repr(known).encode())
    gaps, sums = [], []
    for samples, labels in zip(every, numbers, strict=True):
        gap, total = _scan(samples, labels, digest, reading)
        gaps.append(gap)
        sums.append(total)
    own = Own(
        path,
        reading,
        about,
        found.form,
        shape,
        classes,
        every,
        numbers,
        parts,
        digest.hexdigest(),
        sums,
        frontend=found.front,
        events=found.events,
    )
    if not any(gaps):
        return own
    if reading.missing == "mean":
        return replace(own, fill=means(own))
    return replace(own, fill=np.full(every[0].values.size, float(reading.missing)))


@lru_cache(maxsize=4)
def _coding(own: Own, choice: CodesChoice, bits: int) -> Coding:
    def learned() -> Iterator[np.ndarray]:
        return (rows.astype(np.float64) for rows in own.pieces("train"))

    size = int(own.parts["train"][1].sum()) * own.every[0].values.size
    return learn(choice, learned, size, table=own.table, bits=bits)


def _shape(values: Values, declared: tuple[int, ...]) -> tuple[int, int, int]:
    """Return height, width and channels of a sample."""
    found = declared or {1: (1, *values.shape, 1), 2: (*values.shape, 1)}.get(len(values.shape), values.shape)
    if len(found) != 3 or not values.size:
        raise DataError(
            f"{values.name}: has samples of the shape {list(values.shape)}, and 1 to 3 sides are read"
        )
    if np.prod(found, dtype=object) != values.size:
        raise DataError(
            f"{values.name}: has {values.size} values in a sample, and data.toml says {list(found)}"
        )
    return found[0], found[1], found[2]


def _parts(every: list[np.ndarray], reading: Reading) -> dict[Part, tuple[int, np.ndarray]]:
    numbers = [strata(part, reading.task) for part in every]
    learned = np.ones(len(numbers[0]), bool)
    if len(numbers) > 1:
        test = 1, np.ones(len(numbers[1]), bool)
    else:
        aside = stratified(numbers[0], reading.test, reading.seed)
        test, learned = (0, aside), ~aside
    held = np.zeros(len(learned), bool)
    held[np.flatnonzero(learned)] = stratified(numbers[0][learned], reading.validation, reading.seed + 1)
    return {"train": (0, learned & ~held), "validation": (0, held), "test": test}


def _scan(samples: Samples, labels: np.ndarray, digest: Any, reading: Reading) -> tuple[bool, str]:
    """Look at every value, add it to the digest; return whether one is missing, and their digest alone."""
    values, row, gaps = samples.values, 0, False
    alone = hashlib.sha256()
    for piece in values.pieces():
        rows = piece.reshape(len(piece), -1)
        if rows.dtype.kind == "f" and not np.isfinite(rows).all():
            gaps = True
            wrong = np.isinf(rows) if reading.missing != "refuse" else ~np.isfinite(rows)
            if wrong.any():
                at, feature = map(int, np.argwhere(wrong)[0])
                what = (
                    "is missing: missing in [data] of a recipe, or --missing, says what fills it"
                    if np.isnan(rows[at, feature])
                    else "is infinite"
                )
                raise DataError(f"{values.place(row + at, feature)}: {what}")
        plain = _plain(values, rows)
        digest.update(plain)
        alone.update(plain)
        row += len(rows)
    if row != len(labels):
        raise DataError(f"{samples.named}: has {len(labels)} labels, and there are {row} samples")
    if not row:
        raise DataError(f"{values.name}: holds no samples")
    digest.update(labels.astype("<f8" if labels.dtype.kind == "f" else "<u2").tobytes())
    return gaps, alone.hexdigest()


def _plain(values: Values, rows: np.ndarray) -> bytes:
    """Return rows as bytes that are the same on every machine, whatever kind of number a file has."""
    return np.ascontiguousarray(rows, np.uint8 if values.pixels else "<f8").tobytes()


def means(own: Own) -> np.ndarray:
    """Return the mean of each feature over what is trained on, 0 where every value of it is missing."""
    total, seen = np.zeros(own.every[0].values.size), np.zeros(own.every[0].values.size)
    # So much smaller, which a power of two is without rounding, no sum is beyond the largest float.
    room = 2.0 ** int(own.parts["train"][1].sum()).bit_length()
    for rows in own.pieces("train"):
        there = ~np.isnan(rows)
        total += np.where(there, rows.astype(np.float64) / room, 0).sum(axis=0)
        seen += there.sum(axis=0)
    return total / np.maximum(seen, 1) * room
