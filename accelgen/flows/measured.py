"""What a simulator measures of the hardware that it plays."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Cycles", "Measured"]


@dataclass(frozen=True, slots=True)
class Cycles:
    """Cycles from the result of one image to that of the next: least, mean and most."""

    min: int
    mean: float
    max: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out for some images, and in which time.

    Attributes
    ----------
    images : int
        How many were played.
    mismatches : int
        Those with a word of the result other than the golden model's.
    first_mismatch : int or None
        Number of the first such image.
    cycles : Cycles
        Of an image.
    latency : float or None
        Cycles from the first beat of an image to its class, mean; None if they were not counted.
    apart : float or None
        Cycles from one result to the next, mean, without the first result of a run, which also waits for what
        fills a pipeline; None if they were not counted, or one image was played.
    error : int or None
        The bits of the port ``error`` that were set; None if the bench looks at it itself.
    layer_cycles : tuple of float
        Cycles in which each layer ran, mean per image; empty if they were not counted.
    """

    images: int
    mismatches: int
    cycles: Cycles
    first_mismatch: int | None = None
    latency: float | None = None
    apart: float | None = None
    error: int | None = None
    layer_cycles: tuple[float, ...] = ()
