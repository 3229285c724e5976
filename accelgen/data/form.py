"""Which form data of one's own have, by the name of the file or by what is in the folder."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from pathlib import Path

from accelgen.data.described import FILE
from accelgen.data.formats.class_folders import holds_classes
from accelgen.data.formats.csv_table import read_csv
from accelgen.data.formats.events import holds_events, is_events, read_event_archive, read_event_folder
from accelgen.data.formats.idx_files import holds_idx, read_idx_files
from accelgen.data.formats.npy import holds_arrays, read_npy
from accelgen.data.formats.npz import read_npz
from accelgen.data.formats.parquet import read_parquet
from accelgen.data.formats.pictures import read_pictures
from accelgen.data.formats.sounds import holds_sounds, read_sounds
from accelgen.data.formats.tables import holds_tables, read_tables
from accelgen.data.formats.values import Found
from accelgen.data.log_mel import FrontEnd
from accelgen.data.recording import EventsChoice
from accelgen.errors import DataError

__all__ = ["read_found", "signature"]

TABLES = {".csv": ("CSV", read_csv), ".tsv": ("CSV", read_csv), ".parquet": ("Parquet", read_parquet)}
WANTED = (
    "an .npz, .csv or .parquet file, or a folder with x.npy and y.npy, IDX files, train.csv, or a folder of "
    "pictures, WAV files or recordings of events for each class"
)

#: Recordings as cameras write them. What an address in them means depends on the camera.
CAMERA = (".aedat", ".aedat2", ".aedat3", ".aedat4")
NO_CAMERA = (
    "holds AEDAT, which is not read: make an .npz of t, x, y and p of each recording, as with tonic.io"
)


def read_found(
    path: Path,
    labels: tuple[str, ...] | None,
    shape: tuple[int, ...] | None,
    ignore: tuple[str, ...] = (),
    *,
    front: FrontEnd | None = None,
    events: EventsChoice | None = None,
) -> Found:
    """Read a file or a folder.

    Parameters
    ----------
    path : Path
        Where it is.
    labels : tuple of str, or None
        Names of the columns of labels of a table, or none of them; None if no labels are wanted.
    shape : (int, int, int) or None
        To which pictures are scaled.
    ignore : tuple of str
        Columns of a table that are left out.
    front : FrontEnd, optional
        What makes features of WAV files.
    events : EventsChoice, optional
        What recordings of events are of.

    Raises
    ------
    DataError
        If it is of no form that is read, or not as it must be.
    """
    if path.is_dir():
        return _folder(path, labels, shape, ignore, front or FrontEnd(), events)
    if not path.is_file():
        raise DataError(f"{path}: is not there")
    suffix = path.suffix.lower()
    if suffix == ".npz":
        if is_events(path):
            return read_event_archive(path, _said(path, events))
        return read_npz(path, labelled=labels is not None)
    if suffix in TABLES:
        form, read = TABLES[suffix]
        return read_tables(form, path, suffix, partial(read, labels=labels, ignore=ignore))
    if suffix in CAMERA:
        raise DataError(f"{path}: {NO_CAMERA}")
    if suffix == ".npy":
        raise DataError(f"{path}: has no labels beside it: name the folder of x.npy and y.npy")
    raise DataError(f"{path}: must be {WANTED}")


def _said(path: Path, events: EventsChoice | None) -> EventsChoice:
    """Return what recordings are of, or raise `DataError` if nobody has said it."""
    if events is None:
        raise DataError(
            f"{path}: holds events: [events] in {FILE} beside them must say width, height and duration"
        )
    return events


def _folder(
    path: Path,
    labels: tuple[str, ...] | None,
    shape: tuple[int, ...] | None,
    ignore: tuple[str, ...],
    front: FrontEnd,
    events: EventsChoice | None,
) -> Found:
    if holds_arrays(path):
        return read_npy(path, labelled=labels is not None)
    if holds_idx(path):
        return read_idx_files(path)
    for suffix, (form, read) in TABLES.items():
        if holds_tables(path, suffix):
            return read_tables(form, path, suffix, partial(read, labels=labels, ignore=ignore))
    if holds_classes(path, CAMERA):
        raise DataError(f"{path}: {NO_CAMERA}")
    if holds_events(path):
        return read_event_folder(path, _said(path, events))
    if holds_sounds(path):
        return read_sounds(path, front)
    if holds_classes(path):
        return read_pictures(path, shape)
    raise DataError(f"{path}: must be {WANTED}")


def signature(path: Path) -> str:
    """Return what changes when the files do: their names, sizes and times, in hex."""
    files = [path.parent / "data.toml", path]
    if path.is_dir():
        files = sorted(Path(folder) / name for folder, _, names in os.walk(path) for name in names)
    seen = hashlib.sha256()
    for file in files:
        try:
            found = file.stat()
        except OSError:
            continue
        seen.update(repr((str(file), found.st_size, found.st_mtime_ns)).encode())
    return seen.hexdigest()
