"""Timestep marks: what runs has the marks that it was handed over with, whatever comes meanwhile."""

from __future__ import annotations

from amaranth.hdl import Assert, Assume, Cat, Cover, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.pipelined.control import StageControl
from accelgen.rtl.pipelined.marks import TimestepMarks
from sim.formal.proof import Mutant, Proof

__all__ = ["PROOFS"]


class MarkedStages(wiring.Component):
    """`TimestepMarks` at its `StageControl`, beside a queue of the marks of the timesteps in the stage."""

    def __init__(self):
        super().__init__({"loaded": In(1), "done": In(1), "may_give": In(1), "first": In(1), "final": In(1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.control = control = StageControl()
        m.submodules.dut = dut = TimestepMarks()
        m.d.comb += [
            control.loaded.eq(self.loaded),
            control.done.eq(self.done),
            control.may_give.eq(self.may_give),
            dut.consumed.eq(control.consumed),
            dut.first.eq(self.first),
            dut.final.eq(self.final),
            dut.bank.eq(control.bank),
            Assume(~ResetSignal()),
        ]
        inside = Signal(range(3))  # timesteps in the stage
        oldest, newest = Signal(2), Signal(2)  # their marks; of a single one, both
        busy = Signal()
        mark = Cat(self.first, self.final)
        with m.If(self.done):  # a layer ends once it has begun, and not in the cycle in which it begins
            m.d.comb += Assume(busy & ~control.start)
        m.d.sync += inside.eq(inside + control.consumed - self.done)
        with m.If(control.start):
            m.d.sync += busy.eq(1)
        with m.If(self.done):
            m.d.sync += [busy.eq(0), oldest.eq(newest)]
        with m.If(control.consumed):
            m.d.sync += newest.eq(mark)
            with m.If(inside == self.done):
                m.d.sync += oldest.eq(mark)
        with m.If(busy | control.start):
            m.d.comb += Assert(Cat(dut.its_first, dut.its_final) == oldest)
        # The end of a sample is given while the first timestep of the next one waits.
        ends = self.done & dut.its_final & ~dut.its_first & (inside == 2) & (newest == 1)
        m.d.comb += Cover(ends)
        return m


PROOFS = [
    Proof(
        "a timestep runs, and is given, as the first or the last of its sample that it was handed over as",
        "TimestepMarks",
        MarkedStages,
        "bounded",
        20,
        Mutant("pipelined/marks.py", "with m.If(entering == bank):", "with m.If(entering == entering):"),
        short=True,
    )
]
