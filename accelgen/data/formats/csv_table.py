"""Tables as text: commas, semicolons or tabs between the fields, the names of columns in the first line."""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from accelgen.data.formats.tables import label_columns
from accelgen.data.formats.values import Samples, Values, labelled, spooled
from accelgen.errors import DataError, at

__all__ = ["MISSING", "read_csv"]

#: What stands where a value is missing, in any case.
MISSING = {"", "?", "na", "n/a", "nan", "null", "none"}
#: What stands where a label is missing: "none" may well be the name of a class.
NO_LABEL = {"", "?", "nan"}
BETWEEN = ",;\t"
#: Rows that are converted at once.
ROWS = 4096


def read_csv(path: Path, labels: tuple[str, ...] | None, ignore: tuple[str, ...] = ()) -> Samples:
    """Read a table.

    Parameters
    ----------
    path : Path
        The file.
    labels : tuple of str, or None
        Names of the columns of labels, none of them for the usual one; None if there are no labels.
    ignore : tuple of str
        Names of columns that are left out.

    Returns
    -------
    Samples
        Features in the order of the columns, NaN where one is missing; labels as words, [n] or, where there
        are several columns of them, [n, columns].

    Raises
    ------
    DataError
        If it is no such table; the message names line and column.
    """
    with at(path):
        words: list[tuple[str, ...]] = []
        jumps: list[tuple[int, int]] = []
        try:
            with path.open(newline="", encoding="utf-8-sig") as stream:
                reader = csv.reader(stream, delimiter=_delimiter(path))
                names = [name.strip() for name in next(reader, [])]
                if not any(names):
                    raise DataError("the first line must name the columns, and is empty")
                if all(_number(name) is not None for name in names):
                    raise DataError("the first line must name the columns, and holds numbers")
                columns = label_columns(names, labels, ignore)
                kept = [n for n, name in enumerate(names) if n not in columns and name not in ignore]
                features = tuple(names[n] for n in kept)
                pieces = _pieces(reader, names, columns, kept, words, jumps)
                count, again = spooled(pieces, (len(features),), np.float64)
        except UnicodeDecodeError as error:
            raise DataError(f"is not UTF-8: {error.reason} at byte {error.start}") from error
        except csv.Error as error:
            raise DataError(f"line {reader.line_num}: {error}") from error
        except OSError as error:
            raise DataError(f"cannot be read: {error.strerror or error}") from error
    values = Values(str(path), count, (len(features),), False, again, features, lambda row: _line(jumps, row))
    return labelled(values, np.array(words, str), str(path), tuple(names[n] for n in columns))


def _delimiter(path: Path) -> str:
    """Return what stands between the fields of the first line."""
    with path.open(newline="", encoding="utf-8-sig") as stream:
        first = stream.readline(1 << 20)
    return max(BETWEEN, key=first.count)


def _number(text: str) -> float | None:
    """Return the number that a field holds, None if it holds none: 1_000 is one in Python's sources only."""
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None


def _pieces(
    reader,
    names: list[str],
    columns: list[int],
    kept: list[int],
    words: list[tuple[str, ...]],
    jumps: list[tuple[int, int]],
) -> Iterator[np.ndarray]:
    """Read some rows at a time as float64[n, features].

    Added to are ``words``, the labels, and ``jumps``: where lines and rows drift apart, as rows and the lines
    that they are in. Of millions of rows no line is kept, and labels that are there again take no more room.
    """
    rows: list[list[str]] = []
    lines: list[int] = []
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    before = 0
    features = [names[n] for n in kept]
    for fields in reader:
        if not fields:
            continue
        if len(fields) != len(names):
            raise DataError(f"line {reader.line_num} has {len(fields)} fields, and the first {len(names)}")
        labels = tuple(fields[column].strip() for column in columns)
        for column, label in zip(columns, labels, strict=True):
            if label.lower() in NO_LABEL:
                raise DataError(f"line {reader.line_num}, column {names[column]!r}: has no label")
        if reader.line_num != before + 1 or not words:
            jumps.append((len(words), reader.line_num))
        before = reader.line_num
        words.append(known.setdefault(labels, labels))
        lines.append(reader.line_num)
        rows.append([fields[n] for n in kept])
        if len(rows) == ROWS:
            yield _converted(rows, features, lines)
            rows, lines = [], []
    if rows:
        yield _converted(rows, features, lines)


def _converted(rows: list[list[str]], features: list[str], lines: list[int]) -> np.ndarray:
    try:
        if "_" not in "".join(map("".join, rows)):
            return np.array([list(map(float, row)) for row in rows])
    except ValueError:
        pass  # a missing value, or a word: found one by one
    values = np.empty((len(rows), len(features)))
    for line, row, fields in zip(lines, values, rows, strict=True):
        for place, text in enumerate(fields):
            number = np.nan if text.strip().lower() in MISSING else _number(text)
            if number is None:
                raise DataError(f"line {line}, column {features[place]!r}: {text[:40]!r} is not a number")
            row[place] = number
    return values


def _line(jumps: list[tuple[int, int]], row: int) -> int:
    start, line = jumps[bisect_left(jumps, (row + 1,)) - 1]
    return line + row - start
