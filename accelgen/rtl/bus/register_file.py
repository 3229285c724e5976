"""Registers that a bus reads and writes, made of a register map; it knows no bus."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Member, Out

from accelgen.rtl.bus.registers import Register, RegisterMap

__all__ = ["RegisterFile", "RegisterPort"]

BYTE_BITS = 8


class RegisterPort(wiring.Signature):
    """Reads and writes, as the front of a bus sends them; one of each may be made in a cycle.

    The answer is there in the cycle of the access. An access that is refused changes nothing.

    Parameters
    ----------
    address_bits, data_bits : int
        Of a byte address, and of a word.
    """

    def __init__(self, address_bits: int, data_bits: int):
        super().__init__(
            {
                "read": Out(1),
                "read_address": Out(address_bits),
                "read_data": In(data_bits),
                "read_refused": In(1),
                "write": Out(1),
                "write_address": Out(address_bits),
                "write_data": Out(data_bits),
                "write_strobes": Out(data_bits // BYTE_BITS),
                "write_refused": In(1),
            }
        )


class RegisterFile(wiring.Component):
    """Answer reads and writes of the registers of a map.

    What is refused: an address where no register begins, a write to what is only read and a read of what is
    only written, a one where the register has no bit, part of a word where words are handed on, and whatever
    a queue refuses. Latency: none; the answer is combinational.

    Parameters
    ----------
    registers : RegisterMap
        What there is.

    Members
    -------
    port : In(RegisterPort(...))
        From the front of a bus.
    written : Out(data_bits)
        The word that is being handed on.
    <name> : In or Out
        For each register that is no constant, in lower case: its value, driven from outside if it is read or
        taken, and kept here if software writes or clears it.
    <name>_raised : In
        Of one that software clears: bits that become one, also in the cycle in which they are cleared.
    <name>_write, <name>_refused : Out(1), In(1)
        Of one that is written: ``written`` is for it; it cannot be taken.
    <name>_taken, <name>_empty : Out(1), In(1)
        Of one that is taken: its value goes; there is none.
    """

    def __init__(self, registers: RegisterMap):
        self.registers = registers
        members: dict[str, Member] = {
            "port": In(RegisterPort(registers.address_bits, registers.data_bits)),
            "written": Out(registers.data_bits),
        }
        for register in registers.registers:
            members |= _members(register)
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        port = self.port
        present = Cat(strobe.replicate(BYTE_BITS) for strobe in port.write_strobes)
        m.d.comb += [
            self.written.eq(port.write_data),
            port.read_refused.eq(1),
            port.write_refused.eq(1),
        ]
        for register in self.registers.registers:
            if register.access == "clear":  # a bit that is raised as it is cleared stays
                kept = self._of(register)
                m.d.sync += kept.eq(kept | self._of(register, "_raised"))
        with m.Switch(port.read_address):
            for register in self.registers.registers:
                with m.Case(register.offset):
                    self._read(m, register)
        with m.Switch(port.write_address):
            for register in self.registers.registers:
                with m.Case(register.offset):
                    self._write(m, register, present)
        return m

    def _of(self, register: Register, suffix: str = "") -> Value:
        """Return the member of a register."""
        return getattr(self, register.name.lower() + suffix)

    def _read(self, m, register: Register) -> None:
        """Add what a read of a register does."""
        port = self.port
        match register.access:
            case "constant":
                m.d.comb += [port.read_data.eq(register.reset), port.read_refused.eq(0)]
            case "read" | "read-write" | "clear":
                m.d.comb += [port.read_data.eq(self._of(register)), port.read_refused.eq(0)]
            case "take":
                empty = self._of(register, "_empty")
                m.d.comb += [
                    port.read_data.eq(self._of(register)),
                    port.read_refused.eq(empty),
                    self._of(register, "_taken").eq(port.read & ~empty),
                ]

    def _write(self, m, register: Register, present: Value) -> None:
        """Add what a write to a register does, with ``present`` the bits of the bytes that are written."""
        port, width = self.port, register.width
        word = port.write_data & present
        strange = word[width:].any()
        match register.access:
            case "read-write":
                kept = self._of(register)
                m.d.comb += port.write_refused.eq(strange)
                with m.If(port.write & ~strange):
                    m.d.sync += kept.eq((kept & ~present[:width]) | word[:width])
            case "clear":
                kept, raised = self._of(register), self._of(register, "_raised")
                m.d.comb += port.write_refused.eq(strange)
                with m.If(port.write & ~strange):
                    m.d.sync += kept.eq((kept & ~word[:width]) | raised)
            case "write":
                refused = strange | ~port.write_strobes.all() | self._of(register, "_refused")
                m.d.comb += [
                    port.write_refused.eq(refused),
                    self._of(register, "_write").eq(port.write & ~refused),
                ]


def _members(register: Register) -> dict[str, Member]:
    """Return the members that a register needs; see `RegisterFile`."""
    name, width = register.name.lower(), register.width
    match register.access:
        case "constant":
            return {}
        case "read":
            return {name: In(width)}
        case "read-write":
            return {name: Out(width, init=register.reset)}
        case "clear":
            return {name: Out(width, init=register.reset), f"{name}_raised": In(width)}
        case "write":
            return {f"{name}_write": Out(1), f"{name}_refused": In(1)}
        case "take":
            return {name: In(width), f"{name}_taken": Out(1), f"{name}_empty": In(1)}
