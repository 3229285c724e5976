"""The payload of a packet, taken from its memory in words of some bytes."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter

__all__ = ["PayloadReader"]


class PayloadReader(wiring.Component):
    """Gather bytes, low byte first.

    Throughput: a byte in two cycles.

    Parameters
    ----------
    room : int
        Bytes of the memory.
    width : int
        Bits of the widest word, a multiple of 8.

    Members
    -------
    rewind : In(1)
        Begin with byte 0 again.
    gather : In(1)
        Take bytes, until ``complete``.
    size : In
        Bytes of the word that is gathered, less one.
    complete : Out(1)
        The last byte is being taken, for one cycle.
    word : Out(width)
        The word in its highest bits, once it is complete.
    length, end : In, Out(1)
        Bytes of the payload, and that all of them have been taken.
    enable, address, data
        The memory, a byte one cycle later.
    """

    def __init__(self, room: int, width: int):
        super().__init__(
            {
                "rewind": In(1),
                "gather": In(1),
                "size": In(counter(width // 8)),
                "complete": Out(1),
                "word": Out(unsigned(width)),
                "length": In(counter(room + 1)),
                "end": Out(1),
                "enable": Out(1),
                "address": Out(counter(room)),
                "data": In(8),
            }
        )

    def elaborate(self, platform):
        m = Module()
        position = Signal.like(self.length)
        taken = Signal.like(self.size)
        fetched = Signal()
        m.d.comb += [
            self.enable.eq(self.gather & ~fetched),
            self.address.eq(position),
            self.complete.eq(fetched & (taken == self.size)),
            self.end.eq(position == self.length),
        ]
        m.d.sync += fetched.eq(self.enable)
        with m.If(fetched):
            m.d.sync += [
                self.word.eq(Cat(self.word, self.data)[8:]),
                position.eq(position + 1),
                taken.eq(taken + 1),
            ]
        with m.If(self.complete):
            m.d.sync += taken.eq(0)
        with m.If(self.rewind):
            m.d.sync += [position.eq(0), taken.eq(0)]
        return m
