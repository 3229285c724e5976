"""What enters: which codes the source's own input quantiser makes of pixels, and which rule of ours does.

A source reads real numbers. Those that can enter are 2**bits of them, evenly spaced: pixels of 0 to 255 as 0
to 1, if nothing else was said. All of them are tried, so what is found here is so for every input there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.interop.levels import Levels, levels_of
from accelgen.network import Coding, PixelInput, quantise_pixels

__all__ = ["Entering", "Scale", "entering_of"]

PIXEL_BITS = 8
#: Thirds of a range that go before it is as narrow as a float64.
HALVINGS = 90
#: How much longer than it looks the way from the first code to the last may be, in pixels.
NUDGES = (0, *(sign * part / 16 for part in range(1, 16) for sign in (1, -1)))


@dataclass(frozen=True, slots=True)
class Scale:
    """Which real numbers enter the source.

    Attributes
    ----------
    low, high : float
        What the smallest and the largest code are there.
    bits : int
        Bits of a code, 1 to 8; of pixels 8.

    Raises
    ------
    InvalidOption
        If they are no such numbers.
    """

    low: float = 0.0
    high: float = 1.0
    bits: int = PIXEL_BITS

    def __post_init__(self):
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise InvalidOption(f"range must be two numbers, the smaller first, not {self.low} {self.high}")
        if not 1 <= self.bits <= PIXEL_BITS:
            raise InvalidOption(f"input-bits must be 1 to {PIXEL_BITS}, not {self.bits}")

    def real(self, codes: np.ndarray) -> np.ndarray:
        """Return what the source reads where ``codes`` are meant, float32[...]."""
        top, width = np.float32((1 << self.bits) - 1), np.float32(self.high - self.low)
        share = codes.astype(np.float32) if width == top else codes.astype(np.float32) / top * width
        return share + np.float32(self.low)


@dataclass(frozen=True, slots=True)
class Entering:
    """What enters a network of ours, and what it means.

    Attributes
    ----------
    input : PixelInput
        Codes of pixels, or of features.
    levels : Levels
        The source's value of each code.
    """

    input: PixelInput
    levels: Levels


def entering_of(values: np.ndarray, scale: Scale, pixels: int, *, zero: bool = False) -> Entering:
    """Return what enters.

    Parameters
    ----------
    values : float32[2**bits]
        What the source makes of each number of ``scale``, before its first layer.
    scale : Scale
        Those numbers.
    pixels : int
        How many enter.
    zero : bool
        Code 0 should be zero, for the first layer pads with it: codes are signed then, if some are.

    Raises
    ------
    InvalidRequest
        If no rule of ours makes the same codes.
    """
    if len(np.unique(values)) == 1:
        raise InvalidRequest(
            f"what enters is always {values[0]:g} before the first layer, if it is {scale.low:g} to "
            f"{scale.high:g}: --range says what it is"
        )
    levels = levels_of(values, 255)
    if levels is None:
        raise InvalidRequest("the codes that enter are no even steps")
    codes = levels.codes(values)
    if (np.diff(codes) < 0).any():
        raise InvalidRequest("the codes that enter fall as pixels rise")
    if zero and (found := _signed(codes, levels, scale, pixels)) is not None:
        return found
    bits = levels.most.bit_length()
    raw = np.arange(1 << scale.bits) << (PIXEL_BITS - scale.bits)
    if np.array_equal(quantise_pixels(raw[:, None].astype(np.uint8), bits)[:, 0], codes):
        return Entering(PixelInput(pixels, bits), levels)
    coding = _coding(codes, bits) if scale.bits == PIXEL_BITS else None
    if coding is None:
        raise InvalidRequest(
            "the codes that enter are neither the upper bits of pixels nor even steps of them: "
            "even thresholds in the first quantiser can be imported"
        )
    return Entering(PixelInput(pixels, bits, coding), levels)


def _signed(codes: np.ndarray, levels: Levels, scale: Scale, pixels: int) -> Entering | None:
    """Return what enters as signed codes, of which 0 is zero; None if none are such."""
    signed = levels.signed
    if signed is None or scale.bits != PIXEL_BITS:
        return None
    bits = 1 + max(signed.most.bit_length(), (-signed.least - 1).bit_length())
    coding = _coding(codes + signed.least, bits, signed=True) if bits <= PIXEL_BITS else None
    return None if coding is None else Entering(PixelInput(pixels, bits, coding), signed)


def _coding(codes: np.ndarray, bits: int, *, signed: bool = False) -> Coding | None:
    """Return an offset and a scale that make ``codes`` of the pixels 0 to 255, tried with every pixel."""
    pixels = np.arange(len(codes), dtype=np.float64)
    edges = np.flatnonzero(np.diff(codes)) + 1  # the first pixel of each code
    places = codes[edges]
    between = max(int(places[-1] - places[0]), 1)
    width = float(edges[-1] - edges[0]) if len(edges) > 1 else float(len(codes) // 2)
    after = codes[edges - 1] + 1  # what begins behind the pixel before, though no pixel may have it
    for step in _steps(edges, after, places, width, between):
        least, most = _offsets(edges, after, places, step)
        coding = Coding((float(least + most) / 2,), (step / (1 << (PIXEL_BITS - bits)),), signed)
        raw = coding.raw(pixels[:, None])
        made = coding.numbers(raw) >> (PIXEL_BITS - bits) if signed else quantise_pixels(raw, bits)
        if np.array_equal(made[:, 0], codes):
            return coding
    return None


def _offsets(edges: np.ndarray, after: np.ndarray, places: np.ndarray, step: float) -> tuple[float, float]:
    """Return between which offsets ``after`` begin behind pixels e - 1, and ``places`` at e at the latest."""
    return float((edges - 1 - after * step).max()), float((edges - places * step).min())


def _steps(
    edges: np.ndarray, after: np.ndarray, places: np.ndarray, width: float, between: int
) -> Iterator[float]:
    """Yield pixels of a code that may do: near to how it looks, then where offsets have most room.

    That room is a concave function of the step: of three parts of a range the one at its worse end goes.
    """
    yield from ((width + nudge) / between for nudge in NUDGES)
    low, high = (width - 1) / between, (width + 1) / between
    for _ in range(HALVINGS):
        parts = [low + (high - low) * share for share in (1 / 3, 2 / 3)]
        rooms = [most - least for least, most in (_offsets(edges, after, places, part) for part in parts)]
        low, high = (parts[0], high) if rooms[0] < rooms[1] else (low, parts[1])
    yield (low + high) / 2
