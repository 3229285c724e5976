"""CRC-16/CCITT-FALSE, a byte a cycle."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["Crc"]

WIDTH = 16
TAPS = (5, 12)  # of the polynomial x^16 + x^12 + x^5 + 1, but for its ends


class Crc(wiring.Component):
    """Divide bytes as they come; after the check itself, high byte first, the remainder is zero.

    Throughput: one byte per cycle. Latency: one cycle.

    Members
    -------
    start : In(1)
        Begin anew with the next cycle.
    valid : In(1)
        ``data`` is a byte.
    data : In(8)
        The byte.
    value : Out(16)
        The remainder so far.
    """

    def __init__(self):
        start = (1 << WIDTH) - 1
        super().__init__({"start": In(1), "valid": In(1), "data": In(8), "value": Out(WIDTH, init=start)})

    def elaborate(self, platform):
        m = Module()
        bits = list(self.value)
        for step in range(8):
            out = Signal(name=f"out{step}")
            m.d.comb += out.eq(bits[-1] ^ self.data[7 - step])
            bits = [out, *bits[:-1]]
            for tap in TAPS:
                bits[tap] = bits[tap] ^ out
        with m.If(self.valid):
            m.d.sync += self.value.eq(Cat(*bits))
        with m.If(self.start):
            m.d.sync += self.value.eq((1 << WIDTH) - 1)
        return m
