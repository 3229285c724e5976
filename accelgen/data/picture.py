"""A picture as the data sets would have it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from accelgen.data.cifar10 import SHAPE
from accelgen.data.drawing import SIDE, centred
from accelgen.errors import DataError, at
from accelgen.optional import needed

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

__all__ = ["open_picture", "read_colour_picture", "read_fitted", "read_picture"]

BRIGHT = 127
#: Beyond this a file of a few bytes would fill the memory.
MOST_PIXELS = 50_000_000


def read_picture(path: Path) -> np.ndarray:
    """Return a picture of a digit as uint8[784]: grey, 28 x 28, bright on dark.

    A picture that is bright as a whole is ink on paper, and is inverted. One of another size than MNIST's is
    centred and shrunk as MNIST was.

    Raises
    ------
    DataError
        If it is no picture, or an empty one.
    """
    grey = np.asarray(_read(path, "L"), np.uint8)
    grey = 255 - grey if grey.mean() > BRIGHT else grey
    if grey.shape == (SIDE, SIDE):
        return grey.reshape(-1)
    with at(path):
        return centred(grey)


def read_colour_picture(path: Path) -> np.ndarray:
    """Return the square in the middle of a picture, shrunk to 32 x 32, as uint8[3072]: (y, x, colour).

    Raises
    ------
    DataError
        If it is no picture.
    """
    from PIL import ImageOps

    return np.asarray(ImageOps.fit(_read(path, "RGB"), SHAPE[:2]), np.uint8).reshape(-1)


def read_fitted(path: Path, shape: tuple[int, int, int], *, dark: bool = False) -> np.ndarray:
    """Return the middle of a picture, scaled to height, width and channels (1 or 3), as uint8[pixels].

    Parameters
    ----------
    path : Path
        The picture.
    shape : (height, width, channels)
        What is wanted.
    dark : bool
        Whether one that is bright as a whole is inverted, as things on paper are.

    Raises
    ------
    DataError
        If it is no picture.
    """
    picture = _read(path, "L" if shape[2] == 1 else "RGB")
    from PIL import ImageOps

    size = shape[1], shape[0]
    pixels = np.asarray(picture if picture.size == size else ImageOps.fit(picture, size), np.uint8)
    return (255 - pixels if dark and pixels.mean() > BRIGHT else pixels).reshape(-1)


def _read(path: Path, mode: str) -> Picture:
    with open_picture(path) as picture:
        return picture.convert(mode)


@contextmanager
def open_picture(path: Path) -> Iterator[Picture]:
    """Open a picture for as long as the block lasts.

    Raises
    ------
    DataError
        If it is no picture, is damaged (found in the block, too), or would fill the memory.
    """
    with needed():
        from PIL import Image
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise DataError(
                    f"{path}: has {picture.width} x {picture.height} pixels, and {MOST_PIXELS:,} are the most"
                )
            yield picture
    except DataError:
        raise
    except Exception as error:  # pillow raises almost anything for a damaged picture, as it documents
        why = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{path} is not a picture: {why}") from error
