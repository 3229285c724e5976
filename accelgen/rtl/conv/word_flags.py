"""Flags of words: which of them hold anything nonzero, for a row of pixels at a time."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Mux, Signal, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import NEVER_READ_WHILE_WRITTEN
from accelgen.rtl.counting import counter

__all__ = ["ImageShape", "WordFlags"]


class ImageShape(data.StructLayout):
    """Words of a pixel and pixels of a row, each less one, and whether a convolution reads the image."""

    def __init__(self, words: int, width: int):
        super().__init__({"last_word": counter(words), "last_pixel": counter(width), "flagged": 1})


class WordFlags(wiring.Component):
    """Gather the flags of an image while its words pass by.

    A flip-flop for each word, as a dense network has, would cost more than the image where that has thousands
    of them. Here a memory has a word for each row of pixels and each word of a pixel, and in it a flag for
    each pixel; so the walker learns of all positions of a window row at once. The flags of a row fill its
    upper end; below them are zeros. Throughput: one word per cycle. Latency: one cycle for ``lit``. A word
    that passes by needs the read port too: no image is looked at before it is whole.

    Parameters
    ----------
    rows : int
        Words of a column of pixels, in the highest image.
    width : int
        Pixels of a row, in the widest.
    words : int
        Words of a pixel, at most.
    skip_zeros : bool
        False raises every flag: see `Datapath`.

    Members
    -------
    shape : In(ImageShape(words, width))
        Shape of the image that passes by; constant meanwhile.
    enable, first, something : In(1)
        A word passes by; it is the first of its image; it is not zero.
    look : In(1)
        Read the flags at ``row``; otherwise ``lit`` keeps its word.
    row : In(range(rows))
        Row of pixels times words of a pixel, plus the word.
    lit : Out(width)
        Flags read last.
    """

    def __init__(self, rows: int, width: int, words: int, *, skip_zeros: bool = True):
        self.rows = rows
        self.width = width
        self.words = words
        self.skip_zeros = skip_zeros
        super().__init__(
            {
                "shape": In(ImageShape(words, width)),
                "enable": In(1),
                "first": In(1),
                "something": In(1),
                "look": In(1),
                "row": In(counter(rows)),
                "lit": Out(unsigned(width)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.memory = memory = Memory(
            shape=unsigned(self.width), depth=max(self.rows, 2), init=[], attrs=NEVER_READ_WHILE_WRITTEN
        )
        read, write = memory.read_port(), memory.write_port()
        counts = self.enable & self.shape.flagged
        row, fresh = self._place(m, counts)

        # A flag moves into its row from above a cycle after the row was read. If the word before had the same
        # row, what was read is old.
        adding = Signal()
        added = Signal(data.StructLayout({"row": self.row.shape(), "flag": 1, "fresh": 1, "again": 1}))
        written = Signal(self.width)
        none = C(0, self.width)
        before = Mux(added.fresh, none, Mux(added.again, written, read.data))
        m.d.comb += [
            read.en.eq(self.look | counts),
            read.addr.eq(Mux(counts, row, self.row)),
            self.lit.eq(read.data),
            write.en.eq(adding),
            write.addr.eq(added.row),
            write.data.eq(Cat(before[1:], added.flag)),
        ]
        m.d.sync += adding.eq(counts)
        with m.If(counts):
            m.d.sync += [
                added.row.eq(row),
                added.flag.eq(self.something if self.skip_zeros else 1),
                added.fresh.eq(fresh),
                added.again.eq(adding & (added.row == row)),
            ]
        with m.If(adding):
            m.d.sync += written.eq(write.data)
        return m

    def _place(self, m, counts):
        """Return the row of flags of the word that passes by, and whether it is of the first pixel in it."""
        # An image that breaks off leaves counts behind: those of its first word are zero, whatever is there.
        word = Signal(counter(self.words))
        pixel = Signal(counter(self.width))
        base = Signal.like(self.row)
        here = Signal.like(word)
        across = Signal.like(pixel)
        down = Signal.like(base)
        m.d.comb += [
            here.eq(Mux(self.first, 0, word)),
            across.eq(Mux(self.first, 0, pixel)),
            down.eq(Mux(self.first, 0, base)),
        ]
        pixel_end = here == self.shape.last_word
        with m.If(counts):
            m.d.sync += [word.eq(here + 1), pixel.eq(across), base.eq(down)]
            with m.If(pixel_end):
                m.d.sync += [word.eq(0), pixel.eq(across + 1)]
                with m.If(across == self.shape.last_pixel):
                    m.d.sync += [pixel.eq(0), base.eq(down + self.shape.last_word + 1)]
        return (down + here)[: len(self.row)], ~across.any()
