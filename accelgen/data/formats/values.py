"""What a reader finds: numbers in pieces, so that no file has to fit the memory, and labels beside them."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from accelgen.data.log_mel import FrontEnd
from accelgen.data.recording import EventsChoice
from accelgen.errors import DataError

__all__ = ["Found", "Samples", "Values", "labelled", "rows_at_once", "spooled"]

#: Bytes of a piece, and those of which a copy is kept in memory; a larger one is kept in a file.
PIECE, KEPT = 1 << 22, 1 << 26


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The values of some samples.

    Attributes
    ----------
    name : str
        What a message calls them: the name of an array, or of a file.
    count : int
        Samples.
    shape : tuple of int
        Of a sample.
    pixels : bool
        They are bytes of 0 to 255, and so pixels.
    pieces : callable
        Returns an iterator over all of them, ``number[n, *shape]``, a piece at a time; NaN where one is
        missing.
    columns : tuple of str
        Names of the features, if they have any.
    lines : callable or None
        ``lines(row)``: number of the line of the text file that a sample is in.
    """

    name: str
    count: int
    shape: tuple[int, ...]
    pixels: bool
    pieces: Callable[[], Iterator[np.ndarray]]
    columns: tuple[str, ...] = ()
    lines: Callable[[int], int] | None = None

    @property
    def size(self) -> int:
        """Values of a sample."""
        return math.prod(self.shape)

    def place(self, row: int, feature: int) -> str:
        """Return how a message names a value: file, then line or row, then column."""
        where = f"row {row}" if self.lines is None else f"line {self.lines(row)}"
        if self.columns:
            return f"{self.name}: {where}, column {self.columns[feature]!r}"
        return f"{self.name}: {where}, value {feature}"


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Values, and the label of each sample.

    Attributes
    ----------
    values : Values
        What enters.
    labels : integer, float or str, [n] or [n, several]
        What it shows.
    named : str
        What a message calls the labels.
    outputs : tuple of str
        Names of several labels, if they have any.
    """

    values: Values
    labels: np.ndarray
    named: str
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a file or a folder holds.

    Attributes
    ----------
    form : str
        Name of its form, for people.
    training : Samples
        To learn from; all there is if nothing is set aside for tests.
    test : Samples or None
        To test with.
    front : FrontEnd or None
        What made features of recordings, with nothing left open.
    events : EventsChoice or None
        What the recordings of events are of, of which the values are bits.
    """

    form: str
    training: Samples
    test: Samples | None
    front: FrontEnd | None = None
    events: EventsChoice | None = None

    @property
    def every(self) -> list[Samples]:
        """All samples, those for tests last."""
        return [self.training] if self.test is None else [self.training, self.test]


def labelled(values: Values, words: np.ndarray, place: str, columns: tuple[str, ...]) -> Samples:
    """Return the samples of a table whose labels, [n, columns], are in ``columns``, which may be none."""
    if not columns:
        return Samples(values, np.zeros(values.count, np.uint8), place)
    words = words.reshape(-1, len(columns))
    named = f"{place}: column{'s' * (len(columns) > 1)} {', '.join(map(repr, columns))}"
    return Samples(values, words.reshape(-1) if len(columns) == 1 else words, named, columns)


def rows_at_once(bytes_of_a_row: int) -> int:
    """Return how many rows make a piece."""
    return max(1, PIECE // max(bytes_of_a_row, 1))


def spooled(pieces: Iterable[np.ndarray], shape: tuple[int, ...], kind: type) -> tuple[int, Callable]:
    """Keep what can be read once only, and return the number of samples and what reads them again.

    Up to `KEPT` bytes stay in memory, and more go to a temporary file without a name.

    Parameters
    ----------
    pieces : iterable of ``number[n, *shape]``
        The values.
    shape : tuple of int
        Of a sample.
    kind : type
        Of numpy, to keep them as.

    Raises
    ------
    DataError
        If the temporary file cannot be written.
    """
    store = tempfile.SpooledTemporaryFile(max_size=KEPT)  # noqa: SIM115 - lives as long as who reads it
    row, count = math.prod(shape) * np.dtype(kind).itemsize, 0
    for piece in pieces:
        try:
            store.write(np.ascontiguousarray(piece, kind).tobytes())
        except OSError as error:
            raise DataError(f"a temporary file cannot be written: {error.strerror}") from error
        count += len(piece)

    def again() -> Iterator[np.ndarray]:
        step = rows_at_once(row)
        for start in range(0, count, step):
            store.seek(start * row)
            data = store.read(min(step, count - start) * row)
            yield np.frombuffer(data, kind).reshape(-1, *shape)

    return count, again
