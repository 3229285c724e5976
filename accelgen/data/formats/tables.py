"""What tables of all kinds have in common: a column of labels, and features with names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from accelgen.data.formats.values import Found, Samples
from accelgen.errors import DataError, suggest

__all__ = ["holds_tables", "label_columns", "read_tables"]

#: Names of a column that is taken for the labels if nobody names one.
USUAL = ("label", "class", "target")
PARTS = ("train", "test")


def label_columns(columns: list[str], labels: tuple[str, ...] | None, ignore: tuple[str, ...]) -> list[int]:
    """Return which of the ``columns`` hold labels: those named, else the usual one; none for None.

    Raises
    ------
    DataError
        If one is not there, two columns have one name, one to ``ignore`` is not there, or no column is left
        for features.
    """
    if twice := [name for name in columns if columns.count(name) > 1]:
        raise DataError(f"two columns are named {twice[0]!r}")
    for label in labels or ():
        if label not in columns:
            raise DataError(
                f"label: there is no column {label!r}: {suggest(label, columns) or _listed(columns)}"
            )
    usual = [name for name in columns if name.lower() in USUAL]
    if labels == () and len(usual) != 1:
        raise DataError(f"label: name the column that holds the labels: {_listed(columns)}")
    found = () if labels is None else labels or tuple(usual)
    for name in ignore:
        if name not in columns:
            raise DataError(
                f"ignore: there is no column {name!r}: {suggest(name, columns) or _listed(columns)}"
            )
    if not set(columns) - {*found, *ignore}:
        besides = f" beside the label {', '.join(map(repr, found))}" if found else ""
        raise DataError(f"there is no column of features{besides}")
    return [columns.index(name) for name in found]


def _listed(columns: list[str]) -> str:
    few = ", ".join(columns[:8])
    return f"there are {few}{', ...' * (len(columns) > 8)}"


def holds_tables(folder: Path, suffix: str) -> bool:
    """Return whether a folder has a table to learn from."""
    return (folder / f"{PARTS[0]}{suffix}").is_file()


def read_tables(form: str, path: Path, suffix: str, read: Callable[[Path], Samples]) -> Found:
    """Read a table, or the tables ``train`` and ``test`` of a folder.

    Raises
    ------
    DataError
        If one is not as it must be, or the two have other columns.
    """
    if path.is_file():
        return Found(form, read(path), None)
    training = read(path / f"{PARTS[0]}{suffix}")
    other = path / f"{PARTS[1]}{suffix}"
    test = read(other) if other.is_file() else None
    if test and test.values.columns != training.values.columns:
        raise DataError(f"{other}: has other columns than {PARTS[0]}{suffix}")
    return Found(form, training, test)
