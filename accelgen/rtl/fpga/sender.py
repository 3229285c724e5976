"""Answers into bytes."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Signal, unsigned
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.link import SYNC
from accelgen.rtl.counting import counter
from accelgen.rtl.fpga.crc import Crc

__all__ = ["PacketSender"]

WORD_BYTES = 4


class PacketSender(wiring.Component):
    """Send a packet whose payload is whole 32-bit words, low byte first.

    Throughput: a byte per cycle. Back-pressure: it waits for ``bytes``.

    Parameters
    ----------
    words : int
        Words of the longest payload.

    Members
    -------
    start : In(1)
        Begin; ``kind``, ``sequence`` and ``count`` must stay until ``done``.
    kind, sequence : In(8)
        Fields of the packet.
    count : In(range(words + 1))
        Words of its payload.
    index : Out(range(words))
        The word that is wanted next.
    word : In(32)
        The wanted word, one cycle later at the latest.
    bytes : Out(stream.Signature(8))
        The packet.
    done : Out(1)
        The last byte is being taken, for one cycle.
    """

    def __init__(self, words: int):
        self.words = words
        super().__init__(
            {
                "start": In(1),
                "kind": In(8),
                "sequence": In(8),
                "count": In(counter(words + 1)),
                "index": Out(counter(words + 1)),
                "word": In(32),
                "bytes": Out(stream.Signature(unsigned(8))),
                "done": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.crc = crc = Crc()
        shift = Signal(8 * 5)  # header, then words, then the check; the lowest byte goes first
        left = Signal(counter(5))  # bytes of the header, of a word or of the check
        taken = Signal()
        final = Signal()
        length = Cat(C(0, 2), self.count, C(0, 14 - len(self.count)))
        m.d.comb += [
            self.bytes.payload.eq(shift[:8]),
            crc.data.eq(shift[:8]),
            taken.eq(self.bytes.valid & self.bytes.ready),
            final.eq(taken & ~left.any()),
        ]
        with m.If(taken):
            m.d.sync += [left.eq(left - 1), shift.eq(shift >> 8)]
        with m.FSM():
            with m.State("IDLE"):
                m.d.sync += [left.eq(4), self.index.eq(0)]
                m.d.sync += shift.eq(Cat(C(SYNC, 8), length, self.kind, self.sequence))
                with m.If(self.start):
                    m.next = "HEADER"
            with m.State("HEADER"):
                m.d.comb += [
                    self.bytes.valid.eq(1),
                    crc.start.eq(left == 4),  # the sync byte is not checked
                    crc.valid.eq(taken),
                ]
                with m.If(final):
                    m.next = "WAIT"
            with m.State("WAIT"):  # for word 0
                m.next = "LOAD"
            with m.State("LOAD"):
                m.d.sync += self.index.eq(self.index + 1)
                with m.If(self.index == self.count):
                    m.d.sync += [shift.eq(Cat(crc.value[8:], crc.value[:8])), left.eq(1)]
                    m.next = "CHECK"
                with m.Else():
                    m.d.sync += [shift.eq(self.word), left.eq(WORD_BYTES - 1)]
                    m.next = "WORD"
            with m.State("WORD"):
                m.d.comb += [self.bytes.valid.eq(1), crc.valid.eq(taken)]
                with m.If(final):
                    m.next = "LOAD"
            with m.State("CHECK"):
                m.d.comb += [self.bytes.valid.eq(1), self.done.eq(final)]
                with m.If(final):
                    m.next = "IDLE"
        return m
