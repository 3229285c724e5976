"""A sum times a constant multiplier, as additions alone."""

from __future__ import annotations

from amaranth.hdl import C, Value

from accelgen.rtl.unrolled.weighted_sum import signed_digits

__all__ = ["multiplied"]


def multiplied(total: Value, multiplier: int, offset: int) -> Value:
    """Return ``total * multiplier + offset`` for a signed ``total``; an offset is below the multiplier.

    It is signed, and as wide as any such product. A shifted copy of the sum is added, or subtracted, for each
    canonical signed digit of the multiplier.
    """
    product: Value = C(offset)
    for sign, power in signed_digits(multiplier):
        copy = total << power
        product = product + copy if sign > 0 else product - copy
    return product[: len(total) + multiplier.bit_length()].as_signed()
