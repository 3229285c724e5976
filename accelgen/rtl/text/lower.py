"""From RTLIL to nets and what drives them.

Wires that only are another name of something vanish, or, where just that something is read, lend it the name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from accelgen.errors import ToolError
from accelgen.rtl.text import rtlil
from accelgen.rtl.text.choices import chosen_value, folded, pieces
from accelgen.rtl.text.modules import (
    Assign,
    Body,
    Instance,
    Module,
    ReadPort,
    Register,
    Rows,
    Switch,
    WritePort,
)
from accelgen.rtl.text.operators import NARROWABLE, operator
from accelgen.rtl.text.rtlil import RawModule, RawSwitch, Slice
from accelgen.rtl.text.values import Bits, Net, Ref, Value, cat

__all__ = ["base", "lowered"]

#: What Amaranth calls a port that is only a part of what has a name.
NAMELESS = re.compile(r"\$|\\port\$")
#: Told apart from others of its name by Amaranth.
NUMBER = re.compile(r"\$\d+")


def base(name: str) -> str:
    """Return the name of a wire without what told it apart from others."""
    return NUMBER.sub("", name.removeprefix("\\"))


def lowered(raw: RawModule) -> Module:
    """Return a module of RTLIL as nets and what drives each."""
    return _Lowering(raw).module


class _Lowering:
    def __init__(self, raw: RawModule):
        self.raw = raw
        self.widths = {name: wire.width for name, wire in raw.wires.items()}
        self.module = Module(tuple(raw.name.split(".")))
        self.nets: dict[str, Net] = {}
        self.lent: dict[tuple, Net] = {}
        self.taken_names: set[str] = set()
        self._narrow()
        self._nets()
        self._names()
        for name, signal in self.ports_of_wires:
            self.module.wires[self.nets[name]] = self.plain(signal)
        self._cells()
        self._processes()

    # Nets and names

    def _nets(self) -> None:
        joined = {}
        for (to,), value in self.raw.connections:
            joined[to.wire] = self.full(value)
        self.ports_of_wires = [(n, v) for n, v in joined.items() if self.raw.wires[n].port]
        self.others = [(n, v) for n, v in joined.items() if not self.raw.wires[n].port]
        for name, wire in self.raw.wires.items():
            if name in joined and not wire.port:
                continue
            named = not NAMELESS.match(name)
            net = Net(
                name,
                self.widths[name],
                wire.port,
                named,
                wire.attributes.get("init"),
                name.removeprefix("\\"),
            )
            self.nets[name] = net
            if wire.port:
                self.module.ports.append(net)

    def _names(self) -> None:
        """Give nameless nets a name that something lends them, and keep the other names for parts of nets."""
        plain = sorted(self.others, key=lambda pair: ("." in pair[0]) + ("[" in pair[0]))
        for name, signal in plain:
            piece = signal[0]
            if isinstance(piece, Slice) and piece.low == 0 and not self.nets[piece.wire].named:
                self.nets[piece.wire].name, self.nets[piece.wire].named = name, True
        self.taken_names = {base(net.name) for net in self.nets.values()}
        whole = defaultdict(list)
        for name, signal in self.ports_of_wires:
            if len(signal) > 1 or not self._is_whole(signal[0]):
                self.lent.setdefault(signal, self.nets[name])
        for name, signal in self.others:
            if all(isinstance(piece, rtlil.Bits) for piece in signal):
                continue
            if len(signal) == 1 and self._is_whole(signal[0]):
                whole[signal[0].wire].append(name)
            elif signal not in self.lent and base(name) not in self.taken_names:
                self.lent[signal] = Net(name, self._width(signal), None, True, None, name)
                self.taken_names.add(base(name))
        self.module.also = {self.nets[name]: names for name, names in whole.items()}
        for name, signal in self.ports_of_wires:
            if len(signal) == 1 and self._is_whole(signal[0]):
                inner = self.nets[signal[0].wire]
                self.module.also[self.nets[name]] = [inner.name, *self.module.also.get(inner, [])]

    def _is_whole(self, piece: Slice) -> bool:
        return isinstance(piece, Slice) and piece.low == 0 and piece.width >= self.widths[piece.wire]

    def _width(self, signal: tuple) -> int:
        return sum(len(piece.text) if isinstance(piece, rtlil.Bits) else piece.width for piece in signal)

    def full(self, signal: tuple) -> tuple:
        """Return a signal of which every piece knows its width."""
        return tuple(
            Slice(piece.wire, 0, self.raw.wires[piece.wire].width)
            if isinstance(piece, Slice) and piece.width is None
            else piece
            for piece in signal
        )

    # Values

    def plain(self, signal: tuple) -> Value:
        """Return the value of a signal, of nets alone."""
        return cat(
            [
                Bits(piece.text)
                if isinstance(piece, rtlil.Bits)
                else Ref(self.nets[piece.wire], piece.low, piece.width)
                for piece in signal
            ]
        )

    def value(self, signal: tuple) -> Value:
        """Return the value of a signal, with the names that its parts have."""
        signal = self.full(signal)
        if signal in self.lent:
            return self._lent(signal)
        return cat(
            [self._lent((piece,)) if (piece,) in self.lent else self.plain((piece,)) for piece in signal]
        )

    def _lent(self, signal: tuple) -> Value:
        net = self.lent[signal]
        if net not in self.module.wires:
            self.module.wires[net] = self.plain(signal)
        return Ref(net, 0, net.width)

    def net(self, signal: tuple) -> Net:
        """Return the net that a signal is all of."""
        (piece,) = signal
        return self.nets[piece.wire]

    # Widths

    def _narrow(self) -> None:
        """Make nameless results as wide as somebody reads."""
        drivers = {}
        for cell in self.raw.cells:
            wire = cell.ports["Y"][0].wire if cell.kind in NARROWABLE else ""
            if NAMELESS.match(wire) and self.raw.wires[wire].port is None:
                drivers[wire] = cell
        read = Counter()
        narrowed = set(drivers)

        def note(signal: tuple, at_most: int | None = None) -> None:
            at = 0
            for piece in self.full(signal):
                width = len(piece.text) if isinstance(piece, rtlil.Bits) else piece.width
                if isinstance(piece, Slice) and piece.wire in narrowed:
                    here = width if at_most is None else max(min(width, at_most - at), 0)
                    read[piece.wire] = max(read[piece.wire], piece.low + here if here else 0)
                at += width

        for name, signal in ((to[0].wire, value) for to, value in self.raw.connections):
            if self.raw.wires[name].port:
                note(signal)
        for process in self.raw.processes:
            for signal in _read_by(process.body):
                note(signal)
        for cell in reversed(self.raw.cells):
            output = cell.ports["Y"][0].wire if cell.kind in NARROWABLE else None
            if output not in drivers:
                for name, signal in cell.ports.items():
                    if (cell.kind[0] == "\\" or name not in ("Y", "Q")) and cell.kind != "$meminit_v2":
                        note(signal)
        for wire, cell in reversed(drivers.items()):
            width = self.widths[wire] = max(read[wire], 1)
            for name, signal in cell.ports.items():
                if name != "Y":
                    free = name == "S" or (name == "B" and cell.kind == "$shl")
                    note(signal, None if free else width)

    # Cells

    def _cells(self) -> None:
        memories = {
            name: Rows(
                Net(name, memory.width, source=name.removeprefix("\\")), memory.depth, memory.attributes
            )
            for name, memory in self.raw.memories.items()
        }
        self.module.memories = list(memories.values())
        self.registers: dict[str, tuple[Net, Net]] = {}
        for cell in self.raw.cells:
            ports = cell.ports
            if cell.kind.startswith("\\"):
                self._instance(cell)
            elif cell.kind in ("$meminit_v2", "$memrd_v2", "$memwr_v2"):
                self._memory(cell, memories[cell.parameters["MEMID"]])
            elif cell.kind == "$dff":
                if cell.parameters["CLK_POLARITY"] != 1:
                    raise ToolError(f"RTLIL: register {cell.name} waits for a falling edge")
                self._register(cell)
            elif "Y" in ports:
                net = self.net(ports["Y"])
                read = {name: self.value(signal) for name, signal in ports.items() if name != "Y"}
                signed = cell.parameters.get("A_SIGNED", 0) == 1, cell.parameters.get("B_SIGNED", 0) == 1
                self.module.wires[net] = operator(cell.kind, read, signed, net.width)
            else:
                raise ToolError(f"RTLIL: a cell {cell.kind} is not understood")

    def _instance(self, cell: rtlil.Cell) -> None:
        ports = {name: self.value(signal) for name, signal in cell.ports.items()}
        kind, name = cell.kind.removeprefix("\\"), cell.name.removeprefix("\\")
        self.module.instances.append(Instance(kind, name, cell.parameters, ports))

    def _register(self, cell: rtlil.Cell) -> None:
        net, clock = self.net(cell.ports["Q"]), self.value(cell.ports["CLK"]).net
        signal = self.full(cell.ports["D"])
        self.registers[signal] = (net, clock)
        self.module.registers.append(Register(net, clock, []))

    def _memory(self, cell: rtlil.Cell, memory: Rows) -> None:
        facts, ports = cell.parameters, cell.ports
        if cell.kind == "$meminit_v2":
            (bits,), width = ports["DATA"], memory.net.width
            text = bits.text
            memory.words = [text[at : at + width] for at in range(len(text) - width, -1, -width)]
            return
        address = self.value(ports["ADDR"])
        clock = self.value(ports["CLK"]).net if facts["CLK_ENABLE"] == 1 else None
        if facts["CLK_POLARITY"] != 1 or "1" in str(facts.get("TRANSPARENCY_MASK", "0")):
            raise ToolError(f"RTLIL: memory {memory.net.name} has a port that is not understood")
        enable = self.value(ports["EN"])
        if cell.kind == "$memrd_v2":
            memory.reads.append(ReadPort(self.net(ports["DATA"]), address, enable, clock))
        else:
            memory.writes.append(WritePort(address, self.value(ports["DATA"]), enable, clock))

    # Processes

    def _processes(self) -> None:
        by_net = {register.net: register for register in self.module.registers}
        left = dict(self.registers)
        for process in self.raw.processes:
            to = _target(process.body)
            signal = (Slice(to, 0, self.raw.wires[to].width),)
            if signal in left and not self.nets[to].named:
                net, _ = left.pop(signal)
                body = folded(self._body(process.body, net))
                if isinstance(body[0], Assign) and body[0].value == Ref(net, 0, net.width):
                    body = body[1:]
                by_net[net].body = body
                del self.nets[to]
            else:
                self._wire(self.nets[to], folded(self._body(process.body, self.nets[to])))
        for signal, (net, _) in left.items():
            by_net[net].body = [Assign(net, 0, net.width, self.value(signal))]

    def _body(self, body: list, net: Net) -> Body:
        made = []
        for one in body:
            if isinstance(one, RawSwitch):
                cases = [(patterns, self._body(inner, net)) for patterns, inner in one.cases]
                made.append(Switch(self.value(one.test), cases))
            else:
                (to,), value = one
                width = net.width if to.width is None else to.width
                made.append(Assign(net, to.low, width, self.value(value)))
        return made

    def _wire(self, net: Net, body: Body) -> None:
        """Let ``body`` drive a net: as one value, or piece by piece, or in statements."""
        parts = []
        for low, width, inner in pieces(body, net.width):
            value = chosen_value(inner, width)
            if value is None and width == net.width:
                self.module.choices[net] = inner
                return
            if value is None:
                own = Net(f"{net.name}[{low}]", width, None, True, None, "")
                self.module.choices[own] = [_moved(one, own) for one in inner]
                value = Ref(own, 0, width)
            parts.append(value)
        self.module.wires[net] = cat(parts)


def _moved(one: Assign | Switch, net: Net) -> Assign | Switch:
    if isinstance(one, Assign):
        return Assign(net, one.low, one.width, one.value)
    return Switch(one.test, [(patterns, [_moved(two, net) for two in body]) for patterns, body in one.cases])


def _target(body: list) -> str:
    for one in body:
        if not isinstance(one, RawSwitch):
            return one[0][0].wire
    raise ToolError("RTLIL: a process assigns nothing at its start")


def _read_by(body: list) -> list[tuple]:
    found = []
    for one in body:
        if isinstance(one, RawSwitch):
            found.append(one.test)
            for _, inner in one.cases:
                found += _read_by(inner)
        else:
            found.append(one[1])
    return found
