"""The leak of a membrane, of neurons and of a readout alike: a shift, or a multiplier and a shift.

    leak(v) = v - (v * multiplier >> shift), with an arithmetic shift; a shift of 0 means none

so what leaks away rounds down, and what stays rounds up. It never falls as the membrane rises.
"""

from __future__ import annotations

from accelgen.errors import InvalidNetwork
from accelgen.network.fields import keep_whole

__all__ = ["LEAK_BITS", "MAX_LEAK", "keep_leak", "leaked"]

MAX_LEAK = 15
#: Bits that name a shift.
LEAK_BITS = 4


def keep_leak(thing: object) -> None:
    """Check the fields ``leak`` and ``multiplier`` of a frozen dataclass, and keep plain integers.

    Raises
    ------
    InvalidNetwork
        If the shift is not 0 to 15, or the multiplier neither 1 nor odd and below ``2**leak``.
    """
    keep_whole(thing, "leak", 0, MAX_LEAK)
    keep_whole(thing, "multiplier", 1, (1 << MAX_LEAK) - 1)
    leak, multiplier = getattr(thing, "leak"), getattr(thing, "multiplier")  # noqa: B009
    if multiplier > 1 and (multiplier % 2 == 0 or multiplier >> leak):
        raise InvalidNetwork(
            f"multiplier: must be 1, or odd and below 2**{leak} with leak {leak}, not {multiplier}"
        )


def leaked(membrane, leak: int, multiplier: int):
    """Return what a timestep leaves of ``membrane``, integers of any kind with ``*`` and ``>>``."""
    return membrane - (membrane * multiplier >> leak) if leak else membrane
