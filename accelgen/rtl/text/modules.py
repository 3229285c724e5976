"""A module between RTLIL and Verilog: nets, and what drives each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from accelgen.rtl.text.values import Net, Value

__all__ = ["Assign", "Instance", "Module", "ReadPort", "Register", "Rows", "Switch", "WritePort"]


@dataclass(slots=True)
class Assign:
    """Bits of what a body drives get a value."""

    net: Net
    low: int
    width: int
    value: Value


@dataclass(slots=True)
class Switch:
    """The first case with a pattern that fits ``test``; a case without patterns fits always."""

    test: Value
    cases: list[tuple[tuple[str, ...], list]]


#: Statements; the last assignment that is reached counts.
Body = list[Assign | Switch]


@dataclass(slots=True)
class Register:
    """A register: it takes what ``body`` assigns to it, and else stays."""

    net: Net
    clock: Net
    body: Body


@dataclass(slots=True)
class ReadPort:
    """A read port of a memory: ``net`` is a register with a clock, else a wire."""

    net: Net
    address: Value
    enable: Value
    clock: Net | None


@dataclass(slots=True)
class WritePort:
    """A write port of a memory; ``enable`` has a bit for each bit of the data."""

    address: Value
    data: Value
    enable: Value
    clock: Net


@dataclass(slots=True)
class Rows:
    """A memory.

    Attributes
    ----------
    words : list of str
        Bits of each word at the start, the highest first.
    """

    net: Net
    depth: int
    attributes: dict[str, str | int]
    words: list[str] = field(default_factory=list)
    reads: list[ReadPort] = field(default_factory=list)
    writes: list[WritePort] = field(default_factory=list)


@dataclass(slots=True)
class Instance:
    """A module inside a module; ``outputs`` names the ports it drives, if that is known."""

    kind: str
    name: str
    parameters: dict[str, str | int]
    ports: dict[str, Value]
    outputs: set[str] | None = None


@dataclass(slots=True)
class Module:
    """A module.

    Attributes
    ----------
    path : tuple of str
        Where it stands: the name of the top, and of each instance on the way.
    ports : list of Net
        In order.
    wires : dict of Net to Value
        What a wire always carries.
    choices : dict of Net to Body
        What a wire carries, in statements.
    registers, memories, instances : list
    also : dict of Net to list of str
        What else a net was called, in RTLIL.
    """

    path: tuple[str, ...]
    ports: list[Net] = field(default_factory=list)
    wires: dict[Net, Value] = field(default_factory=dict)
    choices: dict[Net, Body] = field(default_factory=dict)
    registers: list[Register] = field(default_factory=list)
    memories: list[Rows] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    also: dict[Net, list[str]] = field(default_factory=dict)
