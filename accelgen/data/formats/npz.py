"""Archives of numpy: ``x_train``, ``y_train``, ``x_test`` and ``y_test``, or ``x`` and ``y``."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path
from typing import IO

from accelgen.data.formats.arrays import Array, Opener, found_in
from accelgen.data.formats.values import Found
from accelgen.errors import DataError

__all__ = ["arrays_of", "members", "read_npz"]

SUFFIX = ".npy"
#: What numpy writes. Others may ask for any amount of memory before the first byte.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1


def read_npz(path: Path, *, labelled: bool = True) -> Found:
    """Read an archive; arrays with other names are left alone, and labels if there need not be any.

    Raises
    ------
    DataError
        If it is no archive, is cut short, or an array is not as it must be.
    """
    return found_in("npz", str(path), members(path), labelled=labelled)


def arrays_of(path: Path) -> dict[str, Array]:
    """Return all arrays of an archive by their names; of each the header is read and no more.

    Raises
    ------
    DataError
        If it is no archive, or something in it is no array.
    """
    return {name: Array.read(f"{path}: {name}", opener) for name, opener in members(path).items()}


def members(path: Path) -> dict[str, Opener]:
    """Return what opens each array of an archive.

    Raises
    ------
    DataError
        If it is no archive, or two arrays have one name.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            held = [entry for entry in archive.infolist() if entry.filename.endswith(SUFFIX)]
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    except Exception as error:  # a damaged directory of an archive raises almost anything
        raise DataError(f"{path}: is no whole npz archive: {error}") from error
    openers: dict[str, Opener] = {}
    for entry in held:
        name = entry.filename.removesuffix(SUFFIX)
        if name in openers:
            raise DataError(f"{path}: {name}: is there twice")
        if entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS:
            raise DataError(f"{path}: {name}: is packed in another way than numpy.savez_compressed packs")
        openers[name] = partial(_member, path, entry.filename)
    return openers


def _member(path: Path, name: str) -> IO[bytes]:
    """Open an array of the archive, which stays open as long as the array does."""
    archive = zipfile.ZipFile(path)  # noqa: SIM115 - closed below; the array keeps what it needs
    try:
        return archive.open(name)
    finally:
        archive.close()
