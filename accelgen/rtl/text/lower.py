"""From RTLIL to nets and what drives them.

Wires that only are another name of something vanish, or, where just that something is read, lend it the name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

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
from accelgen.rtl.text.operators import operator
from accelgen.rtl.text.rtlil import RawModule, RawSwitch, Signal, Slice, bits_of, full, whole_wire, width_of
from accelgen.rtl.text.values import Bits, Net, Ref, Value, cat
from accelgen.rtl.text.widths import NAMELESS, narrowed

__all__ = ["base", "lowered"]

#: Told apart from others of its name by Amaranth.
NUMBER = re.compile(r"\$\d+")


def base(name: str) -> str:
    """Return the name of a wire without what told it apart from others."""
    return NUMBER.sub("", name.removeprefix("\\"))


def lowered(raw: RawModule, contents: Sequence[list[str]] | None = None) -> Module:
    """Return a module of RTLIL as nets and what drives each.

    With ``contents``, its memories start with the number of their words in it, as `kept_aside` leaves them.
    """
    return _Lowering(raw, contents).module


class _Lowering:
    def __init__(self, raw: RawModule, contents: Sequence[list[str]] | None):
        self.raw = raw
        self.contents = contents
        self.widths = narrowed(raw)
        self.module = Module(tuple(raw.name.split(".")))
        self.nets: dict[str, Net] = {}
        self.lent: dict[Signal, Net] = {}
        self.taken_names: set[str] = set()
        self._nets()
        self._names()
        for name, signal in self.ports_of_wires:
            self.module.wires[self.nets[name]] = self.plain(signal)
        self._cells()
        self._processes()

    # Nets and names

    def _nets(self) -> None:
        joined = {whole_wire(to): full(self.raw, value) for to, value in self.raw.connections}
        self.ports_of_wires = [(n, v) for n, v in joined.items() if self.raw.wires[n].port]
        # What has no bits, as an offset that is always 0, is nowhere in the text.
        self.others = [(n, v) for n, v in joined.items() if v and not self.raw.wires[n].port]
        for name, wire in self.raw.wires.items():
            if name in joined and not wire.port:
                continue
            named = not NAMELESS.match(name)
            net = Net(
                name,
                self.widths[name],
                wire.port,
                named,
                None if (start := wire.attributes.get("init")) is None else str(start),
                name.removeprefix("\\"),
            )
            self.nets[name] = net
            if wire.port:
                self.module.ports.append(net)

    def _names(self) -> None:
        """Give nameless nets a name that something lends them, and keep the other names for parts of nets."""
        plain = sorted(self.others, key=lambda pair: ("." in pair[0]) + ("[" in pair[0]))
        for name, (piece, *_) in plain:
            if isinstance(piece, Slice) and piece.low == 0 and not self.nets[piece.wire].named:
                self.nets[piece.wire].name, self.nets[piece.wire].named = name, True
                self.nets[piece.wire].kept = bool(self.raw.wires[name].attributes.get("keep"))
        self.taken_names = {base(net.name) for net in self.nets.values()}
        whole: defaultdict[str, list[str]] = defaultdict(list)
        for name, signal in self.ports_of_wires:
            if len(signal) > 1 or not self._is_whole(signal[0]):
                self.lent.setdefault(signal, self.nets[name])
        for name, signal in self.others:
            first = signal[0]
            if all(isinstance(piece, rtlil.Bits) for piece in signal):
                continue
            if len(signal) == 1 and isinstance(first, Slice) and self._is_whole(first):
                whole[first.wire].append(name)
            elif signal not in self.lent and base(name) not in self.taken_names:
                self.lent[signal] = Net(name, width_of(signal), None, True, None, name)
                self.taken_names.add(base(name))
        self.module.also = {self.nets[name]: names for name, names in whole.items()}
        for name, signal in self.ports_of_wires:
            first = signal[0]
            if len(signal) == 1 and isinstance(first, Slice) and self._is_whole(first):
                inner = self.nets[first.wire]
                self.module.also[self.nets[name]] = [inner.name, *self.module.also.get(inner, [])]

    def _is_whole(self, piece: Slice | rtlil.Bits) -> bool:
        return isinstance(piece, Slice) and piece.low == 0 and piece.width >= self.widths[piece.wire]

    # Values

    def plain(self, signal: Signal) -> Value:
        """Return the value of a signal, of nets alone."""
        parts: list[Value] = []
        for piece in signal:
            if isinstance(piece, rtlil.Bits):
                parts.append(Bits(piece.text))
                continue
            there = min(piece.width, self.widths[piece.wire] - piece.low)
            if there > 0:
                parts.append(Ref(self.nets[piece.wire], piece.low, there))
            if there < piece.width:  # of a sum, bits that nobody reads, whatever the name they are part of
                parts.append(Bits("0" * (piece.width - max(there, 0))))
        return cat(parts)

    def value(self, signal: Signal) -> Value:
        """Return the value of a signal, with the names that its parts have."""
        signal = full(self.raw, signal)
        if signal in self.lent:
            return self._lent(signal)
        return cat(
            [self._lent((piece,)) if (piece,) in self.lent else self.plain((piece,)) for piece in signal]
        )

    def _lent(self, signal: Signal) -> Value:
        net = self.lent[signal]
        if net not in self.module.wires:
            self.module.wires[net] = self.plain(signal)
        return Ref(net, 0, net.width)

    def net(self, signal: Signal) -> Net:
        """Return the net that a signal is all of."""
        return self.nets[whole_wire(signal)]

    def clock(self, cell: rtlil.Cell) -> Net:
        """Return the clock of a cell, of which the rising edge counts."""
        value = self.value(cell.ports["CLK"])
        if cell.parameters["CLK_POLARITY"] != 1 or not isinstance(value, Ref):
            raise ToolError(f"RTLIL: {cell.name} does not wait for the rising edge of a net")
        return value.net

    # Cells

    def _cells(self) -> None:
        memories = {
            name: Rows(
                Net(name, memory.width, source=name.removeprefix("\\")), memory.depth, memory.attributes
            )
            for name, memory in self.raw.memories.items()
        }
        self.module.memories = list(memories.values())
        self.registers: dict[Signal, Register] = {}
        for cell in self.raw.cells:
            ports = cell.ports
            if cell.kind.startswith("\\"):
                self._instance(cell)
            elif cell.kind in ("$meminit_v2", "$memrd_v2", "$memwr_v2"):
                self._memory(cell, memories[str(cell.parameters["MEMID"])])
            elif cell.kind == "$dff":
                register = Register(self.net(ports["Q"]), self.clock(cell), [])
                self.registers[full(self.raw, ports["D"])] = register
                self.module.registers.append(register)
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

    def _memory(self, cell: rtlil.Cell, memory: Rows) -> None:
        facts, ports = cell.parameters, cell.ports
        if cell.kind == "$meminit_v2":
            text, width = bits_of(ports["DATA"]), memory.net.width
            if self.contents is not None and text:
                memory.words = self.contents[int(text, 2)]
            else:
                memory.words = [text[at : at + width] for at in range(len(text) - width, -1, -width)]
            return
        if "1" in str(facts.get("TRANSPARENCY_MASK", "0")):
            raise ToolError(f"RTLIL: memory {memory.net.name} has a port that is not understood")
        address, enable = self.value(ports["ADDR"]), self.value(ports["EN"])
        if cell.kind == "$memwr_v2":
            memory.writes.append(WritePort(address, self.value(ports["DATA"]), enable, self.clock(cell)))
        else:
            clock = self.clock(cell) if facts["CLK_ENABLE"] == 1 else None
            memory.reads.append(ReadPort(self.net(ports["DATA"]), address, enable, clock))

    # Processes

    def _processes(self) -> None:
        left = dict(self.registers)
        for process in self.raw.processes:
            to = _target(process.body)
            signal: Signal = (Slice(to, 0, self.raw.wires[to].width),)
            if signal in left and not self.nets[to].named:
                register = left.pop(signal)
                register.body = self._next(process.body, register.net)
                del self.nets[to]
            else:
                self._wire(self.nets[to], folded(self._body(process.body, self.nets[to])))
        for taken, register in left.items():
            register.body = [Assign(register.net, 0, register.net.width, self.value(taken))]

    def _next(self, body: list, net: Net) -> Body:
        """Return what a register takes next; that it keeps what it has is not said."""
        first, *others = made = folded(self._body(body, net))
        kept = isinstance(first, Assign) and first.value == Ref(net, 0, net.width)
        return others if kept else made

    def _body(self, body: list, net: Net) -> Body:
        made: Body = []
        for one in body:
            if isinstance(one, RawSwitch):
                cases = [(patterns, self._body(inner, net)) for patterns, inner in one.cases]
                made.append(Switch(self.value(one.test), cases))
            else:
                (to,), value = one
                width = net.width if to.width == rtlil.WHOLE else to.width
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
