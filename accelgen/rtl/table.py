"""What a memory of the hardware holds, before there is hardware."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """The contents of a memory.

    Attributes
    ----------
    name : str
        "codes", "index", "bias", "thresholds" or "multipliers".
    width : int
        Bits of a word.
    words : list of int
        Unsigned words, word 0 first.
    """

    name: str
    width: int
    words: list[int]
