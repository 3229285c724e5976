"""Which multiplier is read when: that of the next output, as soon as the one before it is used."""

from __future__ import annotations

from amaranth.hdl import C, Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import WindowEnds

__all__ = ["MultiplierFetch"]


class MultiplierFetch(wiring.Component):
    """Read multiplier and offset of each output before it is its turn.

    The passes of a pooling square have the same words, and every pixel starts with the first of its layer.
    Throughput: a word per cycle. Latency: the word of an output is there a cycle after that of the one before
    was used.

    Parameters
    ----------
    words : int
        Words of the memory: one for each output of each pass of a pixel of the layers that multiply.
    ends : StructLayout
        What may end with a pass.

    Members
    -------
    restart : In(1)
        An image starts, some cycles before its first pass ends.
    used, last : In(1)
        The word that was read is used; it is the last of its pass.
    ends : In(ends)
        What ends with this pass.
    enable, address : memory of multipliers
        Read port, one cycle of latency.
    """

    def __init__(self, words: int, ends: data.StructLayout):
        self.words = words
        super().__init__(
            {
                "restart": In(1),
                "used": In(1),
                "last": In(1),
                "ends": In(ends),
                "enable": Out(1),
                "address": Out(counter(words)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        ends = self.ends
        windows = ends.shape() == WindowEnds
        square_end, pixel_end = (ends.square_end, ends.pixel_end) if windows else (C(1, 1), ends.layer_end)
        following = Signal(counter(self.words + 1))
        first = Signal.like(self.address)  # of the pass
        begin = Signal.like(self.address)  # of the layer
        with m.If(self.restart):
            m.d.comb += self.enable.eq(1)
            m.d.sync += [following.eq(1), first.eq(0), begin.eq(0)]
        with m.Elif(self.used & self.last & pixel_end & ~ends.layer_end):
            m.d.comb += [self.enable.eq(1), self.address.eq(begin)]
            m.d.sync += [following.eq(begin + 1), first.eq(begin)]
        with m.Elif(self.used & self.last & ~square_end):
            m.d.comb += [self.enable.eq(1), self.address.eq(first)]
            m.d.sync += following.eq(first + 1)
        with m.Elif(self.used & (following != self.words)):
            m.d.comb += [self.enable.eq(1), self.address.eq(following)]
            m.d.sync += following.eq(following + 1)
            with m.If(self.last):
                m.d.sync += first.eq(following)
                with m.If(ends.layer_end):
                    m.d.sync += begin.eq(following)
        return m
