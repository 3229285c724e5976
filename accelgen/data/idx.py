"""The IDX format of MNIST and its relatives: a big-endian header, then bytes."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from accelgen.errors import DataError, at
from accelgen.reading import read_bytes, unpacked
from accelgen.values import integers

__all__ = ["read_idx", "write_idx"]

UNSIGNED_BYTE = 8
MOST_DIMENSIONS = 4


def read_idx(path: Path) -> np.ndarray:
    """Read an IDX file of unsigned bytes, gzipped or not.

    Returns
    -------
    uint8[...]
        Values, in the dimensions of the header.

    Raises
    ------
    DataError
        If the file is not there, is not IDX, or is longer or shorter than its header says.
    """
    path = Path(path)
    with at(path):
        data = unpacked(read_bytes(path))
        if len(data) < 4 or data[:2] != b"\0\0" or data[2] != UNSIGNED_BYTE:
            raise DataError("is not an IDX file of unsigned bytes")
        dimensions, start = data[3], 4 + 4 * data[3]
        if not 1 <= dimensions <= MOST_DIMENSIONS:
            raise DataError(f"has {dimensions} dimensions, and an IDX file of images or labels 1 to 4")
        shape = tuple(int.from_bytes(data[4 + 4 * n : 8 + 4 * n], "big") for n in range(dimensions))
        expected = start + int(np.prod(shape, dtype=object))
        if len(data) != expected:
            raise DataError(f"has {len(data)} bytes, but its header promises {expected}")
        return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write ``array``, integer[...] of 0 to 255, as a gzipped IDX file; the same array gives the same bytes.

    Raises
    ------
    DataError
        If it holds anything else.
    """
    array = integers("values of an IDX file", array, 0, 255)
    header = bytes([0, 0, UNSIGNED_BYTE, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    Path(path).write_bytes(gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0))
