"""The shape of a signal that counts."""

from __future__ import annotations

__all__ = ["counter"]


def counter(states: int) -> range:
    """Return the shape of a signal that tells ``states`` states apart, of at least one bit.

    One state needs no bit, but a wire of no bits is not Verilog.
    """
    return range(max(states, 2))
