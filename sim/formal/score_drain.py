"""Score drain: every class leaves once, in order, with its own sum."""

from __future__ import annotations

from amaranth.hdl import Array, Assert, Assume, Cat, Cover, Module, ResetSignal, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In

from accelgen.rtl.common.score_drain import ScoreDrain
from accelgen.rtl.payloads import Accumulators
from sim.formal.proof import Mutant, Proof, inside

__all__ = ["PROOFS"]

LANES, BITS, CLASSES, LAST_PASS = 2, 2, 4, 1
#: The pass and the lane of each class: block rows have passes of two and of one, and the last row is half
#: empty, so its second pass has no class.
PASSES, LANE = [0, 0, 1, 2, 3], [0, 1, 0, 0, 0]


class Scores(wiring.Component):
    """`ScoreDrain` beside a count of the classes that have left."""

    def __init__(self):
        super().__init__({"passes": In(stream.Signature(Accumulators(LANES, BITS))), "ready": In(1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = ScoreDrain(LANES, BITS, CLASSES, LAST_PASS)
        local = inside(dut)
        number, pass_ = Signal(range(CLASSES + 1)), Signal(2)
        offer, waits = Signal.like(self.passes.payload.as_value()), Signal()
        m.d.comb += [
            dut.passes.valid.eq(self.passes.valid),
            dut.passes.payload.eq(self.passes.payload),
            self.passes.ready.eq(dut.passes.ready),
            dut.scores.ready.eq(self.ready),
            Assume(~ResetSignal()),
        ]
        # Passes come in order, say what ends with them, and wait.
        m.d.sync += [offer.eq(self.passes.payload), waits.eq(self.passes.valid & ~self.passes.ready)]
        with m.If(waits):
            m.d.comb += Assume(self.passes.valid & (self.passes.payload.as_value() == offer))
        with m.If(self.passes.valid):
            ends = self.passes.p.ends
            m.d.comb += Assume((ends.row_end == pass_[0]) & (ends.layer_end == (pass_ == 3)))
        moves, taken = dut.scores.valid & dut.scores.ready, self.passes.valid & self.passes.ready
        with m.If(moves):
            m.d.sync += number.eq(number + 1)
        with m.If(taken):
            m.d.sync += pass_.eq(pass_ + 1)
            with m.If(pass_ == 3):
                m.d.sync += number.eq(0)

        sums = [self.passes.p.sums[n] for n in range(LANES)]
        with m.If(dut.scores.valid):
            m.d.comb += [
                Assert(self.passes.valid & (number < CLASSES)),
                Assert(Array(PASSES)[number] == pass_),
                Assert(dut.scores.p.value == Array(sums)[Array(LANE)[number]]),
                Assert(dut.scores.p.last == (number == CLASSES - 1)),
            ]
        with m.If(taken):
            m.d.comb += Assert((number + moves == CLASSES) | (Array(PASSES)[number + moves] == pass_ + 1))
        m.d.comb += [
            Assert(dut.done == (taken & (pass_ == 3))),
            Assert(~self.passes.valid | dut.scores.valid | (number == CLASSES)),
            # What the registers mean.
            Assert(number <= CLASSES),
            Assert(Array(PASSES)[number] == pass_),
            Assert(local["spent"] == (number == CLASSES)),
            Assert(local["number"] == (number & (CLASSES - 1))),
            Assert(local["lane"] == Array(LANE)[number]),
        ]
        image = Signal()
        with m.If(dut.done):
            m.d.sync += image.eq(1)
        m.d.comb += Cover(image & moves & (number == CLASSES - 1) & Cat(sums).any())
        return m


PROOFS = [
    Proof(
        "every class leaves once, in order, with its own sum",
        "ScoreDrain",
        Scores,
        "induction",
        2,
        Mutant(
            "common/score_drain.py",
            "with m.If(self.done):\n            m.d.sync += spent.eq(0)",
            "with m.If(self.done):\n            m.d.sync += spent.eq(1)",
        ),
        covers=16,
        short=True,
    )
]
