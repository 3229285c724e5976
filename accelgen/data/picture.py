"""A picture of a digit as MNIST would have it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from accelgen.data.drawing import SIDE, centred
from accelgen.errors import DataError, at

__all__ = ["read_picture"]

BRIGHT = 127


def read_picture(path: Path) -> np.ndarray:
    """Return a picture as uint8[784]: grey, 28 x 28, bright on dark.

    A picture that is bright as a whole is ink on paper, and is inverted. One of another size than MNIST's is
    centred and shrunk as MNIST was.

    Raises
    ------
    DataError
        If it is no picture, or an empty one.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise DataError("pillow is not installed: pip install 'accelgen[fpga]'") from error
    try:
        with Image.open(path) as picture:
            grey = np.asarray(picture.convert("L"), np.uint8)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is not a picture: {error}") from error
    grey = 255 - grey if grey.mean() > BRIGHT else grey
    if grey.shape == (SIDE, SIDE):
        return grey.reshape(-1)
    with at(path):
        return centred(grey)
