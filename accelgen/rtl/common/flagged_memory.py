"""A memory that knows which of its words are all zero, and neither reads nor writes those."""

from __future__ import annotations

from amaranth.hdl import C, Module, Mux, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import NEVER_READ_WHILE_WRITTEN, WriteSignature
from accelgen.rtl.counting import counter

__all__ = ["FlaggedMemory"]


class FlaggedMemory(wiring.Component):
    """Words with a flag each that says whether anything in them is nonzero.

    A word of zeros only lowers its flag: the memory is not written, and a reader asks ``occupied``
    first, and takes zeros where it is low. Throughput: one read and one write per cycle. Latency: one
    cycle for ``data``, none for ``occupied``.

    Parameters
    ----------
    words, width : int
        Words, and bits of a word.

    Members
    -------
    enable : In(1)
        Read the word at ``address``; otherwise ``data`` keeps its word.
    address : In(range(words))
        Word to read.
    data : Out(width)
        The word read last, if it was occupied.
    query : In(range(words))
        Word that ``occupied`` is about.
    occupied : Out(1)
        The word at ``query`` holds something nonzero.
    write : In(WriteSignature(words, width))
        A word that enters.
    clear : In(1)
        All words become zero.
    """

    def __init__(self, words: int, width: int):
        self.words = words
        self.width = width
        super().__init__(
            {
                "enable": In(1),
                "address": In(counter(words)),
                "data": Out(unsigned(width)),
                "query": In(counter(words)),
                "occupied": Out(1),
                "write": In(WriteSignature(words, width)),
                "clear": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.memory = memory = Memory(
            shape=unsigned(self.width), depth=max(self.words, 2), init=[], attrs=NEVER_READ_WHILE_WRITTEN
        )
        read, write = memory.read_port(), memory.write_port()
        flags = Signal(self.words)
        something = self.write.data.any()
        m.d.comb += [
            read.en.eq(self.enable),
            read.addr.eq(self.address),
            self.data.eq(read.data),
            write.en.eq(self.write.valid & something),
            write.addr.eq(self.write.address),
            write.data.eq(self.write.data),
        ]
        with m.If(self.write.valid):
            chosen = (C(1, self.words) << self.write.address)[: self.words]
            m.d.sync += flags.eq(Mux(something, flags | chosen, flags & ~chosen))
        with m.If(self.clear):
            m.d.sync += flags.eq(0)
        queried = Signal(self.words)
        m.d.comb += [queried.eq(flags >> self.query), self.occupied.eq(queried[0])]
        return m
