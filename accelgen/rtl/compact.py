"""What compact hardware has other numbers for: sums that leave the lanes a few at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from accelgen.rtl.conv.window import WindowPlans
from accelgen.rtl.layer_plan import LayerPlan

__all__ = ["FEW", "CompactPacking", "few"]

#: Sums that leave in a cycle, if the shapes of the layers let that many.
FEW = 4


def few(divided: int) -> int:
    """Return how many sums leave in a cycle: the least divisor of ``divided`` that is `FEW` or more.

    If there is none, ``divided`` itself. Every pass and every word of activations is so many, or some times
    as many.
    """
    return next(number for number in count(min(FEW, divided)) if divided % number == 0)


@dataclass(frozen=True)
class CompactPacking:
    """What `Packer` must know, if every pass that it takes is a granule.

    Attributes
    ----------
    granule : int
        Activations of a pass.
    word, activation_bits, bank_words, layers
        See `accelgen.rtl.common.packer.Packing`.
    first_words : sequence of int
        See ``first_word``.
    """

    granule: int
    word: int
    activation_bits: int
    bank_words: tuple[int, ...]
    layers: Sequence[LayerPlan]
    first_words: Sequence[int]
    windows: WindowPlans = field(default_factory=WindowPlans)

    @property
    def lanes(self) -> int:
        """Activations of a pass."""
        return self.granule

    def first_word(self, number: int) -> int:
        """Return the address of the first word that a layer reads."""
        return self.first_words[number]
