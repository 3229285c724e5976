"""Arrays in numpy's format, read in pieces from a file or from within an archive; never a pickle."""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import BadZipFile

import numpy as np

from accelgen.data.formats.values import Found, Samples, Values, rows_at_once
from accelgen.errors import DataError, at, suggest

__all__ = ["NAMES", "Array", "Opener", "found_in", "open_bytes"]

#: Names of the arrays: with samples set aside for tests, or all together.
NAMES = (("x_train", "y_train", "x_test", "y_test"), ("x", "y"))
NUMBERS, WORDS = "biuf", "US"
#: Bytes of an array that is stored column by column, and so cannot be read in pieces.
LARGEST_TURNED = 1 << 30
LONGEST_WORD = 1 << 10
#: Bytes of a header; numpy's own have a few hundred.
LONGEST_HEADER = 1 << 16

Opener = Callable[[], IO[bytes]]


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Turn what a damaged file or archive raises into one sentence."""
    with at(name):
        try:
            yield
        except (OSError, EOFError, BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
            why = getattr(error, "strerror", None) or error or type(error).__name__
            raise DataError(f"is damaged or cannot be read: {why}") from error


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """An array that is still in its file.

    Attributes
    ----------
    name : str
        What a message calls it.
    open : callable
        Opens it at its first byte.
    shape, dtype, turned : tuple of int, dtype, bool
        What its header says; ``turned`` if it is stored column by column.
    """

    name: str
    open: Opener
    shape: tuple[int, ...]
    dtype: np.dtype
    turned: bool

    @classmethod
    def read(cls, name: str, opener: Opener) -> Array:
        """Read the header of an array.

        Raises
        ------
        DataError
            If it is no array of numpy, or of Python objects.
        """
        with _whole(name), opener() as stream:
            shape, turned, dtype = _header(stream)
        return cls(name, opener, shape, dtype, turned)

    def pieces(self) -> Iterator[np.ndarray]:
        """Go through the array, some rows at a time.

        Raises
        ------
        DataError
            If the file ends before the array does, or is damaged.
        """
        count, shape = self.shape[0], self.shape[1:]
        row = math.prod(shape) * self.dtype.itemsize
        if self.turned and len(self.shape) > 1:
            yield from self._turned(row * count)
            return
        step = rows_at_once(row)
        with _whole(self.name), self.open() as stream:
            _header(stream)
            for start in range(0, count, step):
                wanted = min(step, count - start) * row
                data = stream.read(wanted)
                if len(data) < wanted:
                    raise DataError(f"ends after {start + len(data) // max(row, 1)} of {count} rows")
                yield np.frombuffer(data, self.dtype).reshape(-1, *shape)
            stream.read(1)  # at its end an archive compares the check sum

    def _turned(self, size: int) -> Iterator[np.ndarray]:
        if size > LARGEST_TURNED:
            raise DataError(
                f"{self.name}: is stored column by column and has {size:,} bytes: "
                "save numpy.ascontiguousarray of it"
            )
        with _whole(self.name), self.open() as stream:
            _header(stream)
            data = stream.read(size)
            if len(data) < size:
                raise DataError(f"ends after {len(data):,} of {size:,} bytes")
            yield np.frombuffer(data, self.dtype).reshape(self.shape, order="F")

    def values(self) -> Values:
        """Return it as the values of samples, or raise `DataError` if it holds something else."""
        with at(self.name):
            if self.dtype.kind not in NUMBERS:
                raise DataError(f"must hold numbers, not {self.dtype}")
            if len(self.shape) < 2:
                raise DataError(f"must have a row for each sample, not shape {list(self.shape)}")
        return Values(self.name, self.shape[0], self.shape[1:], self.dtype == np.uint8, self.pieces)

    def labels(self, samples: int) -> np.ndarray:
        """Return it as the labels of ``samples``, [samples] or [samples, several], or raise `DataError`."""
        with at(self.name):
            if self.dtype.kind not in NUMBERS + WORDS or self.dtype.itemsize > LONGEST_WORD:
                raise DataError(f"must hold numbers or words, not {self.dtype}")
            if len(self.shape) not in (1, 2) or self.shape[0] != samples or 0 in self.shape[1:]:
                raise DataError(
                    f"must have a label for each of {samples} samples, not shape {list(self.shape)}"
                )
        shape = (-1,) if math.prod(self.shape[1:]) == 1 else (-1, self.shape[1])
        return self.whole().reshape(shape)

    def whole(self) -> np.ndarray:
        """Return all of it, which whoever asks has to know to be small; see `pieces`."""
        return np.concatenate([*self.pieces()] or [np.zeros((0, *self.shape[1:]), self.dtype)])


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Read shape, order and dtype, and leave the stream at the first value."""
    try:
        version = np.lib.format.read_magic(stream)
        kinds = {
            (1, 0): (2, np.lib.format.read_array_header_1_0),
            (2, 0): (4, np.lib.format.read_array_header_2_0),
        }
        if version not in kinds:
            raise ValueError(f"version {version} is not read")
        size, read = kinds[version]
        length = stream.read(size)
        if int.from_bytes(length, "little") > LONGEST_HEADER:
            raise ValueError("its header has no end")
        shape, turned, dtype = read(io.BytesIO(length + stream.read(int.from_bytes(length, "little"))))
    except (OSError, EOFError, BadZipFile, zlib.error):
        raise
    except Exception as error:  # the header is Python's syntax, and numpy lets many errors of it through
        raise DataError(f"is no array of numpy: {error}") from error
    if dtype.hasobject:
        raise DataError("holds Python objects, which are pickled and never read: save numbers")
    if not shape:
        raise DataError("is one value, and not an array")
    if any(length < 0 for length in shape):
        raise DataError(f"has the shape {list(shape)}")
    return tuple(map(int, shape)), bool(turned), dtype


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file at its first byte."""
    return path.open("rb")


def found_in(form: str, place: str, openers: Mapping[str, Opener], *, labelled: bool = True) -> Found:
    """Return what arrays hold, by the `NAMES` that they have.

    Parameters
    ----------
    form, place : str
        The form of the file, and what it is called in messages.
    openers : dict of str to callable
        What opens each array.
    labelled : bool
        Whether there must be labels; else none are read.

    Raises
    ------
    DataError
        If one is missing, or not as it must be.
    """
    known = NAMES if labelled else tuple(names[::2] for names in NAMES)
    names = next((names for names in known if set(names) & set(openers)), known[0])
    for name in names:
        if name not in openers:
            hint = suggest(name, openers)
            held = ", ".join(sorted(openers)) or "nothing"
            raise DataError(
                f"{place}: {name!r} is missing: it holds {held}, and must hold "
                f"{' or '.join(', '.join(wanted) for wanted in known)}{f' ({hint})' if hint else ''}"
            )
    arrays = {name: Array.read(f"{place}: {name}", openers[name]) for name in names}

    def samples(x: str, y: str | None = None) -> Samples:
        values = arrays[x].values()
        if y is None:
            return Samples(values, np.zeros(values.count, np.uint8), f"{place}: {x}")
        return Samples(values, arrays[y].labels(values.count), f"{place}: {y}")

    first, *rest = zip(names[::2], names[1::2], strict=True) if labelled else zip(names, strict=True)
    return Found(form, samples(*first), samples(*rest[0]) if rest else None)
