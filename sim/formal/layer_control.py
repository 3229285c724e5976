"""Layer control: every image runs all its layers, in order, and the next one enters no sooner than it may."""

from __future__ import annotations

from amaranth.hdl import Assert, Assume, Cover, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.common.layer_control import LayerControl
from sim.formal.proof import Mutant, Proof

__all__ = ["PROOFS"]

LAYERS = 3


class Layers(wiring.Component):
    """`LayerControl` beside a count of the layers that have ended."""

    def __init__(self):
        super().__init__(
            {
                "loaded": In(1),
                "done": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = LayerControl(LAYERS)
        busy, count, begins = Signal(), Signal(range(LAYERS + 1)), Signal()
        m.d.comb += [dut.loaded.eq(self.loaded), dut.done.eq(self.done), Assume(~ResetSignal())]
        with m.If(self.done):
            m.d.comb += Assume(busy & ~begins)
        rested = Signal()
        m.d.sync += rested.eq(dut.idle)
        m.d.sync += begins.eq(dut.consumed | (self.done & (count < LAYERS - 1)))
        with m.If(dut.consumed):
            m.d.sync += [busy.eq(1), count.eq(0)]
        with m.If(self.done):
            m.d.sync += [count.eq(count + 1), busy.eq(count < LAYERS - 1)]
        m.d.comb += [
            Assert(dut.idle == ~busy),
            Assert(dut.consumed == (self.loaded & ~busy)),
            Assert(dut.start == begins),
            Assert(dut.restart == (begins & (count == 0))),
            Assert(dut.may_load == ~(busy & (count == 0))),
            Assert(~begins | busy),
            Assert(~dut.restart | rested),  # walks begin anew in the cycle before
        ]
        with m.If(busy):
            m.d.comb += [Assert(dut.layer == count), Assert(count < LAYERS)]
            m.d.comb += Assert(dut.bank == (count & 1) + ((count == 2) << 1))
        images = Signal(2)
        with m.If(self.done & (count == LAYERS - 1) & ~images.all()):
            m.d.sync += images.eq(images + 1)
        m.d.comb += Cover(images == 2)
        return m


PROOFS = [
    Proof(
        "layers run in order, once; an image enters when it may",
        "LayerControl",
        Layers,
        "induction",
        2,
        Mutant("common/layer_control.py", "~running | self.layer.any()", "~running | running"),
        covers=20,
        short=True,
    )
]
