"""What an input word means: pixels, their bits, and the one rule that makes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import InvalidNetwork

__all__ = ["PixelInput", "quantise_pixels"]


@dataclass(frozen=True, slots=True)
class PixelInput:
    """Unsigned pixels, brightest value ``2**bits - 1``.

    Attributes
    ----------
    pixels : int
        Pixels of an image, in row-major order.
    bits : int
        Bits of a pixel, 1 to 8.
    """

    pixels: int
    bits: int

    def __post_init__(self):
        if not isinstance(self.pixels, int) or isinstance(self.pixels, bool) or self.pixels < 1:
            raise InvalidNetwork(f"pixels: must be an integer of at least 1, not {self.pixels!r}")
        if not isinstance(self.bits, int) or isinstance(self.bits, bool) or not 1 <= self.bits <= 8:
            raise InvalidNetwork(f"bits: must be an integer of 1 to 8, not {self.bits!r}")


def quantise_pixels(images: np.ndarray, bits: int) -> np.ndarray:
    """Keep the upper ``bits`` bits of 8-bit pixels.

    Parameters
    ----------
    images : uint8[...]
        Pixels of 0 to 255.
    bits : int
        1 to 8; one bit compares with 128.

    Returns
    -------
    uint8[...]
        Pixels of 0 to ``2**bits - 1``.
    """
    return (images >> np.uint8(8 - bits)).astype(np.uint8)
