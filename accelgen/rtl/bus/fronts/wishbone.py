"""Wishbone B4, classic cycles, 32 bits in bytes."""

from __future__ import annotations

from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.bus.front import Front
from accelgen.rtl.bus.register_file import RegisterPort
from accelgen.rtl.bus.registers import ADDRESS_BITS
from accelgen.rtl.words import BEAT_BITS

__all__ = ["FRONT", "Wishbone"]

PORTS = {
    "wb_cyc_i": In(1),
    "wb_stb_i": In(1),
    "wb_we_i": In(1),
    "wb_adr_i": In(ADDRESS_BITS - 2),
    "wb_sel_i": In(BEAT_BITS // 8),
    "wb_dat_i": In(BEAT_BITS),
    "wb_dat_o": Out(BEAT_BITS),
    "wb_ack_o": Out(1),
    "wb_err_o": Out(1),
}
MEANINGS = {
    "wb_cyc_i": "a cycle is going on",
    "wb_stb_i": "an access is on offer",
    "wb_we_i": "it is a write",
    "wb_adr_i": "its address, in words of four bytes",
    "wb_sel_i": "bytes that are written; reads give whole words",
    "wb_dat_i": "data to write",
    "wb_dat_o": "data that were read",
    "wb_ack_o": "the access is done",
    "wb_err_o": "the access is refused, and has changed nothing",
}


class Wishbone(wiring.Component):
    """Let a Wishbone of classic cycles read and write registers.

    Throughput: an access in two cycles. Latency: a cycle from ``stb`` to ``ack`` or ``err``, each of which
    lasts a cycle; no output depends on an input of the same cycle.

    Members
    -------
    wb_cyc_i, wb_stb_i, wb_we_i, wb_adr_i, wb_sel_i, wb_dat_i, wb_dat_o, wb_ack_o, wb_err_o
        Wishbone, as its slave.
    registers : Out(RegisterPort(...))
        What is read and written.
    """

    def __init__(self):
        super().__init__({**PORTS, "registers": Out(RegisterPort(ADDRESS_BITS, BEAT_BITS))})

    def elaborate(self, platform):
        m = Module()
        registers = self.registers
        asked = self.wb_cyc_i & self.wb_stb_i & ~self.wb_ack_o & ~self.wb_err_o
        m.d.comb += [
            registers.read.eq(asked & ~self.wb_we_i),
            registers.write.eq(asked & self.wb_we_i),
            registers.read_address.eq(self.wb_adr_i << 2),
            registers.write_address.eq(self.wb_adr_i << 2),
            registers.write_data.eq(self.wb_dat_i),
            registers.write_strobes.eq(self.wb_sel_i),
        ]
        refused = (registers.read & registers.read_refused) | (registers.write & registers.write_refused)
        m.d.sync += [self.wb_ack_o.eq(asked & ~refused), self.wb_err_o.eq(asked & refused)]
        with m.If(registers.read):
            m.d.sync += self.wb_dat_o.eq(registers.read_data)
        return m


FRONT = Front(
    title="Wishbone",
    refusal="`wb_err_o`",
    ports=PORTS,
    meanings=MEANINGS,
    component=Wishbone,
)
