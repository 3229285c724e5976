"""What a sweep found: one row for each point and seed, in Parquet, safe against a kill at any moment.

A finished point is a small file of its own in ``parts/``, written aside and renamed; now and then all parts
become ``results.parquet``, which is renamed into place before the parts go. Whatever is read sees every row
once: a part is newer than the row of the same point in the whole. Only one sweep writes at a time.
"""

from __future__ import annotations

import fcntl
import io
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING

from accelgen.errors import DataError, InvalidRequest, at
from accelgen.explore.columns import FIGURES
from accelgen.files import write_whole
from accelgen.reading import text_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["DONE", "FAILED", "RESULTS", "Store", "read_rows", "read_text"]

RESULTS = "results.parquet"
PARTS = "parts"
LOCK = ".lock"

DONE, FAILED = "done", "failed"

#: Figures that are never zero, and a bound that no figure exceeds.
COSTS, MOST = ("stored_bits", "cycles", "nj"), 1e15

#: Where the sweep file stands in the metadata of a results file.
TEXT, NAME = b"accelgen.sweep", b"accelgen.name"


class Store:
    """The results folder of a sweep.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    name, text : str
        Name and text of the sweep; they go into the files, so that a folder explains itself.
    """

    def __init__(self, folder: Path, name: str, text: str):
        self.folder = Path(folder)
        self._about = {NAME: name.encode(), TEXT: text.encode()}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other sweeps out while the block runs; a sweep that was killed keeps nobody out.

        Raises
        ------
        InvalidRequest
            If another sweep is in the folder, or the folder cannot be written.
        """
        with at(self.folder):
            try:
                (self.folder / PARTS).mkdir(parents=True, exist_ok=True)
                handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
            except OSError as error:
                raise InvalidRequest(f"cannot be written: {error.strerror}") from error
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                owner = os.read(handle, 32).decode(errors="replace").strip() or "?"
                os.close(handle)
                raise InvalidRequest(f"another sweep is at work here (process {owner})") from error
        try:
            os.truncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(handle)

    def add(self, row: dict) -> None:
        """Write the row of a point, whole or not at all; it replaces an earlier one of the same point."""
        _write(self._table([row]), self.folder / PARTS / f"{row['point']}-{row['seed']}.parquet")

    def rows(self) -> list[dict]:
        """Return all rows, in order of point and seed; see `read_rows`."""
        return read_rows(self.folder)

    def keep(self, rows: Iterable[dict] | None = None) -> None:
        """Make one file of all parts, or of ``rows`` alone."""
        rows = self.rows() if rows is None else list(rows)
        parts = list((self.folder / PARTS).glob("*.parquet"))
        if rows:
            _write(self._table(rows), self.folder / RESULTS)
        for part in parts:
            part.unlink()

    def _table(self, rows: list[dict]) -> pa.Table:
        import pyarrow as pa

        names = list(dict.fromkeys(name for row in rows for name in row))
        table = pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})
        return table.replace_schema_metadata(self._about)


def read_rows(folder: Path) -> list[dict]:
    """Return the rows of a results folder, in order of point and seed.

    Raises
    ------
    InvalidRequest
        If the folder has no results.
    DataError
        If a file is not what a sweep writes.
    """
    folder, rows = Path(folder), {}
    paths = [folder / RESULTS, *sorted((folder / PARTS).glob("*.parquet"))]
    for path in paths:
        if path.is_file():
            for row in _rows(path):
                rows[row["point"], row["seed"]] = row
    return [rows[key] for key in sorted(rows)]


def read_text(folder: Path) -> tuple[str, str]:
    """Return name and text of the sweep file that a results folder was made from.

    Raises
    ------
    InvalidRequest
        If the folder has no results.
    DataError
        If a file is not what a sweep writes.
    """
    folder = Path(folder)
    paths = [*sorted((folder / PARTS).glob("*.parquet")), folder / RESULTS]
    for path in paths:
        if path.is_file():
            about = _read(path).schema.metadata or {}
            with at(path):
                if TEXT not in about or NAME not in about:
                    raise DataError("does not say which sweep it is of")
                return text_of(about[NAME]), text_of(about[TEXT])
    raise InvalidRequest(f"{folder}: there are no results of a sweep")


def _rows(path: Path) -> list[dict]:
    """Return the rows of a file, without what is not known, with values as a sweep writes them."""
    table = _read(path)
    with at(path):
        try:
            rows = table.to_pylist()
        except Exception as error:  # text that is none, times that no calendar has
            raise DataError(f"cannot be read as results: {error}") from error
        known = [{name: value for name, value in row.items() if value is not None} for row in rows]
        for number, row in enumerate(known):
            with at(f"row {number}"):
                _check(row)
    return known


def _check(row: dict) -> None:
    kinds: dict[str, type | UnionType] = {"point": str, "seed": int, "status": str, "error": str}
    kinds |= {name: int | float for name in FIGURES}
    needed = ("point", "seed", "status", *(("error",) if row.get("status") == FAILED else ()))
    if missing := [name for name in needed if name not in row]:
        raise DataError(f"has no {missing[0]}")
    for name, value in row.items():
        flag = isinstance(value, bool) and name in kinds
        if flag or not isinstance(value, kinds.get(name, bool | int | float | str)):
            raise DataError(f"{name}: must not be {value!r}")
        if isinstance(value, float) and not math.isfinite(value):
            raise DataError(f"{name}: must be a number, not {value!r}")
        low, high = 1e-9 if name in COSTS else 0, 1 if name in FIGURES and FIGURES[name].unit == "1" else MOST
        if name in FIGURES and not (isinstance(value, int | float) and low <= value <= high):
            raise DataError(f"{name}: must not be {value!r}")
    if row["status"] not in (DONE, FAILED):
        raise DataError(f"status: must be {DONE!r} or {FAILED!r}, not {row['status']!r}")


def _read(path: Path) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with at(path):
        try:
            # A handle of our own: the name may be replaced while this is read.
            with path.open("rb") as stream:
                table = pq.read_table(pa.BufferReader(stream.read()))
            table.validate(full=True)  # else damage is met only where a value is looked at
        except Exception as error:  # pyarrow raises many kinds of errors for a damaged file
            why = (str(error).splitlines() or [type(error).__name__])[0]
            raise DataError(f"cannot be read as results: {why}") from error
        if missing := {"point", "seed", "status"} - set(table.column_names):
            raise DataError(f"results need a column {sorted(missing)[0]!r}")
        return table


def _write(table: pa.Table, path: Path) -> None:
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(table, stream)
    write_whole(path, stream.getvalue())
