"""Recordings of events: folders of them by class, or one archive of arrays ``t``, ``x``, ``y`` and ``p``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from accelgen.data.formats.arrays import Array
from accelgen.data.formats.class_folders import files_of, holds_classes, read_classes
from accelgen.data.formats.npz import arrays_of, members
from accelgen.data.formats.values import Found, Samples, Values, spooled
from accelgen.data.nmnist import read_events
from accelgen.data.recording import EventsChoice, packed
from accelgen.errors import DataError, at

__all__ = ["holds_events", "is_events", "read_event_archive", "read_event_folder"]

BINARY, ARCHIVE = ".bin", ".npz"
TRAINING, TEST = "train.npz", "test.npz"
#: Events of a recording in an archive of its own, at most.
MOST_EVENTS = 1 << 26
NEEDED = ("t", "x", "starts", "labels")


def is_events(path: Path) -> bool:
    """Return whether an archive has recordings one after the other, and no table of samples."""
    return {"t", "starts"} <= set(members(path))


def holds_events(folder: Path) -> bool:
    """Return whether a folder has recordings: ``train.npz``, or files of the classes."""
    return (folder / TRAINING).is_file() or holds_classes(folder, (BINARY, ARCHIVE))


def read_event_archive(path: Path, choice: EventsChoice) -> Found:
    """Read an archive with all recordings to learn from, and one to test with if ``path`` is their folder.

    Its arrays are ``t``, ``x``, and ``y`` and ``p`` (0 where they are left out), of all events; ``starts``,
    where each recording starts among them, one more than there are recordings; and ``labels``.

    Raises
    ------
    DataError
        If an array is missing or not as it must be, or an event is beside the sensor.
    """
    if path.is_file():
        return replace(Found("events", _archive(path, choice), None), events=choice)
    test = _archive(path / TEST, choice) if (path / TEST).is_file() else None
    return replace(Found("events", _archive(path / TRAINING, choice), test), events=choice)


def read_event_folder(folder: Path, choice: EventsChoice) -> Found:
    """Read ``<class>/<recording>``, or the same below ``train`` and ``test``.

    A recording is a ``.bin`` as those of N-MNIST, or an ``.npz`` with ``t``, ``x``, and ``y`` and ``p``.

    Raises
    ------
    DataError
        If one is not as it must be, or an event is beside the sensor.
    """
    if (folder / TRAINING).is_file():
        return read_event_archive(folder, choice)

    def read(inner: Path, training: Samples | None) -> Samples:
        files = files_of(inner, "recordings")
        pieces = (_recording(path, choice)[None] for path, _ in files)
        return _samples(str(inner), pieces, np.array([name for _, name in files]), choice)

    return replace(read_classes("events", folder, read), events=choice)


def _samples(name: str, pieces: Iterator[np.ndarray], labels: np.ndarray, choice: EventsChoice) -> Samples:
    count, again = spooled(pieces, (choice.bytes,), np.uint8)
    return Samples(Values(name, count, (choice.bytes,), True, again), labels, name)


def _recording(path: Path, choice: EventsChoice) -> np.ndarray:
    """Return the bits of a file."""
    if path.suffix.lower() == BINARY:
        x, y, p, t = read_events(path, choice.width, choice.height).T
    elif path.suffix.lower() == ARCHIVE:
        arrays = arrays_of(path)
        for name in ("t", "x"):
            if name not in arrays:
                raise DataError(f"{path}: {name!r} is missing: a recording has t, x, y and p")
        t = _whole(arrays["t"])
        others = [_whole(arrays[name]) if name in arrays else np.zeros_like(t) for name in ("x", "y", "p")]
        if any(other.shape != t.shape for other in others):
            raise DataError(f"{path}: t, x, y and p must have as many values each")
        x, y, p = others
    else:
        raise DataError(f"{path}: is no recording: .bin and .npz are read")
    with at(path):
        return packed(t, x, y, p, choice)


def _whole(array: Array) -> np.ndarray:
    _check(array)
    if array.shape[0] > MOST_EVENTS:
        raise DataError(f"{array.name}: has {array.shape[0]:,} events, and {MOST_EVENTS:,} are the most")
    return array.whole()


def _check(array: Array) -> None:
    """Raise `DataError` unless an array holds a whole number for each event."""
    with at(array.name):
        if array.dtype.kind not in "biu" or len(array.shape) != 1:
            raise DataError(f"must be a row of integers, not {array.dtype} of shape {list(array.shape)}")


def _archive(path: Path, choice: EventsChoice) -> Samples:
    arrays = arrays_of(path)
    for name in NEEDED:
        if name not in arrays:
            raise DataError(f"{path}: {name!r} is missing: it must hold t, x, y, p, starts and labels")
    _check(arrays["starts"])
    starts = arrays["starts"].whole().astype(np.int64)
    columns = [arrays.get(name) for name in ("t", "x", "y", "p")]
    for column in columns:
        if column is not None:
            _check(column)
    events = arrays["t"].shape[0]
    if len(starts) < 2 or starts[0] != 0 or starts[-1] != events or (np.diff(starts) < 0).any():
        raise DataError(f"{path}: starts: must rise from 0 to the {events:,} events of t")
    if any(column is not None and column.shape[0] != events for column in columns):
        raise DataError(f"{path}: t, x, y and p must have as many values each")
    labels = arrays["labels"].labels(len(starts) - 1)

    def pieces() -> Iterator[np.ndarray]:
        readers = [None if column is None else _Reader(column) for column in columns]
        for number, count in enumerate(np.diff(starts).tolist()):
            parts = [np.zeros(count, np.int64) if one is None else one.take(count) for one in readers]
            with at(f"{path}: recording {number}"):
                yield packed(parts[0], parts[1], parts[2], parts[3], choice)[None]

    return _samples(str(path), pieces(), labels, choice)


class _Reader:
    """Takes some values of an array after the other, which is read in pieces."""

    def __init__(self, array: Array):
        self.pieces = array.pieces()
        self.left = np.zeros(0, array.dtype)

    def take(self, count: int) -> np.ndarray:
        """Return the next ``count`` values."""
        parts = [self.left]
        while sum(map(len, parts)) < count:
            parts.append(next(self.pieces))
        joined = np.concatenate(parts) if len(parts) > 1 else self.left
        self.left = joined[count:]
        return joined[:count]
