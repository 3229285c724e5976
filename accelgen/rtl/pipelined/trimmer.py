"""The word trimmer: words that hold no output that exists leave no stage."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.pipelined.plan import Leaving

__all__ = ["WordTrimmer"]


class WordTrimmer(wiring.Component):
    """Leave out the last words of each pixel, which hold outputs that do not exist, and number the others.

    Where every word holds an output it is a wire, and of a single pixel it only looks at addresses.
    Throughput: a word per cycle. Latency: none. No word is refused.

    Parameters
    ----------
    leaving : Leaving
        Words of a pixel, and those of them that are wanted.

    Members
    -------
    start : In(1)
        An image starts, some cycles before its first word.
    packed : In(WriteSignature(pixels * packed words, width))
        Words of all pixels, in order.
    words : Out(WriteSignature(pixels * wanted words, width))
        Those that are wanted, in order.
    """

    def __init__(self, leaving: Leaving):
        self.leaving = leaving
        width = leaving.word * leaving.activation_bits
        super().__init__(
            {
                "start": In(1),
                "packed": In(WriteSignature(leaving.bank_words[0], width)),
                "words": Out(WriteSignature(leaving.words, width)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        leaving = self.leaving
        m.d.comb += self.words.data.eq(self.packed.data)
        if leaving.packed == leaving.wanted:
            m.d.comb += [self.words.valid.eq(self.packed.valid), self.words.address.eq(self.packed.address)]
            return m
        if leaving.pixels == 1:
            wanted = self.packed.address < leaving.wanted
            m.d.comb += [
                self.words.valid.eq(self.packed.valid & wanted),
                self.words.address.eq(self.packed.address),
            ]
            return m
        place = Signal(counter(leaving.packed))  # of the word in its pixel
        address = Signal.like(self.words.address)
        m.d.comb += [
            self.words.valid.eq(self.packed.valid & (place < leaving.wanted)),
            self.words.address.eq(address),
        ]
        with m.If(self.packed.valid):
            m.d.sync += place.eq(place + 1)
            with m.If(place == leaving.packed - 1):
                m.d.sync += place.eq(0)
        with m.If(self.words.valid):
            m.d.sync += address.eq(address + 1)
        with m.If(self.start):
            m.d.sync += [place.eq(0), address.eq(0)]
        return m
