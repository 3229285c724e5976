"""Images inside a page: a PNG, written by hand, in the address of the image itself."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

__all__ = ["address", "png"]


def png(pixels: np.ndarray) -> bytes:
    """Return an image as a PNG: uint8[height, width] in grey, uint8[height, width, 3] in colour."""
    height, width = pixels.shape[:2]
    flat = pixels.reshape(height, -1)
    rows = np.zeros((height, flat.shape[1] + 1), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = flat
    kind_of_colour = 2 if pixels.ndim == 3 else 0
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind_of_colour, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def address(pixels: np.ndarray) -> str:
    """Return an image as a ``data:`` address."""
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode()
