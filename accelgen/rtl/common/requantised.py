"""The rules `Requantise`, `Thresholds` and, behind a multiplier, `Multiply` as gates, for one sum."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import C, Cat, Mux, Value

__all__ = ["reached", "requantised"]


def requantised(total: Value, shift: int, bits: int, *, even: bool = False) -> Value:
    """Return ``clamp(total >> shift, 0, 2**bits - 1)`` for a signed ``total``.

    If it is ``even``, an odd ``total >> shift`` that has no remainder is one less.

    The clamp needs no comparison: a negative sum has its sign set, and a sum too large has a one
    somewhere between the kept bits and the sign.
    """
    kept = total[shift : shift + bits]
    if even:  # odd without its lowest bit is one less
        kept = Cat(kept[0] & total[:shift].any(), kept[1:])
    too_large = total[shift + bits : -1].any()
    return Mux(total[-1], 0, Mux(too_large, (1 << bits) - 1, kept))


def reached(total: Value, thresholds: Sequence[Value | int]) -> Value:
    """Return how many of ``2**bits - 1`` ascending ``thresholds`` a signed ``total`` has reached.

    It is a search by halves: the threshold in the middle decides the upper bit, and then which half decides
    the others. Those that no sum reaches, or every sum, cost nothing.
    """
    if not thresholds:
        return C(0, 0)
    half = len(thresholds) // 2
    middle, bits = thresholds[half], len(thresholds).bit_length() - 1
    most = (1 << (len(total) - 1)) - 1
    if isinstance(middle, int) and not -most <= middle <= most:
        # Beyond its half, all thresholds on this side of the middle are out of reach too, or all are reached.
        high = middle < 0
        rest = reached(total, thresholds[half + 1 :] if high else thresholds[:half])
        return Cat(rest, C(high, 1))
    high = total >= middle
    if not bits:
        return high
    lower, upper = reached(total, thresholds[:half]), reached(total, thresholds[half + 1 :])
    return Cat(Mux(high, upper, lower), high)
