"""A readout that integrates: its membranes leak, and what of them is the score is said.

A spiking network whose last layer has no neurons reads out. Without an integrator its scores are the sums of
all currents so far, membranes that never leak. With one, in integers, and with V[-1] = 0,

    V[t] = leak(V[t-1]) + I[t]

where I[t] is the current of a class and `leak` that of `accelgen.network.leak`. The score after timestep t is

    "last":  V[t]                             the membrane at the end of a sample
    "sum":   V[0] + V[1] + ... + V[t]         the membranes of all timesteps, added up
    "max":   max(V[0], V[1], ..., V[t])       the highest membrane that there was

These are the readouts that frameworks of spiking neurons train: `LI` nodes of NIR and Norse, and
``reset_mechanism="none"`` of snnTorch, with a loss on the last membrane, on their sum, or on the highest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from accelgen.errors import InvalidNetwork
from accelgen.network.fields import check_one_of
from accelgen.network.leak import LEAK_BITS, keep_leak, leaked

__all__ = ["SCORES", "Integrator", "Scores"]

Scores = Literal["last", "sum", "max"]
SCORES: tuple[Scores, ...] = get_args(Scores)
SCORE_BITS = 2


@dataclass(frozen=True, slots=True)
class Integrator:
    """How a readout integrates, and what its scores are; see the equations at the top of this file.

    Attributes
    ----------
    leak : int
        Shift of the leak, 0 (none) to 15.
    multiplier : int
        Of a leak that is no power of two: odd, and below ``2**leak``; 1 if it is one.
    score : "last", "sum" or "max"
        What of its membranes is the score.

    Raises
    ------
    InvalidNetwork
        If a word is another, or a number no integer of Python or numpy, or out of its range; or if it neither
        leaks nor has another score than the last membrane, for that is what there is without it.
    """

    leak: int = 0
    multiplier: int = 1
    score: Scores = "last"

    def __post_init__(self):
        keep_leak(self)
        check_one_of("score", self.score, SCORES)
        if not self.leak and self.score == "last":
            raise InvalidNetwork(
                "leak: must be 1 to 15 where the score is the last membrane: else leave it out"
            )

    @property
    def multiplies(self) -> bool:
        """Its leak is no power of two."""
        return self.multiplier > 1

    @property
    def title(self) -> str:
        """What it does, in a few words."""
        leak = f"leak {self.multiplier}/{1 << self.leak}" if self.leak else "no leak"
        return f"{leak}, score {self.score}"

    def stored_bits(self) -> int:
        """Return the bits of the leak, of what is the score, and of the multiplier if there is one."""
        return LEAK_BITS + SCORE_BITS + (self.multiplies and self.multiplier.bit_length())

    def left(self, membrane):
        """Return what a timestep leaves of ``membrane``, integers of any kind with ``*`` and ``>>``."""
        return leaked(membrane, self.leak, self.multiplier)
