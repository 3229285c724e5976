"""Memories as SRAM macros: which ones hold a memory, what an access costs, and what they leak.

A memory of many words is cut into banks, of which an access wakes one; a wide word into columns, all of
which are woken. A macro has one port: a read and a write in the same cycle count as two accesses. The energy
of an access is that of both edges of the clock pin, as the macro's Liberty file states it; a macro whose
clock is gated off costs its leakage alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import InvalidRequest, at
from accelgen.power.liberty import Cell, read_library

__all__ = ["Macros", "fit", "read_macros"]


@dataclass(frozen=True, slots=True)
class Macros:
    """What a memory is made of.

    Attributes
    ----------
    macro : str
        Name of the macro.
    banks, columns : int
        How many, along the words and along the bits.
    access : float
        Joules of a read or of a write.
    leakage : float
        Watts, of all.
    area : float
        um2, of all.
    """

    macro: str
    banks: int
    columns: int
    access: float
    leakage: float
    area: float


def read_macros(files: Sequence[Path]) -> dict[str, Cell]:
    """Read the macros of Liberty files, by name.

    Raises
    ------
    InvalidRequest
        If a memory has no clock pin, or there is no memory in any of them.
    """
    found = {}
    for path in files:
        library = read_library(path)
        memories = {name: cell for name, cell in library.cells.items() if cell.depth}
        with at(path):
            for name, cell in memories.items():
                if not any(pin.clock and pin.energies for pin in cell.pins.values()):
                    raise InvalidRequest(f"{name}: has no clock pin with internal_power")
        found |= memories
    if not found:
        raise InvalidRequest("there is no memory macro in the files of --macros")
    return found


def fit(depth: int, width: int, macros: dict[str, Cell], *, accesses: int, seconds: float) -> Macros:
    """Return the macros that hold ``depth`` words of ``width`` bits for the least energy of a run.

    Among equals the smallest area wins, then the name.

    Parameters
    ----------
    depth, width : int
        Of the memory.
    macros : dict of str to Cell
        Of `read_macros`.
    accesses : int
        Reads and writes of the run.
    seconds : float
        Its length, for what the macros leak.
    """
    found = []
    for name, cell in macros.items():
        banks, columns = -(-depth // cell.depth), -(-width // cell.width)
        count = banks * columns
        made = Macros(name, banks, columns, columns * _access(cell), count * cell.leakage, count * cell.area)
        found.append((accesses * made.access + seconds * made.leakage, made.area, name, made))
    return min(found, key=lambda one: one[:3])[-1]


def _access(cell: Cell) -> float:
    """Return the energy of a rising and a falling edge of the clock."""
    clock = next(pin for pin in cell.pins.values() if pin.clock)
    return 2 * clock.energy(0.0, 0.0)
