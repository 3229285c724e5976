"""Folders of arrays of numpy: ``x_train.npy`` and its like, or ``x.npy`` and ``y.npy``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from accelgen.data.formats.arrays import NAMES, found_in, open_bytes
from accelgen.data.formats.values import Found

__all__ = ["holds_arrays", "read_npy"]


def holds_arrays(folder: Path) -> bool:
    """Return whether a folder has one of the arrays."""
    return any((folder / f"{name}.npy").is_file() for names in NAMES for name in names)


def read_npy(folder: Path, *, labelled: bool = True) -> Found:
    """Read the arrays of a folder; see `accelgen.data.formats.npz.read_npz`."""
    openers = {path.stem: partial(open_bytes, path) for path in sorted(folder.glob("*.npy"))}
    return found_in("npy", str(folder), openers, labelled=labelled)
