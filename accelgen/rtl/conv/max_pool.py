"""Max pooling: of the activations of a pooling square, the largest of each lane."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.payloads import Activations, WindowEnds

__all__ = ["MaxPool"]


class MaxPool(wiring.Component):
    """Keep the largest activation of each lane until its square ends; squares of one pixel pass through.

    It stands behind the requantiser, where a comparison is of a few bits: requantising never changes which
    sum is the largest. Throughput: one pass per cycle. Latency: none (combinational). Back-pressure on
    ``largest`` stalls the last pass of a square without loss; the others only enter.

    Parameters
    ----------
    lanes, bits : int
        Activations of a pass, and bits of each.

    Members
    -------
    passes : In(stream.Signature(Activations(lanes, bits, WindowEnds)))
        Passes, those of a square one after the other.
    largest : Out(stream.Signature(Activations(lanes, bits, WindowEnds)))
        One pass for each square.
    """

    def __init__(self, lanes: int, bits: int):
        self.lanes = lanes
        self.bits = bits
        payload = Activations(lanes, bits, WindowEnds)
        super().__init__({"passes": In(stream.Signature(payload)), "largest": Out(stream.Signature(payload))})

    def elaborate(self, platform):
        m = Module()
        end = self.passes.p.ends.square_end
        taken = self.passes.valid & self.passes.ready
        m.d.comb += [
            self.largest.valid.eq(self.passes.valid & end),
            self.largest.p.ends.eq(self.passes.p.ends),
            self.passes.ready.eq(self.largest.ready | ~end),
        ]
        # Nothing is below zero, so a square begins with zeros.
        for lane in range(self.lanes):
            best = Signal(self.bits, name=f"best{lane}")
            value, larger = self.passes.p["values"][lane], self.largest.p["values"][lane]
            m.d.comb += larger.eq(Mux(value > best, value, best))
            with m.If(taken):
                m.d.sync += best.eq(Mux(end, 0, larger))
        return m
