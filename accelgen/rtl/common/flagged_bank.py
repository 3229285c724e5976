"""A bank of activation words that is filled in order, and knows which of its words are all zero."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import NEVER_READ_WHILE_WRITTEN, WriteSignature
from accelgen.rtl.counting import counter

__all__ = ["FlaggedBank"]

#: Synthesis would make registers of so few bits, and lookup tables that choose among them.
IN_BLOCK_RAM = {**NEVER_READ_WHILE_WRITTEN, "ram_style": "block"}


class FlaggedBank(wiring.Component):
    """Words with a flag each that says whether anything in them is nonzero.

    Words are written in order of address, and the last of them is the last of the bank: then the flags are a
    shift register, and need no address. Where fewer words are written, those at lower addresses are not read;
    a filling that is broken off is followed by a whole one before anything is read. A word of zeros only has
    a flag: it is not written, and a reader asks ``occupied`` first and takes zeros where it is low.
    Throughput: one read and one write per cycle. Latency: one cycle for ``data``, none for ``occupied``.

    Compact hardware keeps the flags in a memory of their own, which FPGAs have for nothing; ``occupied`` then
    takes a cycle, too.

    Parameters
    ----------
    words, width : int
        Words, and bits of a word.
    compact : bool
        Flags are in a memory.

    Members
    -------
    enable : In(1)
        Read the word at ``address``; otherwise ``data`` keeps its word.
    address : In(range(words))
        Word to read.
    data : Out(width)
        The word read last, if it was occupied.
    queries : In(ArrayLayout(range(words), 2))
        Words that ``occupied`` is about.
    occupied : Out(2)
        Which of the words at ``queries`` hold something nonzero.
    look : In(1)
        Read the flags of ``queries``; otherwise ``occupied`` keeps what it is. Only if ``compact``.
    write : In(WriteSignature(words, width))
        The next word.
    """

    def __init__(self, words: int, width: int, *, compact: bool = False):
        self.words = words
        self.width = width
        self.compact = compact
        super().__init__(
            {
                "enable": In(1),
                "address": In(counter(words)),
                "data": Out(unsigned(width)),
                "queries": In(data.ArrayLayout(counter(words), 2)),
                "occupied": Out(2),
                "write": In(WriteSignature(words, width)),
                **({"look": In(1)} if compact else {}),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.memory = memory = Memory(
            shape=unsigned(self.width), depth=max(self.words, 2), init=[], attrs=NEVER_READ_WHILE_WRITTEN
        )
        read, write = memory.read_port(), memory.write_port()
        something = self.write.data.any()
        m.d.comb += [
            read.en.eq(self.enable),
            read.addr.eq(self.address),
            self.data.eq(read.data),
            write.en.eq(self.write.valid & something),
            write.addr.eq(self.write.address),
            write.data.eq(self.write.data),
        ]
        if self.compact:
            self._remember(m, something)
            return m
        flags = Signal(self.words)
        with m.If(self.write.valid):
            m.d.sync += flags.eq(Cat(flags[1:], something))
        m.d.comb += [self.occupied[n].eq((flags >> self.queries[n])[0]) for n in range(2)]
        return m

    def _remember(self, m, something):
        """Keep the flags in a memory, which is asked about two words at once."""
        m.submodules.flags = memory = Memory(shape=1, depth=max(self.words, 2), init=[], attrs=IN_BLOCK_RAM)
        write = memory.write_port()
        m.d.comb += [
            write.en.eq(self.write.valid),
            write.addr.eq(self.write.address),
            write.data.eq(something),
        ]
        for number in range(2):
            read = memory.read_port()
            m.d.comb += [
                read.en.eq(self.look),
                read.addr.eq(self.queries[number]),
                self.occupied[number].eq(read.data),
            ]
