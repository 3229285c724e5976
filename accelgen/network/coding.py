"""How features become the integers that enter a network: real numbers on a scale of 0 to 255, or -128 to 127.

A feature ``x`` is

    clamp(floor((x - offset) / scale), 0, 255)

of which a network of fewer bits keeps the upper ones, as it does of pixels (`quantise_pixels`). Signed codes
are clamped to -128 and 127 instead, and travel as bytes in two's complement, wherever pixels do: their upper
bits are the code of fewer bits, whose top bit is its sign. Differences and quotients are of 64-bit floats,
rounded to the nearest as IEEE 754 says, so every machine makes the same integers of the same features. A
value in the middle of what a code stands for is ``offset + (code + 1/2) * scale``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from accelgen.errors import DataError, InvalidNetwork
from accelgen.network.fields import numbers
from accelgen.values import integers, shown

__all__ = ["LEVELS", "Coding"]

#: Values of a feature before the lower bits are dropped.
LEVELS = 256


@dataclass(frozen=True, slots=True)
class Coding:
    """The scale of all features, or of each.

    Attributes
    ----------
    offset : tuple of float
        The smallest number that code 0 stands for, one for all features or one for each.
    scale : tuple of float
        How far apart two codes of 8 bits are, as many; above zero.
    signed : bool
        Whether codes have a sign.

    Raises
    ------
    InvalidNetwork
        If one is no finite number, a scale is not above zero, or there are not as many of both.
    """

    offset: tuple[float, ...]
    scale: tuple[float, ...]
    signed: bool = False

    def __post_init__(self):
        for name in ("offset", "scale"):
            object.__setattr__(self, name, numbers(name, getattr(self, name)))
        if len(self.offset) != len(self.scale):
            raise InvalidNetwork(f"scale: must be {len(self.offset)} numbers, as offset is")
        if min(self.scale) < sys.float_info.min:
            raise InvalidNetwork(f"scale: must be above zero, not {min(self.scale)}")
        if not isinstance(self.signed, bool):
            raise InvalidNetwork(f"signed: must be true or false, not {shown(self.signed)}")

    @property
    def ends(self) -> tuple[int, int]:
        """The smallest and the largest code of 8 bits."""
        return (-LEVELS // 2, LEVELS // 2 - 1) if self.signed else (0, LEVELS - 1)

    @property
    def sign(self) -> str:
        """What stands behind the bits of a code, in words."""
        return ", signed" if self.signed else ""

    def check_fits(self, inputs: int) -> None:
        """Raise `InvalidNetwork` unless there is one scale, or one for each of ``inputs`` features."""
        if len(self.offset) not in (1, inputs):
            raise InvalidNetwork(f"offset: must be one number or {inputs}, not {len(self.offset)}")

    def raw(self, features: np.ndarray) -> np.ndarray:
        """Return the codes of 8 bits, uint8[n, features], of real or integer ``features`` [n, features].

        Signed ones are bytes in two's complement; see `numbers`.

        Raises
        ------
        DataError
            If one is no number, or infinite.
        """
        values = np.asarray(features, np.float64)
        if not np.isfinite(values).all():
            row, column = np.argwhere(~np.isfinite(values))[0]
            raise DataError(f"features[{row}, {column}] is {values[row, column]}, and must be a number")
        with np.errstate(over="ignore"):  # what is beyond every float is beyond every code
            steps = np.floor((values - np.array(self.offset)) / np.array(self.scale))
        return np.clip(steps, *self.ends).astype(np.int16).astype(np.uint8)

    def as_bytes(self, codes: object) -> object:
        """Return signed ``codes`` as `raw` has them: integers of -128 to 127, but those of uint8 as they are.

        Raises
        ------
        DataError
            If they are other integers, or none.
        """
        if not self.signed or getattr(codes, "dtype", None) == np.uint8:
            return codes
        return integers("codes", codes, *self.ends).astype(np.int8).view(np.uint8)

    def numbers(self, codes: np.ndarray) -> np.ndarray:
        """Return ``codes``, uint8[...] as `raw` makes them, as the numbers that they are: int8 if signed."""
        return codes.view(np.int8) if self.signed else codes

    def places(self, codes: np.ndarray) -> np.ndarray:
        """Return where ``codes``, uint8[...] as `raw` makes them, are between the ends: 0 to 255."""
        return codes ^ np.uint8(LEVELS // 2) if self.signed else codes

    def middle(self, codes: np.ndarray) -> np.ndarray:
        """Return the features, float64[n, features], in the middle of what ``codes`` stand for; see `raw`."""
        steps = self.numbers(codes).astype(np.float64)
        return np.array(self.offset) + (steps + 0.5) * np.array(self.scale)

    def formula(self, bits: int) -> str:
        """Return the rule of codes of ``bits`` bits, in one line."""
        if len(self.offset) == 1:
            offset = self.offset[0]
            shift, step = f"x {'-' if offset >= 0 else '+'} {abs(offset):g}", f"{self.scale[0]:g}"
        else:
            shift, step = "x - offset[i]", "scale[i]"
        low, high = self.ends
        rule = f"clamp(floor(({shift}) / {step}), {low}, {high})"
        return rule if bits == LEVELS.bit_length() - 1 else f"{rule} >> {LEVELS.bit_length() - 1 - bits}"
