"""What enters a trainable network: the codes of `accelgen.network.encoding`, made where the samples are."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["as_bytes", "in_bytes", "upper_bits"]

#: Samples that are looked at together, so that little memory is needed.
SOME = 4096


def as_bytes(images: Tensor) -> Tensor:
    """Return pixels [n, ...] of 0 to 255 as uint8[n, pixels]; fractions are cut off."""
    return images.flatten(1).to(torch.uint8)


def upper_bits(images: Tensor, bits: int, *, signed: bool = False) -> Tensor:
    """Return what `quantise_pixels` does of pixels [n, ...] of 0 to 255, uint8[n, pixels].

    Of ``signed`` codes [n, ...] of -128 to 127 it is int8[n, pixels], rounded down.
    """
    return (images.flatten(1).to(torch.int8) if signed else as_bytes(images)) >> (8 - bits)


def in_bytes(images: Tensor) -> Tensor:
    """Return whole numbers of 0 to 255, or of -128 to 127, as bytes, and all others as they are.

    Samples that are drawn at random come from far away: a quarter of the memory is read in less time.
    """
    if images.is_floating_point():
        for kind in (torch.uint8, torch.int8):
            made = images.to(kind)
            pairs = zip(made.split(SOME), images.split(SOME), strict=True)
            if all(torch.equal(some.to(images.dtype), wanted) for some, wanted in pairs):
                return made
    return images
