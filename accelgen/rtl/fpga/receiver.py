"""Bytes into packets: what is not one ends here, and the next whole one is found."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.link import SYNC
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.fpga.crc import Crc

__all__ = ["PacketReceiver"]


class PacketReceiver(wiring.Component):
    """Collect a packet, report whether its CRC is right, and wait until it is released.

    The payload goes to a memory as it comes; nobody may read it before ``offered`` and ``good``. Bytes that
    come while a packet is offered are lost, and counted. Throughput: a byte per cycle.

    Parameters
    ----------
    room : int
        Bytes of the longest payload.
    gap : int
        Cycles without a byte after which a packet that has begun is given up.

    Members
    -------
    data, valid, broken
        See `UartReceiver`.
    offered : Out(1)
        A packet has come; it stays until ``release``.
    good : Out(1)
        Its CRC is right.
    kind, sequence, length : Out
        Fields of the packet on offer.
    release : In(1)
        The packet is done with.
    write : Out(WriteSignature(room, 8))
        Bytes of the payload.
    given_up, garbage, lost : Out(1)
        For one cycle: a packet, or a byte outside packets, or a byte during an offer, came to nothing.
    """

    def __init__(self, room: int, gap: int):
        self.room = room
        self.gap = gap
        super().__init__(
            {
                "data": In(8),
                "valid": In(1),
                "broken": In(1),
                "offered": Out(1),
                "good": Out(1),
                "kind": Out(8),
                "sequence": Out(8),
                "length": Out(counter(room + 1)),
                "release": In(1),
                "write": Out(WriteSignature(room, 8)),
                "given_up": Out(1),
                "garbage": Out(1),
                "lost": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.crc = crc = Crc()
        low = Signal(8)  # the first byte of the length
        count = Signal(counter(self.room + 1))
        silence = Signal(counter(self.gap))
        inside = Signal()  # a packet has begun and is not whole
        late = Signal()
        last = Signal()
        promised = Signal(16)
        m.d.comb += [
            crc.data.eq(self.data),
            crc.valid.eq(self.valid & inside),
            late.eq(silence == self.gap - 1),
            last.eq(count + 1 == self.length),
            promised.eq(low | self.data << 8),
            self.write.address.eq(count),
            self.write.data.eq(self.data),
        ]
        m.d.sync += silence.eq(silence + 1)
        with m.If(self.valid | ~inside):
            m.d.sync += silence.eq(0)

        # The states a byte may find, in the order of the packet.
        order = ["SYNC", "LOW", "HIGH", "KIND", "SEQUENCE", "PAYLOAD", "CHECK", "CHECKED", "OFFER"]
        following = dict(zip(order, order[1:], strict=False))
        with m.FSM():
            for state in order:
                with m.State(state):
                    if state == "OFFER":
                        self._offer(m, crc)
                        continue
                    if state != "SYNC":
                        m.d.comb += inside.eq(1)
                    with m.If(self.valid):
                        m.next = following[state]
                        self._byte(m, state, promised, last, low, count, crc)
                    if state != "SYNC":
                        with m.If(self.broken | (late & ~self.valid)):
                            m.d.comb += self.given_up.eq(1)
                            m.next = "SYNC"
        return m

    def _byte(self, m, state, promised, last, low, count, crc):
        """Add what a byte does in a state, but for going on to the next."""
        match state:
            case "SYNC":
                m.d.comb += crc.start.eq(1)
                with m.If(self.data != SYNC):
                    m.d.comb += self.garbage.eq(1)
                    m.next = "SYNC"
            case "LOW":
                m.d.sync += [low.eq(self.data), count.eq(0)]
            case "HIGH":
                m.d.sync += self.length.eq(promised)
                with m.If(promised > self.room):
                    m.d.comb += self.given_up.eq(1)
                    m.next = "SYNC"
            case "KIND":
                m.d.sync += self.kind.eq(self.data)
            case "SEQUENCE":
                m.d.sync += self.sequence.eq(self.data)
                with m.If(~self.length.any()):
                    m.next = "CHECK"
            case "PAYLOAD":
                m.d.comb += self.write.valid.eq(1)
                m.d.sync += count.eq(count + 1)
                with m.If(~last):
                    m.next = "PAYLOAD"

    def _offer(self, m, crc):
        """Add what happens while a packet waits."""
        m.d.comb += [self.offered.eq(1), self.good.eq(~crc.value.any()), self.lost.eq(self.valid)]
        with m.If(self.release):
            m.next = "SYNC"
