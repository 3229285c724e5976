"""How wide nameless results are: as wide as somebody reads, where Amaranth keeps every bit of a sum."""

from __future__ import annotations

import re
from collections import Counter

from accelgen.rtl.text.operators import NARROWABLE
from accelgen.rtl.text.rtlil import Bits, Cell, RawModule, RawSwitch, Signal, full, whole_wire

__all__ = ["NAMELESS", "narrowed"]

#: What Amaranth calls a port that is only a part of what has a name.
NAMELESS = re.compile(r"\$|\\port\$")


def narrowed(raw: RawModule) -> dict[str, int]:
    """Return the width of each wire of a module; that of a nameless result is what is read of it."""
    widths = {name: wire.width for name, wire in raw.wires.items()}
    drivers: dict[str, Cell] = {}
    for cell in raw.cells:
        wire = whole_wire(cell.ports["Y"]) if cell.kind in NARROWABLE else ""
        if NAMELESS.match(wire) and raw.wires[wire].port is None:
            drivers[wire] = cell
    read: Counter[str] = Counter()

    def note(signal: Signal, at_most: int | None = None) -> None:
        """Take down that somebody reads a signal, or its lowest bits."""
        at = 0
        for piece in full(raw, signal):
            if not isinstance(piece, Bits) and piece.wire in drivers:
                here = piece.width if at_most is None else max(min(piece.width, at_most - at), 0)
                read[piece.wire] = max(read[piece.wire], piece.low + here if here else 0)
            at += len(piece.text) if isinstance(piece, Bits) else piece.width

    for to, value in raw.connections:
        if raw.wires[whole_wire(to)].port:
            note(value)
    for process in raw.processes:
        for signal in _read_by(process.body):
            note(signal)
    for cell in raw.cells:
        if cell.kind not in NARROWABLE or whole_wire(cell.ports["Y"]) not in drivers:
            for name, signal in cell.ports.items():
                if (cell.kind[0] == "\\" or name not in ("Y", "Q")) and cell.kind != "$meminit_v2":
                    note(signal)
    # a driver stands behind what it reads: backwards, all its readers are known
    for wire, cell in reversed(drivers.items()):
        width = widths[wire] = max(read[wire], 1)
        for name, signal in cell.ports.items():
            if name != "Y":
                free = name == "S" or (name == "B" and cell.kind == "$shl")
                note(signal, None if free else width)
    return widths


def _read_by(body: list) -> list[Signal]:
    """Return what statements read."""
    found: list[Signal] = []
    for one in body:
        if isinstance(one, RawSwitch):
            found.append(one.test)
            for _, inner in one.cases:
                found += _read_by(inner)
        else:
            found.append(one[1])
    return found
