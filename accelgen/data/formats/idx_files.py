"""Folders of IDX files, as those of MNIST and its relatives are named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from accelgen.data.formats.values import Found, Samples, Values, rows_at_once
from accelgen.data.idx import read_idx
from accelgen.errors import DataError

__all__ = ["holds_idx", "read_idx_files"]

IMAGES, LABELS = "images-idx*-ubyte*", "labels-idx*-ubyte*"
#: How the files to learn from, and those to test with, begin.
TRAINING, TEST = ("train",), ("t10k", "test")


def holds_idx(folder: Path) -> bool:
    """Return whether a folder has files of images that are named so."""
    return any(folder.glob(f"*{IMAGES}"))


def read_idx_files(folder: Path) -> Found:
    """Read ``train-images-idx3-ubyte`` and ``train-labels-idx1-ubyte``, and ``t10k-`` or ``test-`` if there.

    Each may be gzipped. The first dimension counts the samples.

    Raises
    ------
    DataError
        If a file is missing, no IDX file, or has not as many samples as its labels.
    """
    test = any(_named(folder, start, IMAGES) for start in TEST)
    return Found("IDX", _samples(folder, TRAINING), _samples(folder, TEST) if test else None)


def _named(folder: Path, start: str, pattern: str) -> list[Path]:
    return sorted(folder.glob(f"{start}*{pattern}"))


def _samples(folder: Path, starts: tuple[str, ...]) -> Samples:
    paths = []
    for pattern in (IMAGES, LABELS):
        found = [path for start in starts for path in _named(folder, start, pattern)]
        if not found:
            raise DataError(f"{folder}: {starts[0]}-{pattern.replace('*', '')} (or .gz) is not there")
        paths.append(found[0])
    images, labels = map(read_idx, paths)
    if images.ndim < 2 or labels.shape != (len(images),):
        raise DataError(
            f"{paths[1]}: must have a label for each of {len(images)} images, not shape {list(labels.shape)}"
        )

    def pieces() -> Iterator[np.ndarray]:
        step = rows_at_once(images[0].size if len(images) else 1)
        return (images[start : start + step] for start in range(0, len(images), step))

    values = Values(str(paths[0]), len(images), images.shape[1:], True, pieces)
    return Samples(values, labels, str(paths[1]))
