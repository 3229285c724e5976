"""Flags of pixels: which of them hold anything nonzero, a row of pixels at a time."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Mux, Signal, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import NEVER_READ_WHILE_WRITTEN
from accelgen.rtl.counting import counter

__all__ = ["ImageShape", "PixelFlags"]


class ImageShape(data.StructLayout):
    """Words of a pixel and pixels of a row, each less one, and whether a convolution reads the image."""

    def __init__(self, words: int, width: int):
        super().__init__({"last_word": counter(words), "last_pixel": counter(width), "flagged": 1})


class PixelFlags(wiring.Component):
    """Gather a flag for each pixel while the words of an image pass by; keep a word of them for each row.

    A flip-flop for each word, as a dense network has, would cost more than the image where that has thousands
    of them; and a whole row of flags at once lets the walker skip dark pixels many at a time. The pixels of a
    row fill its word from the upper end; below them are zeros. Throughput: one word per cycle. Latency: one
    cycle for ``lit``.

    Parameters
    ----------
    rows, width : int
        Rows of the highest image, pixels of the widest.
    words : int
        Words of a pixel, at most.
    skip_zeros : bool
        False lights every pixel: see `Datapath`.

    Members
    -------
    shape : In(ImageShape(words, width))
        Of the image that passes by; constant meanwhile.
    enable, first, something : In(1)
        A word passes by; it is the first of its image; it is not zero.
    look : In(1)
        Read the flags of ``row``; otherwise ``lit`` keeps its word.
    row : In(range(rows))
        Row of pixels to read.
    lit : Out(width)
        Flags of the row read last.
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
        # An image that breaks off leaves counts behind: those of its first word are zero, whatever is there.
        word = Signal(counter(self.words))
        pixel = Signal(counter(self.width))
        row = Signal(counter(self.rows))
        here = Signal.like(word)
        across = Signal.like(pixel)
        down = Signal.like(row)
        m.d.comb += [
            here.eq(Mux(self.first, 0, word)),
            across.eq(Mux(self.first, 0, pixel)),
            down.eq(Mux(self.first, 0, row)),
        ]
        some = Signal()
        light = Signal()
        line = Signal(self.width)
        flags = Signal(self.width)
        pixel_end = here == self.shape.last_word
        row_end = pixel_end & (across == self.shape.last_pixel)
        lit = self.something | (some & here.any()) if self.skip_zeros else 1
        m.d.comb += [
            light.eq(lit),
            flags.eq(Cat(Mux(across.any(), line[1:], C(0, self.width - 1)), light)),
            read.en.eq(self.look),
            read.addr.eq(self.row),
            self.lit.eq(read.data),
            write.en.eq(self.enable & self.shape.flagged & row_end),
            write.addr.eq(down),
            write.data.eq(flags),
        ]
        with m.If(self.enable & self.shape.flagged):
            m.d.sync += [word.eq(here + 1), some.eq(light), pixel.eq(across), row.eq(down)]
            with m.If(pixel_end):
                m.d.sync += [word.eq(0), line.eq(flags), pixel.eq(across + 1)]
            with m.If(row_end):
                m.d.sync += [pixel.eq(0), row.eq(down + 1)]
        return m
