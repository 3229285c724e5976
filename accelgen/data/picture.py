"""A picture of a digit as MNIST would have it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from accelgen.errors import DataError

__all__ = ["read_picture"]

SIDE = 28
BRIGHT = 127


def read_picture(path: Path) -> np.ndarray:
    """Return a picture as uint8[784]: grey, 28 x 28, bright on dark.

    A picture that is bright as a whole is ink on paper, and is inverted.

    Raises
    ------
    DataError
        If it is no picture.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise DataError("pillow is not installed: pip install 'accelgen[fpga]'") from error
    try:
        with Image.open(path) as picture:
            grey = np.asarray(picture.convert("L").resize((SIDE, SIDE)), np.uint8)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is not a picture: {error}") from error
    return (255 - grey if grey.mean() > BRIGHT else grey).reshape(-1)
