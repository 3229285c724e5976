"""Folders of pictures, one for each class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from accelgen.data.formats.class_folders import files_of, read_classes
from accelgen.data.formats.values import Found, Samples, Values, spooled
from accelgen.data.picture import open_picture
from accelgen.errors import DataError

__all__ = ["read_pictures"]

GREY = ("1", "L", "LA")


def read_pictures(folder: Path, shape: tuple[int, ...] | None) -> Found:
    """Read ``<class>/<picture>``, or ``train/<class>/<picture>`` and ``test/<class>/<picture>``.

    Parameters
    ----------
    folder : Path
        Where they are.
    shape : (height, width, channels) or None
        To which each picture is cut and scaled; None if all have one size. They are grey, one channel, if
        all of the pictures to learn from are, else three.

    Raises
    ------
    DataError
        If one is no picture, or of another size.
    """

    def read(inner: Path, training: Samples | None) -> Samples:
        if training is None:
            return _samples(inner, shape)
        return _samples(inner, (*training.values.shape, 1)[:3], shape is not None)

    return read_classes("pictures", folder, read)


def _samples(folder: Path, shape: tuple[int, ...] | None, scaled: bool = True) -> Samples:
    files = files_of(folder, "pictures")
    if shape is None:
        shape, scaled = _shape_of([path for path, _ in files]), False

    def pieces() -> Iterator[np.ndarray]:
        return (_read(path, shape, scaled)[None] for path, _ in files)

    left = shape if shape[2] > 1 else shape[:2]
    count, again = spooled(pieces(), left, np.uint8)
    values = Values(str(folder), count, left, True, again)
    return Samples(values, np.array([name for _, name in files]), str(folder))


def _shape_of(paths: list[Path]) -> tuple[int, int, int]:
    """Return height and width of the first picture, and the channels that all of them need."""
    with open_picture(paths[0]) as first:
        size = first.height, first.width
    grey = all(_grey(path) for path in paths)
    return *size, 1 if grey else 3


def _grey(path: Path) -> bool:
    with open_picture(path) as picture:
        return picture.mode in GREY


def _read(path: Path, shape: tuple[int, ...], scaled: bool) -> np.ndarray:
    from PIL import ImageOps

    with open_picture(path) as opened:
        picture = opened.convert("L" if shape[2] == 1 else "RGB")
    size = picture.width, picture.height
    wanted = shape[1], shape[0]
    if size != wanted and not scaled:
        raise DataError(
            f"{path}: is {size[0]} x {size[1]} pixels, and the first is {wanted[0]} x {wanted[1]}: "
            "a shape in data.toml scales all of them"
        )
    if size != wanted:
        picture = ImageOps.fit(picture, wanted)
    return np.asarray(picture, np.uint8)
