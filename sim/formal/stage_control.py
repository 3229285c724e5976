"""Stage control: every image runs once, from its own bank, when there is room for what it gives.

It has 64 states at most, and none that is reached is more than a few cycles from reset.
"""

from __future__ import annotations

from amaranth.hdl import Assert, Assume, Cover, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.pipelined.control import StageControl
from sim.formal.proof import Mutant, Proof

__all__ = ["PROOFS"]


class Stages(wiring.Component):
    """`StageControl` beside a count of the images that are in the stage."""

    def __init__(self):
        super().__init__({"loaded": In(1), "done": In(1), "may_give": In(1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = StageControl()
        inside = Signal(range(3))  # images in the stage
        first = Signal()  # the bank of the oldest of them
        entering = Signal()  # the bank that the next one enters
        busy = Signal()
        begins = Signal()
        m.d.comb += [
            dut.loaded.eq(self.loaded),
            dut.done.eq(self.done),
            dut.may_give.eq(self.may_give),
            Assume(~ResetSignal()),
        ]
        with m.If(self.done):
            m.d.comb += Assume(busy & ~begins)
        taken = Signal()
        m.d.comb += taken.eq(~busy & inside.any() & self.may_give)
        rested = Signal()
        m.d.sync += [rested.eq(dut.rests), begins.eq(taken), inside.eq(inside + dut.consumed - self.done)]
        with m.If(taken):
            m.d.sync += busy.eq(1)
        with m.If(self.done):
            m.d.sync += [busy.eq(0), first.eq(~first)]
        with m.If(dut.consumed):
            m.d.sync += entering.eq(~entering)
        m.d.comb += [
            Assert(inside <= 2),
            Assert(dut.may_load == (inside < 2)),
            Assert(dut.consumed == (self.loaded & (inside < 2))),
            Assert(dut.start == begins),
            Assert(dut.idle == ~(busy | inside.any())),
            Assert(entering == first ^ inside[0]),
            Assert(~begins | busy),
            Assert(dut.rests == ~busy),
            Assert(~dut.start | rested),  # walks begin anew in the cycle before
        ]
        with m.If(busy):  # what runs is the oldest image, and none enters its bank
            m.d.comb += [Assert(inside.any()), Assert(dut.bank == first)]
            m.d.comb += Assert(~dut.may_load | (dut.bank != entering))
        with m.Else():
            m.d.comb += Assert(dut.bank != entering)
        images = Signal(2)
        with m.If(self.done & ~images.all()):
            m.d.sync += images.eq(images + 1)
        m.d.comb += Cover((images == 2) & (inside == 2))
        return m


PROOFS = [
    Proof(
        "every image runs once, in order, from a bank that none enters, and when there is room",
        "StageControl",
        Stages,
        "bounded",
        20,
        Mutant("pipelined/control.py", "Mux(running, read, ~entering)", "Mux(running, read, entering)"),
        short=True,
    )
]
