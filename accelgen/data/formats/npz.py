"""Archives of numpy: ``x_train``, ``y_train``, ``x_test`` and ``y_test``, or ``x`` and ``y``."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path
from typing import IO

from accelgen.data.formats.arrays import found_in
from accelgen.data.formats.values import Found
from accelgen.errors import DataError

__all__ = ["read_npz"]

SUFFIX = ".npy"


def read_npz(path: Path, *, labelled: bool = True) -> Found:
    """Read an archive; arrays with other names are left alone, and labels if there need not be any.

    Raises
    ------
    DataError
        If it is no archive, is cut short, or an array is not as it must be.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [name for name in archive.namelist() if name.endswith(SUFFIX)]
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    except Exception as error:  # a damaged directory of an archive raises almost anything
        raise DataError(f"{path}: is no whole npz archive: {error}") from error
    openers = {name.removesuffix(SUFFIX): partial(_member, path, name) for name in members}
    return found_in("npz", str(path), openers, labelled=labelled)


def _member(path: Path, name: str) -> IO[bytes]:
    """Open an array of the archive, which stays open as long as the array does."""
    archive = zipfile.ZipFile(path)  # noqa: SIM115 - closed below; the array keeps what it needs
    try:
        return archive.open(name)
    finally:
        archive.close()
