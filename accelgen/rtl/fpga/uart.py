"""Bytes over two wires: 8 data bits, no parity, 1 stop bit."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Signal, unsigned
from amaranth.lib import stream, wiring
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out

from accelgen.errors import InvalidOption
from accelgen.rtl.counting import counter

__all__ = ["UartReceiver", "UartTransmitter"]

DATA_BITS = 8
LEAST_DIVISOR = 4


def _checked(divisor: int) -> int:
    if divisor < LEAST_DIVISOR:
        raise InvalidOption(f"a bit of the UART must take at least {LEAST_DIVISOR} cycles, not {divisor}")
    return divisor


class UartReceiver(wiring.Component):
    """Receive bytes.

    A bit is sampled once, in its middle, which tolerates a deviation of 4 % of the other side's clock. A
    wire has no back-pressure: a byte is there for one cycle.

    Parameters
    ----------
    divisor : int
        Cycles of a bit, at least 4.

    Members
    -------
    rx : In(1)
        The wire, asynchronous; high when idle.
    data : Out(8)
        The byte received.
    valid : Out(1)
        ``data`` is a byte, for one cycle.
    broken : Out(1)
        The stop bit was low, for one cycle. The next byte begins after the wire has been high.

    Raises
    ------
    InvalidOption
        If the divisor is too small.
    """

    def __init__(self, divisor: int):
        self.divisor = _checked(divisor)
        super().__init__({"rx": In(1), "data": Out(DATA_BITS), "valid": Out(1), "broken": Out(1)})

    def elaborate(self, platform):
        m = Module()
        wire = Signal(init=1)
        m.submodules.synchroniser = FFSynchronizer(self.rx, wire, init=1)
        timer = Signal(counter(self.divisor))
        left = Signal(counter(DATA_BITS + 2))  # bits to come, stop bit and start bit too
        due = Signal()
        m.d.comb += due.eq(~timer.any())
        m.d.sync += timer.eq(timer - 1)
        with m.FSM():
            with m.State("IDLE"):
                m.d.sync += [timer.eq(self.divisor // 2 - 1), left.eq(DATA_BITS + 1)]
                with m.If(~wire):
                    m.next = "BITS"
            with m.State("BITS"):
                with m.If(due):
                    m.d.sync += [timer.eq(self.divisor - 1), left.eq(left - 1)]
                    with m.If(left == DATA_BITS + 1):
                        with m.If(wire):  # the start bit has gone again: it was none
                            m.next = "IDLE"
                    with m.Elif(~left.any()):
                        m.d.comb += [self.valid.eq(wire), self.broken.eq(~wire)]
                        m.next = "WAIT"
                    with m.Else():
                        m.d.sync += self.data.eq(Cat(self.data, wire)[1:])
            with m.State("WAIT"):
                with m.If(wire):
                    m.next = "IDLE"
        return m


class UartTransmitter(wiring.Component):
    """Send bytes.

    Throughput: a byte in ten bits. Latency: none. Back-pressure: a byte is taken when the last one has gone.

    Parameters
    ----------
    divisor : int
        Cycles of a bit, at least 4.

    Members
    -------
    bytes : In(stream.Signature(8))
        What to send.
    tx : Out(1)
        The wire, high when idle.

    Raises
    ------
    InvalidOption
        If the divisor is too small.
    """

    def __init__(self, divisor: int):
        self.divisor = _checked(divisor)
        super().__init__({"bytes": In(stream.Signature(unsigned(DATA_BITS))), "tx": Out(1, init=1)})

    def elaborate(self, platform):
        m = Module()
        timer = Signal(counter(self.divisor))
        line = Signal(DATA_BITS + 2, init=-1)  # bit 0 is on the wire
        left = Signal(counter(DATA_BITS + 3))
        idle = Signal()
        m.d.comb += [idle.eq(~left.any()), self.bytes.ready.eq(idle), self.tx.eq(line[0])]
        with m.If(idle):
            with m.If(self.bytes.valid):
                m.d.sync += [
                    line.eq(Cat(C(0, 1), self.bytes.payload, C(1, 1))),
                    left.eq(DATA_BITS + 2),
                    timer.eq(self.divisor - 1),
                ]
        with m.Elif(~timer.any()):
            m.d.sync += [line.eq(Cat(line[1:], C(1, 1))), left.eq(left - 1), timer.eq(self.divisor - 1)]
        with m.Else():
            m.d.sync += timer.eq(timer - 1)
        return m
