"""A reader of RTLIL, the text that Amaranth hands to Yosys: modules as they stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from accelgen.errors import ToolError

__all__ = [
    "WHOLE",
    "Bits",
    "Cell",
    "Process",
    "RawModule",
    "RawSwitch",
    "Signal",
    "Slice",
    "Wire",
    "bits_of",
    "full",
    "read",
    "whole_wire",
    "width_of",
]

WIRE = re.compile(r"wire width (\d+) (?:(input|output) \d+ )? ?(signed )?(\S+)")
MEMORY = re.compile(r"memory width (\d+) size (\d+) (\S+)")
SIGNAL = re.compile(r"([\\$]\S+)(?: \[(\d+)(?::(\d+))?\])?|(\d+)'([01x-]*)")

#: The width of a wire that is not known where it is read.
WHOLE = -1


@dataclass(frozen=True, slots=True)
class Slice:
    """Bits of a wire, from ``low`` up; all of it with ``width`` `WHOLE`."""

    wire: str
    low: int
    width: int


@dataclass(frozen=True, slots=True)
class Bits:
    """Constant bits, the highest first."""

    text: str


#: What is read: pieces from the lowest bits up.
Signal = tuple[Slice | Bits, ...]


@dataclass(slots=True)
class Wire:
    """A declared wire."""

    name: str
    width: int
    port: str | None
    signed: bool
    attributes: dict[str, str | int]


@dataclass(slots=True)
class Memory:
    """A declared memory."""

    name: str
    width: int
    depth: int
    attributes: dict[str, str | int]


@dataclass(slots=True)
class Cell:
    """An operator, a register, a port of a memory or an instance, by its ``kind``."""

    kind: str
    name: str
    attributes: dict[str, str | int]
    parameters: dict[str, str | int] = field(default_factory=dict)
    ports: dict[str, Signal] = field(default_factory=dict)


@dataclass(slots=True)
class RawSwitch:
    """A choice: the first case with a pattern that fits; no patterns fit always."""

    test: Signal
    cases: list[tuple[tuple[str, ...], list]] = field(default_factory=list)


@dataclass(slots=True)
class Process:
    """Assignments ``(to, value)`` and choices, in order; the last one that is reached counts."""

    name: str
    attributes: dict[str, str | int]
    body: list = field(default_factory=list)


@dataclass(slots=True)
class RawModule:
    """A module as it stands in the text."""

    name: str
    attributes: dict[str, str | int]
    wires: dict[str, Wire] = field(default_factory=dict)
    memories: dict[str, Memory] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    connections: list[tuple[Signal, Signal]] = field(default_factory=list)


def read(text: str) -> dict[str, RawModule]:
    """Return the modules of an RTLIL text by name, in its order.

    Raises
    ------
    ToolError
        If a line is of a kind that no Amaranth 0.5 writes; nothing is passed over.
    """
    modules: dict[str, RawModule] = {}
    attributes: dict[str, str | int] = {}
    lines = (line for line in map(str.strip, text.splitlines()) if line)
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "attribute":
            attributes |= _named(rest)
        elif word == "module":
            module = RawModule(rest.removeprefix("\\"), attributes)
            modules[module.name] = module
            _module(module, lines)
            attributes = {}
        else:
            raise _unknown(line)
    return modules


def full(module: RawModule, signal: Signal) -> Signal:
    """Return a signal of which every piece knows its width."""
    return tuple(
        Slice(piece.wire, 0, module.wires[piece.wire].width)
        if isinstance(piece, Slice) and piece.width == WHOLE
        else piece
        for piece in signal
    )


def width_of(signal: Signal) -> int:
    """Return the bits of a signal of which every piece knows its width."""
    return sum(len(piece.text) if isinstance(piece, Bits) else piece.width for piece in signal)


def whole_wire(signal: Signal) -> str:
    """Return the wire that a signal is a piece of.

    Raises
    ------
    ToolError
        If it is more than one piece, or constant.
    """
    if len(signal) != 1 or not isinstance(signal[0], Slice):
        raise ToolError(f"RTLIL: {signal!r} is not one wire")
    return signal[0].wire


def bits_of(signal: Signal) -> str:
    """Return the bits of a constant, the highest first.

    Raises
    ------
    ToolError
        If it is none.
    """
    if len(signal) != 1 or not isinstance(signal[0], Bits):
        raise ToolError(f"RTLIL: {signal!r} is not constant")
    return signal[0].text


def _module(module: RawModule, lines: Iterator[str]) -> None:
    attributes: dict[str, str | int] = {}
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "attribute":
            attributes |= _named(rest)
            continue
        if word == "end":
            return
        if word == "wire" and (found := WIRE.fullmatch(line)):
            width, port, signed, name = found.groups()
            module.wires[name] = Wire(name, int(width), port, bool(signed), attributes)
        elif word == "memory" and (found := MEMORY.fullmatch(line)):
            module.memories[found[3]] = Memory(found[3], int(found[1]), int(found[2]), attributes)
        elif word == "cell":
            kind, name = rest.split(" ")
            module.cells.append(_cell(Cell(kind, name, attributes), lines))
        elif word == "process":
            module.processes.append(Process(rest, attributes, _body(lines)))
        elif word == "connect":
            module.connections.append(_pair(rest))
        else:
            raise _unknown(line)
        attributes = {}
    raise ToolError(f"RTLIL: module {module.name} has no end")


def _cell(cell: Cell, lines: Iterator[str]) -> Cell:
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "end":
            return cell
        if word == "parameter":
            cell.parameters |= _named(rest.removeprefix("signed ").removeprefix("real "))
        elif word == "connect":
            name, _, value = rest.partition(" ")
            cell.ports[name.removeprefix("\\")] = _signal(value)
        else:
            raise _unknown(line)
    raise ToolError(f"RTLIL: cell {cell.name} has no end")


def _body(lines: Iterator[str]) -> list:
    """Return the statements up to the ``end`` of a process."""
    body: list = []
    switches: list[tuple[RawSwitch, list]] = []
    into = body
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "assign":
            into.append(_pair(rest))
        elif word == "switch":
            switches.append((RawSwitch(_signal(rest)), into))
            into.append(switches[-1][0])
        elif word == "case" and switches:
            patterns = tuple(pattern.partition("'")[2] for pattern in rest.split(", ") if pattern)
            into = []
            switches[-1][0].cases.append((patterns, into))
        elif word == "end" and switches:
            into = switches.pop()[1]
        elif word == "end":
            return body
        else:
            raise _unknown(line)
    raise ToolError("RTLIL: a process has no end")


def _named(text: str) -> dict[str, str | int]:
    name, _, value = text.partition(" ")
    if value.startswith('"'):
        plain = re.sub(
            r"\\(.)", lambda found: {"n": "\n", "t": "\t", "r": "\r"}.get(found[1], found[1]), value
        )
        return {name.removeprefix("\\"): plain[1:-1]}
    return {name.removeprefix("\\"): int(value) if value.isdecimal() else value.partition("'")[2]}


def _pair(text: str) -> tuple[Signal, Signal]:
    """Return two signals; only the second may be in braces or constant."""
    found = SIGNAL.match(text)
    if not found or not found[1]:
        raise _unknown(text)
    return _signal(found[0]), _signal(text[found.end() :].strip())


def _signal(text: str) -> Signal:
    if text.startswith("{"):
        text = text[1:-1].strip()
    pieces, at = [], 0
    while at < len(text):
        found = SIGNAL.match(text, at)
        if not found:
            raise _unknown(text)
        pieces.append(_piece(found))
        at = found.end() + 1
    return tuple(reversed(pieces))


def _piece(found: re.Match) -> Slice | Bits:
    wire, high, low, _, bits = found.groups()
    if wire is None:
        return Bits(bits)
    if high is None:
        return Slice(wire, 0, WHOLE)
    low = high if low is None else low
    return Slice(wire, int(low), int(high) - int(low) + 1)


def _unknown(line: str) -> ToolError:
    return ToolError(f"RTLIL: {line[:60]!r} is not understood")
