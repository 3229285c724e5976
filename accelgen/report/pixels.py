"""Grey images inside a page: a PNG, written by hand, in the address of the image itself."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

__all__ = ["address", "png"]


def png(pixels: np.ndarray) -> bytes:
    """Return an image uint8[height, width] as a PNG of 8-bit grey."""
    height, width = pixels.shape
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = pixels
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
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
