"""What an HDF5 file says that it holds, asked before any of it is read: a few bytes can declare terabytes."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from accelgen.errors import DataError

__all__ = ["MOST_NUMBERS", "survey"]

#: Numbers of a file, all of them: as 64-bit floats they are 256 MiB.
MOST_NUMBERS = 1 << 25
#: Groups and arrays of a file, and how deep they lie.
MOST_PARTS, DEEPEST = 1 << 13, 32


def survey(source: Path | IO[bytes]) -> None:
    """Look at every group and array of an HDF5 file, and read none.

    Parameters
    ----------
    source : Path or binary stream
        The file. A stream is left where it was.

    Raises
    ------
    DataError
        If it holds too much to be read, is deeper than any graph, or part of it lies in another file.
    """
    import h5py

    start = None if isinstance(source, Path) else source.tell()
    with h5py.File(source, "r") as file:
        waiting, parts, numbers = [(file, 0)], 0, 0
        while waiting:
            group, depth = waiting.pop()
            for name in group:
                parts += 1
                if parts > MOST_PARTS or depth >= DEEPEST:
                    raise DataError(
                        f"holds more than {MOST_PARTS:,} parts, or groups more than {DEEPEST} deep"
                    )
                if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                    raise DataError(f"{name}: is a link, and what it leads to is not read")
                part = group[name]
                if isinstance(part, h5py.Group):
                    waiting.append((part, depth + 1))
                elif isinstance(part, h5py.Dataset):
                    if part.is_virtual or part.external:
                        raise DataError(f"{name}: lies in another file, which is not read")
                    numbers += part.size or 0
                if numbers > MOST_NUMBERS:
                    raise DataError(
                        f"holds {numbers:,} numbers or more, and at most {MOST_NUMBERS:,} are read"
                    )
    if not isinstance(source, Path) and start is not None:
        source.seek(start)
