"""What enters a trainable network: the codes of `accelgen.network.encoding`, made where the samples are."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["as_bytes", "upper_bits"]


def as_bytes(images: Tensor) -> Tensor:
    """Return pixels [n, ...] of 0 to 255 as uint8[n, pixels]; fractions are cut off."""
    return images.flatten(1).to(torch.uint8)


def upper_bits(images: Tensor, bits: int, *, signed: bool = False) -> Tensor:
    """Return what `quantise_pixels` does of pixels [n, ...] of 0 to 255, uint8[n, pixels].

    Of ``signed`` codes [n, ...] of -128 to 127 it is int8[n, pixels], rounded down.
    """
    return (images.flatten(1).to(torch.int8) if signed else as_bytes(images)) >> (8 - bits)
