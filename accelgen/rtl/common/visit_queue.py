"""The visit queue: visits wait here for the scanner, and a pass that ends with nothing ends with one."""

from __future__ import annotations

from amaranth.hdl import C, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.payloads import Visit

__all__ = ["VisitQueue"]


class VisitQueue(wiring.Component):
    """Hold up to two visits, so that whoever finds them runs ahead of whoever walks them.

    A visit to an empty block only says that its pass ends. If the visit before it, of the same pass, is still
    here, or leaves in the same cycle, that one ends the pass instead, and the empty one costs nothing.
    Throughput: one visit per cycle. Latency: none, if no visit waits. Back-pressure on ``leaves`` stalls
    ``enters`` without loss; a visit that waits may still gain the end of its pass, and changes in nothing
    else.

    Parameters
    ----------
    blocks, weight_words : int
        See `Visit`.
    join : bool
        False lets every visit through as it is: where empty blocks are walked, for comparison.

    Members
    -------
    enters, leaves : In, Out(stream.Signature(Visit(blocks, weight_words)))
        Visits, in order.
    """

    def __init__(self, blocks: int, weight_words: int, *, join: bool = True):
        self.join = join
        signature = stream.Signature(Visit(blocks, weight_words))
        super().__init__({"enters": In(signature), "leaves": Out(signature)})

    def elaborate(self, platform):
        m = Module()

        # The older visit waits in `first`, the younger one behind it in `second`.
        first, second = Signal.like(self.enters.payload), Signal.like(self.enters.payload)
        one, two = Signal(), Signal()
        joins = Signal()
        pops = Signal()
        open_ = (two & ~second.ends.pass_end) | (one & ~two & ~first.ends.pass_end)
        m.d.comb += [
            joins.eq(self.enters.valid & ~self.enters.p.occupied & open_ & C(self.join)),
            self.enters.ready.eq(~two | joins),
            self.leaves.valid.eq(one | self.enters.valid),
            self.leaves.payload.eq(Mux(one, first.as_value(), self.enters.payload.as_value())),
            pops.eq(one & self.leaves.ready),
        ]
        with m.If(joins & ~two):
            m.d.comb += self.leaves.p.ends.eq(self.enters.p.ends)

        pushes = Signal()
        m.d.comb += pushes.eq(self.enters.valid & ~joins & ~two & (one | ~self.leaves.ready))
        with m.If(joins & ~two):
            m.d.sync += first.ends.eq(self.enters.p.ends)
        with m.If(joins & two):
            m.d.sync += second.ends.eq(self.enters.p.ends)
        with m.If(pops & two):
            m.d.sync += first.eq(second)
            with m.If(joins):
                m.d.sync += first.ends.eq(self.enters.p.ends)
        with m.If(pushes & (pops | ~one)):
            m.d.sync += first.eq(self.enters.payload)
        with m.If(pushes):
            m.d.sync += second.eq(self.enters.payload)
        m.d.sync += [one.eq(pushes | two | (one & ~pops)), two.eq((pushes & one | two) & ~pops)]
        return m
