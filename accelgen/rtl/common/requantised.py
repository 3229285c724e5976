"""The rule `Requantise` as gates, for one sum."""

from __future__ import annotations

from amaranth.hdl import Mux, Value

__all__ = ["requantised"]


def requantised(total: Value, shift: int, bits: int) -> Value:
    """Return ``clamp(total >> shift, 0, 2**bits - 1)`` for a signed ``total``.

    The clamp needs no comparison: a negative sum has its sign set, and a sum too large has a one
    somewhere between the kept bits and the sign.
    """
    kept = total[shift : shift + bits]
    too_large = total[shift + bits : -1].any()
    return Mux(total[-1], 0, Mux(too_large, (1 << bits) - 1, kept))
