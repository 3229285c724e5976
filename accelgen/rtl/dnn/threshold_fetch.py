"""Which word of threshold memory is read when: that of the next pass, as soon as the last one has left."""

from __future__ import annotations

from amaranth.hdl import C, Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import WindowEnds

__all__ = ["ThresholdFetch"]


class ThresholdFetch(wiring.Component):
    """Read the thresholds of each pass before its sums are finished.

    The passes of a pooling square have the same word, and every pixel starts with the first of its layer.
    Throughput: a pass per cycle. Latency: the word of a pass is there a cycle after the pass before has left.

    Parameters
    ----------
    words : int
        Words of threshold memory, one for each pass of a pixel of the layers that have such thresholds.
    ends : StructLayout
        What may end with a pass.

    Members
    -------
    restart : In(1)
        An image starts, some cycles before its first pass ends.
    taken : In(1)
        A pass of a layer with such thresholds leaves.
    ends : In(ends)
        What ends with it.
    enable, address : threshold memory
        Read port, one cycle of latency.
    """

    def __init__(self, words: int, ends: data.StructLayout):
        self.words = words
        super().__init__(
            {
                "restart": In(1),
                "taken": In(1),
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
        begin = Signal.like(self.address)  # of the layer
        with m.If(self.restart):
            m.d.comb += self.enable.eq(1)
            m.d.sync += [following.eq(1), begin.eq(0)]
        with m.Elif(self.taken & pixel_end & ~ends.layer_end):
            m.d.comb += [self.enable.eq(1), self.address.eq(begin)]
            m.d.sync += following.eq(begin + 1)
        with m.Elif(self.taken & square_end & (following != self.words)):
            m.d.comb += [self.enable.eq(1), self.address.eq(following)]
            m.d.sync += following.eq(following + 1)
            with m.If(ends.layer_end):
                m.d.sync += begin.eq(following)
        return m
