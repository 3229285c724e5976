"""Visit queue: every visit and every end of a pass leaves once, in order."""

from __future__ import annotations

from amaranth.hdl import Assert, Assume, Cover, Module, Mux, ResetSignal, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In

from accelgen.rtl.common.visit_queue import VisitQueue
from accelgen.rtl.payloads import Ends, Visit
from sim.formal.proof import Mutant, Proof, inside

__all__ = ["PROOFS"]

BLOCKS, WEIGHTS = 4, 4


class Visits(wiring.Component):
    """`VisitQueue` beside one visit to an occupied block, whichever that is, and counts of the others."""

    def __init__(self):
        signature = stream.Signature(Visit(BLOCKS, WEIGHTS))
        super().__init__({"enters": In(signature), "ready": In(1), "pick": In(1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = VisitQueue(BLOCKS, WEIGHTS)
        local = inside(dut)
        came, goes = self.enters.payload, dut.leaves.payload
        enters = self.enters.valid & self.enters.ready
        leaves = dut.leaves.valid & self.ready
        m.d.comb += [
            dut.enters.valid.eq(self.enters.valid),
            dut.enters.payload.eq(came),
            self.enters.ready.eq(dut.enters.ready),
            dut.leaves.ready.eq(self.ready),
            Assume(~ResetSignal()),
            # A block without anything is only named because its pass ends.
            Assume(came.occupied | came.ends.pass_end),
            Assume(came.ends.pass_end | ~came.ends.as_value().any()),
        ]
        one, two, first, second = local["one"], local["two"], local["first"], local["second"]

        # Occupied blocks, and ends of passes, that came and have not left: those that are here.
        blocks, ends = Signal(3), Signal(3)
        m.d.sync += [
            blocks.eq(blocks + (enters & came.occupied) - (leaves & goes.occupied)),
            ends.eq(ends + (enters & came.ends.pass_end) - (leaves & goes.ends.pass_end)),
        ]
        m.d.comb += [
            Assert(blocks == (one & first.occupied) + (two & second.occupied)),
            Assert(ends == (one & first.ends.pass_end) + (two & second.ends.pass_end)),
            Assert(one | ~two),
            Assert(one | ~leaves | (enters & (goes.as_value() == came.as_value()))),
            Assert(~dut.leaves.valid | goes.occupied | goes.ends.pass_end),
            Assert(~one | first.occupied | first.ends.pass_end),
            Assert(~two | second.occupied | second.ends.pass_end),
        ]

        # One visit: where it is, and what may still end with it.
        picked, behind, mine = Signal(), Signal(), Signal.like(came)
        is_next = picked & ~(two & ~behind)  # nothing came after it, or it is the younger of two
        joins = enters & ~came.occupied & is_next & ~mine.ends.pass_end
        own = Signal(Ends)
        m.d.comb += own.eq(Mux(joins, came.ends.as_value(), mine.ends.as_value()))
        with m.If(picked & leaves & ~behind):
            m.d.comb += [
                Assert(goes.occupied & (goes.block == mine.block) & (goes.base == mine.base)),
                Assert(goes.ends.as_value() == own.as_value()),
            ]
            m.d.sync += picked.eq(0)
        with m.Elif(picked):
            m.d.sync += mine.ends.eq(own)
            with m.If(leaves):
                m.d.sync += behind.eq(0)
        with m.If(self.pick & ~picked & enters & came.occupied & (one | ~leaves)):
            m.d.sync += [picked.eq(1), mine.eq(came), behind.eq(one & ~leaves)]
        with m.If(picked):
            here = Mux(behind, second.as_value(), first.as_value())
            m.d.comb += [
                Assert(Mux(behind, two, one)),
                Assert(here == mine.as_value()),
                Assert(mine.occupied),
            ]
        joined = Signal(2)
        with m.If(joins & (joined != 3)):
            m.d.sync += joined.eq(joined + 1)
        m.d.comb += Cover((joined == 3) & two & ~self.ready)
        return m


PROOFS = [
    Proof(
        "every visit and every end of a pass leaves once, in order",
        "VisitQueue",
        Visits,
        "induction",
        2,
        Mutant("common/visit_queue.py", "self.enters.ready.eq(~two | joins)", "self.enters.ready.eq(1)"),
        covers=14,
        short=True,
    )
]
