"""Memories as SRAM macros: which ones hold a memory, and what its use costs.

A memory of many words is cut into banks, of which an access wakes one; a wide word into columns, all of
which are woken. A macro has one port: a read and a write in the same cycle count as two accesses. Every macro
of a memory sees its address change, and every bank the words that enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import InvalidRequest, at
from accelgen.power.access import Macro, priced
from accelgen.power.liberty import read_library

__all__ = ["Macros", "Uses", "candidates", "fit", "read_macros"]

#: Accesses in a cycle, at most, and the steps in which they are tried.
MOST, STEPS = 2.0, 64


@dataclass(frozen=True, slots=True)
class Uses:
    """What happens to a memory in a run.

    Attributes
    ----------
    reads, writes : int
        Accesses.
    address : tuple of int
        Transitions of each bit of its address, bit 0 first, those of all ports.
    data : int
        Transitions of all bits of the words to write.
    cycles, seconds : float
        Length of the run.
    """

    reads: float
    writes: float
    address: tuple[int, ...]
    data: int
    cycles: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Macros:
    """What a memory is made of.

    Attributes
    ----------
    name : str
        Name of the macro.
    macro : Macro
        One of them.
    banks, columns : int
        How many, along the words and along the bits.
    """

    name: str
    macro: Macro
    banks: int
    columns: int

    @property
    def count(self) -> int:
        """How many there are."""
        return self.banks * self.columns

    @property
    def read(self) -> float:
        """Joules of a read of a word."""
        return self.columns * self.macro.read

    @property
    def write(self) -> float:
        """Joules of a write of a word."""
        return self.columns * self.macro.write

    @property
    def leakage(self) -> float:
        """Watts, of all."""
        return self.count * self.macro.leakage

    @property
    def area(self) -> float:
        """um2, of all."""
        return self.count * self.macro.area

    def dynamic(self, uses: Uses) -> float:
        """Return joules of a run, leakage apart: accesses, pins that change, and cycles without access."""
        idle = self.count * uses.cycles - self.columns * (uses.reads + uses.writes)
        seen = sum(uses.address[: (self.macro.depth - 1).bit_length()])
        return (
            uses.reads * self.read
            + uses.writes * self.write
            + max(idle, 0.0) * self.macro.idle
            + seen * self.count * self.macro.address
            + uses.data * self.banks * self.macro.data
        )


def read_macros(files: Sequence[Path]) -> dict[str, Macro]:
    """Read the macros of Liberty files, by name.

    Raises
    ------
    InvalidRequest
        If a memory does not say what an access costs, or there is no memory in any of them.
    """
    macros = {}
    for path in files:
        library = read_library(path)
        with at(path):
            for name, cell in library.cells.items():
                if cell.depth:
                    with at(name):
                        macros[name] = priced(cell, library.voltage)
    if not macros:
        raise InvalidRequest("there is no memory macro in the files of --macros")
    return macros


def fit(depth: int, width: int, macros: dict[str, Macro], uses: Uses) -> Macros:
    """Return the macros that hold ``depth`` words of ``width`` bits for the least energy of a run.

    Among equals the smallest area wins, then the name.
    """
    ranked = []
    for name, macro in macros.items():
        array = Macros(name, macro, -(-depth // macro.depth), -(-width // macro.width))
        ranked.append((array.dynamic(uses) + uses.seconds * array.leakage, array.area, name, array))
    return min(ranked, key=lambda entry: entry[:3])[-1]


def candidates(depth: int, width: int, macros: dict[str, Macro], clock_hz: float) -> dict[str, Macro]:
    """Return those macros that are the best ones for some rate of reads, of 1/32 to 2 in a cycle."""
    rates = (MOST * step / STEPS for step in range(1, STEPS + 1))
    best = {fit(depth, width, macros, Uses(rate, 0, (), 0, 1, 1 / clock_hz)).name for rate in rates}
    return {name: macro for name, macro in macros.items() if name in best}
