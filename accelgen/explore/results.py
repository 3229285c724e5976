"""A results folder, read: the sweep it is of, its rows, and its points as they can be built again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import DataError, InvalidRequest, at
from accelgen.explore.axes import shown
from accelgen.explore.front import Cell, cells
from accelgen.explore.points import Point, grid, point
from accelgen.explore.store import FAILED, RESULTS, read_rows, read_text
from accelgen.explore.sweep import Range, Sweep, sweep_of

__all__ = ["Results", "is_results", "read_results", "results_folder"]


#: Figures that every point has.
ALWAYS = ("validation_accuracy", "accuracy", "stored_bits", "cycles")


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """What a sweep found.

    Attributes
    ----------
    folder : Path
        Where it is kept.
    sweep : Sweep
        The file that it was made from, as it was at the last run.
    rows : list of dict
        Rows of the points of the sweep; those of an earlier form of the file are left out.
    cells : list of Cell
        The points that did not fail, over their seeds.
    """

    folder: Path
    sweep: Sweep
    rows: list[dict]
    cells: list[Cell]

    @property
    def failed(self) -> list[dict]:
        """Rows of points that failed."""
        return [row for row in self.rows if row["status"] == FAILED]

    def point(self, row: dict) -> Point:
        """Return the point of a row.

        Raises
        ------
        DataError
            If the sweep file would make another one of its choices.
        """
        axes = self.sweep.axes
        choices = {name: _value(axis, row[name]) for name, axis in axes.items() if name in row}
        rebuilt = point(self.sweep, choices, row["seed"])
        if rebuilt.digest != row["point"]:
            raise DataError(
                f"{self.folder}: point {row['point']} is not of the sweep file that is kept with it"
            )
        return rebuilt


def results_folder(place: str | Path) -> Path:
    """Return the results folder that ``place`` names: itself, or that beside a sweep file of its name."""
    path = Path(place)
    return path.with_suffix("") if path.suffix == ".toml" else path


def is_results(place: str | Path) -> bool:
    """Return whether ``place`` names the results of a sweep, or a sweep file."""
    folder = results_folder(place)
    return str(place).endswith(".toml") or (folder / RESULTS).is_file() or any(folder.glob("parts/*.parquet"))


def read_results(place: str | Path) -> Results:
    """Read the results of a sweep.

    Parameters
    ----------
    place : str or Path
        See `results_folder`.

    Raises
    ------
    InvalidRequest
        If there are none.
    DataError
        If they cannot be read.
    """
    folder = results_folder(place)
    if not folder.is_dir():
        raise InvalidRequest(f"{folder}: there are no results of a sweep")
    name, text = read_text(folder)
    with at(folder):
        sweep = sweep_of(name, text, folder.resolve().parent)
        points = grid(sweep)[0] if sweep.search is None else []
    rows = read_rows(folder)
    if sweep.search is None:
        keys = {each.key for each in points}
        rows = [row for row in rows if (row["point"], row["seed"]) in keys]
    for row in rows:
        with at(f"{folder}: point {row['point'][:6]}"):
            _check(row, sweep)
    return Results(folder, sweep, rows, cells(rows, list(sweep.axes)))


def _check(row: dict, sweep: Sweep) -> None:
    """Raise `DataError` unless a row has what every point is measured for, and choices of its sweep."""
    if row["status"] != FAILED and (missing := [name for name in ALWAYS if name not in row]):
        raise DataError(f"has no {missing[0]}")
    for name, axis in sweep.axes.items():
        value = row.get(name)
        drawn = isinstance(axis, Range) and isinstance(value, int | float)
        if value is not None and not drawn and not (isinstance(axis, list) and value in map(shown, axis)):
            raise DataError(f"{name}: {value!r} is no choice of its sweep")


def _value(axis, value):
    if isinstance(axis, Range):
        return value
    return next((choice for choice in axis if shown(choice) == value), value)
