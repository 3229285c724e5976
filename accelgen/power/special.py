"""The cells that synthesis must be given by name: full adders, clock gates and a buffer.

A tree of full adders is a third smaller than the gates that a general optimiser makes of it; a register whose
clock is gated costs nothing while it holds; a net that ends in many pins needs a tree of buffers.
"""

from __future__ import annotations

from accelgen.errors import InvalidRequest
from accelgen.power.estimate import SLEW
from accelgen.power.function import truth_table
from accelgen.power.liberty import Cell, Library

__all__ = ["FullAdder", "find_buffer", "find_full_adder", "has_clock_gates", "passed"]

SUM = truth_table("a ^ b ^ c", ["a", "b", "c"])
CARRY = truth_table("a & b | a & c | b & c", ["a", "b", "c"])

#: Farads of a net that ends in many pins.
MANY = 40e-15

#: Names of a cell, its three inputs, its carry and its sum.
FullAdder = tuple[str, str, str, str, str, str]


def find_full_adder(library: Library) -> FullAdder | None:
    """Return the smallest full adder of a library; None if it has none."""
    adders = []
    for name, cell in library.cells.items():
        if (pins := _adder_pins(cell)) is not None:
            adders.append((cell.area, name, pins))
    if not adders:
        return None
    _, name, pins = min(adders)
    return (name, *pins)


def find_buffer(library: Library) -> str | None:
    """Return the buffer that is fast for its area on a large load; None if no buffer has delays."""
    buffers = []
    for name, cell in library.cells.items():
        delay = max((pin.delay(SLEW, MANY) for pin in cell.pins.values()), default=0.0)
        if passed(cell) and delay:
            buffers.append((cell.area * delay, cell.area, name))
    return min(buffers)[-1] if buffers else None


def passed(cell: Cell) -> tuple[str, str] | None:
    """Return the input and the output of a buffer; None if the cell is something else."""
    inputs = [name for name, pin in cell.pins.items() if not pin.output]
    outputs = [name for name, pin in cell.pins.items() if pin.output]
    if cell.gate or len(inputs) != 1 or [cell.pins[name].function.strip("() ") for name in outputs] != inputs:
        return None
    return inputs[0], outputs[0]


def has_clock_gates(library: Library) -> bool:
    """Return whether a library has clock gates with a latch."""
    return any(cell.gate for cell in library.cells.values())


def _adder_pins(cell: Cell) -> tuple[str, str, str, str, str] | None:
    inputs = [name for name, pin in cell.pins.items() if not pin.output]
    outputs = {name: pin.function for name, pin in cell.pins.items() if pin.output}
    if len(inputs) != 3 or len(outputs) != 2:
        return None
    try:
        tables = {truth_table(function, inputs): name for name, function in outputs.items()}
    except InvalidRequest:  # it has a state
        return None
    a, b, c = inputs
    return (a, b, c, tables[CARRY], tables[SUM]) if tables.keys() == {CARRY, SUM} else None
