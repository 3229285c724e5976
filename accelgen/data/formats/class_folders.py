"""Folders of files, one folder for each class; or those below ``train`` and ``test``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from accelgen.data.formats.values import Found, Samples
from accelgen.errors import DataError

__all__ = ["files_of", "holds_classes", "read_classes"]

TRAINING, TEST = "train", "test"


def holds_classes(folder: Path, suffixes: tuple[str, ...] = ()) -> bool:
    """Return whether a folder has folders, the first file of which has one of some ``suffixes``, or any."""
    inner = _folders(folder)
    if inner and {path.name.lower() for path in inner} <= {TRAINING, TEST}:
        inner = [path for part in inner for path in _folders(part)]
    if not suffixes:
        return bool(inner)
    first = next((file for path in inner for file in _files(path)), None)
    return first is not None and first.suffix.lower() in suffixes


def read_classes(form: str, folder: Path, read: Callable[[Path, Samples | None], Samples]) -> Found:
    """Read ``<class>/<file>``, or ``train/<class>/<file>`` and ``test/<class>/<file>``.

    Parameters
    ----------
    form : str
        Name of the form.
    folder : Path
        Where they are.
    read : callable
        ``read(folder, training)`` reads the folders of all classes; ``training`` are the samples to learn
        from where those to test with are read.

    Raises
    ------
    DataError
        If a file is not as it must be.
    """
    parts = {path.name.lower(): path for path in _folders(folder)}
    if parts and set(parts) <= {TRAINING, TEST}:
        if TRAINING not in parts:
            raise DataError(f"{folder}: has a folder {TEST} and none named {TRAINING}")
        training = read(parts[TRAINING], None)
        return Found(form, training, read(parts[TEST], training) if TEST in parts else None)
    return Found(form, read(folder, None), None)


def files_of(folder: Path, what: str) -> list[tuple[Path, str]]:
    """Return the files in folders, in order, and the name of the folder of each.

    Raises
    ------
    DataError
        If there are none; ``what`` is what they should be.
    """
    found = [(file, path.name) for path in _folders(folder) for file in _files(path)]
    if not found:
        raise DataError(f"{folder}: holds no {what} in folders named as their classes")
    return found


def _folders(folder: Path) -> list[Path]:
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in found if path.is_dir() and not path.name.startswith(".")]


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith(".")]
