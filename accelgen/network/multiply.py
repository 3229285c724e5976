"""A multiplier and a shift: a third rule for layers that requantise, with a scale of each channel's own.

    y[o] = clamp((acc[o] * multipliers[o] + offsets[o]) >> shift, 0, 2**bits - 1)

with an arithmetic shift. With ``even``, an odd activation that the shift gives without a remainder is one
less: with half a step in offset and bias such sums are ties, and they go to even numbers, as tools round.
An offset is a part of a sum: what is whole of it belongs into the bias, so it stays below the multiplier. So
activations of 8 bits have scales of any real numbers, where thresholds would be 255 for each channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from accelgen.errors import InvalidNetwork, at
from accelgen.network.fields import check_type, keep_whole, whole
from accelgen.values import shown

__all__ = ["MAX_PRODUCT_SHIFT", "MULTIPLIER_LIMIT", "PRODUCT_BITS", "Multiply"]

#: No multiplier is as large.
MULTIPLIER_LIMIT = 1 << 32
MAX_PRODUCT_SHIFT = 48
#: Bits of a product with its offset, at most, signed: those of an integer of the golden model.
PRODUCT_BITS = 63
SHIFT_BITS = 6


@dataclass(frozen=True, slots=True)
class Multiply:
    """How a sum becomes an activation: ``clamp((acc * multiplier + offset) >> shift, 0, 2**bits - 1)``.

    Attributes
    ----------
    multipliers, offsets : tuple of int
        One for each channel: multipliers of 1 to 2**32 - 1, offsets from 0 to below their multiplier.
    shift : int
        Right shift, 0 to 48, one for the layer; it rounds down.
    bits : int
        Bits of the activation, unsigned, 1 to 8.
    even : bool
        What the shift makes without a remainder, if it is odd, is one less: ties go to even numbers.

    Raises
    ------
    InvalidNetwork
        If one is no integer of Python or numpy, or out of its range, or ``even`` is no bool.
    """

    field: ClassVar[str] = "multiply"
    part: ClassVar[str] = "multipliers"
    facts: ClassVar[tuple[str, ...]] = ("activation_bits", "multiplier_bits")

    multipliers: tuple[int, ...]
    offsets: tuple[int, ...]
    shift: int
    bits: int
    even: bool = False

    def __post_init__(self):
        multipliers = _each("multipliers", self.multipliers, 1, [MULTIPLIER_LIMIT - 1])
        offsets = _each("offsets", self.offsets, 0, [most - 1 for most in multipliers])
        if len(offsets) != len(multipliers):
            raise InvalidNetwork(
                f"offsets: must be as many as multipliers, {len(multipliers)}, not {len(offsets)}"
            )
        object.__setattr__(self, "multipliers", multipliers)
        object.__setattr__(self, "offsets", offsets)
        keep_whole(self, "shift", 0, MAX_PRODUCT_SHIFT)
        keep_whole(self, "bits", 1, 8)
        check_type("even", self.even, bool)

    @property
    def bits_out(self) -> int:
        """Bits of an activation."""
        return self.bits

    @property
    def multiplier_bits(self) -> int:
        """Bits of the largest multiplier, unsigned."""
        return max(self.multipliers).bit_length()

    @property
    def offset_bits(self) -> int:
        """Bits of the largest offset, unsigned; 0 if there is none."""
        return max(self.offsets).bit_length()

    def check_fits(self, outputs: int) -> None:
        """Raise `InvalidNetwork` unless there is a multiplier for each of ``outputs`` channels."""
        if len(self.multipliers) != outputs:
            raise InvalidNetwork(f"multipliers: must be {outputs}, not {len(self.multipliers)}")

    def stored_bits(self) -> int:
        """Return the bits of all multipliers and offsets, and those that name the shift."""
        return SHIFT_BITS + len(self.multipliers) * (self.multiplier_bits + self.offset_bits)

    def describe(self) -> dict[str, int | str]:
        """Return the bits of an activation and of a multiplier."""
        return {"activation_bits": self.bits, "multiplier_bits": self.multiplier_bits}


def _each(name: str, values: object, low: int, most: list[int]) -> tuple[int, ...]:
    """Return integers of ``low`` to ``most``, which is for all or for each, or raise `InvalidNetwork`."""
    with at(name):
        if not isinstance(values, tuple | list) or not values:
            raise InvalidNetwork(f"must be a list of integers, not {shown(values)}")
        limits = most * len(values) if len(most) == 1 else most
        pairs = enumerate(zip(values, limits, strict=False))
        return tuple(whole(f"number {place}", value, low, high) for place, (value, high) in pairs)
