"""AXI4-Lite, as a subordinate of 32 bits."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.bus.front import Front
from accelgen.rtl.bus.register_file import RegisterPort
from accelgen.rtl.bus.registers import ADDRESS_BITS
from accelgen.rtl.words import BEAT_BITS

__all__ = ["FRONT", "AxiLite"]

SLVERR = 2

PORTS = {
    "s_axi_awaddr": In(ADDRESS_BITS),
    "s_axi_awprot": In(3),
    "s_axi_awvalid": In(1),
    "s_axi_awready": Out(1),
    "s_axi_wdata": In(BEAT_BITS),
    "s_axi_wstrb": In(BEAT_BITS // 8),
    "s_axi_wvalid": In(1),
    "s_axi_wready": Out(1),
    "s_axi_bresp": Out(2),
    "s_axi_bvalid": Out(1),
    "s_axi_bready": In(1),
    "s_axi_araddr": In(ADDRESS_BITS),
    "s_axi_arprot": In(3),
    "s_axi_arvalid": In(1),
    "s_axi_arready": Out(1),
    "s_axi_rdata": Out(BEAT_BITS),
    "s_axi_rresp": Out(2),
    "s_axi_rvalid": Out(1),
    "s_axi_rready": In(1),
}
CHANNELS = {
    "aw": "write address",
    "w": "write data",
    "b": "write response",
    "ar": "read address",
    "r": "read data",
}
WIRES = {
    "valid": "the {} is on offer",
    "ready": "the {} on offer is taken",
    "addr": "{}, in bytes",
    "prot": "protection of the {}; looked at by nobody",
    "data": "{}",
    "strb": "bytes of the {} that are written",
    "resp": "0 done, 2 refused, with the {}",
}


class AxiLite(wiring.Component):
    """Let AXI4-Lite read and write registers.

    Address and data of a write come in any order. No output depends on an input of the same cycle. A read
    and a write may pass at once; a write is made when its response can be given, and then changes what reads
    find from the next cycle on. Throughput: a read and a write in two cycles. Latency: two cycles from the
    address, and the data, to the response.

    Members
    -------
    s_axi_aw..., s_axi_w..., s_axi_b..., s_axi_ar..., s_axi_r...
        AXI4-Lite, as its subordinate.
    registers : Out(RegisterPort(...))
        What is read and written.
    """

    def __init__(self):
        super().__init__({**PORTS, "registers": Out(RegisterPort(ADDRESS_BITS, BEAT_BITS))})

    def elaborate(self, platform):
        m = Module()
        registers = self.registers
        write_address, write_data = Signal(ADDRESS_BITS), Signal(BEAT_BITS)
        strobes, read_address = Signal(BEAT_BITS // 8), Signal(ADDRESS_BITS)
        # What has been taken and not been worked on yet.
        has_address, has_data, has_read = Signal(), Signal(), Signal()
        m.d.comb += [
            self.s_axi_awready.eq(~has_address),
            self.s_axi_wready.eq(~has_data),
            self.s_axi_arready.eq(~has_read),
            registers.write.eq(has_address & has_data & ~self.s_axi_bvalid),
            registers.write_address.eq(write_address),
            registers.write_data.eq(write_data),
            registers.write_strobes.eq(strobes),
            registers.read.eq(has_read & ~self.s_axi_rvalid),
            registers.read_address.eq(read_address),
        ]
        with m.If(self.s_axi_awvalid & self.s_axi_awready):
            m.d.sync += [has_address.eq(1), write_address.eq(self.s_axi_awaddr)]
        with m.If(self.s_axi_wvalid & self.s_axi_wready):
            m.d.sync += [has_data.eq(1), write_data.eq(self.s_axi_wdata), strobes.eq(self.s_axi_wstrb)]
        with m.If(self.s_axi_arvalid & self.s_axi_arready):
            m.d.sync += [has_read.eq(1), read_address.eq(self.s_axi_araddr)]
        with m.If(self.s_axi_bvalid & self.s_axi_bready):
            m.d.sync += self.s_axi_bvalid.eq(0)
        with m.If(registers.write):
            m.d.sync += [has_address.eq(0), has_data.eq(0), self.s_axi_bvalid.eq(1)]
            m.d.sync += self.s_axi_bresp.eq(_response(registers.write_refused))
        with m.If(self.s_axi_rvalid & self.s_axi_rready):
            m.d.sync += self.s_axi_rvalid.eq(0)
        with m.If(registers.read):
            m.d.sync += [has_read.eq(0), self.s_axi_rvalid.eq(1), self.s_axi_rdata.eq(registers.read_data)]
            m.d.sync += self.s_axi_rresp.eq(_response(registers.read_refused))
        return m


def _response(refused):
    """Return the response of an access: 0, or `SLVERR`."""
    return Cat(C(0, 1), refused)


def _meaning(port: str) -> str:
    """Return what a port is for."""
    wire = port.removeprefix("s_axi_")
    channel = next(name for name in ("aw", "ar", "w", "b", "r") if wire.startswith(name))
    return WIRES[wire.removeprefix(channel)].format(CHANNELS[channel])


FRONT = Front(
    title="AXI4-Lite",
    refusal="the response SLVERR",
    ports=PORTS,
    meanings={port: _meaning(port) for port in PORTS},
    component=AxiLite,
)
