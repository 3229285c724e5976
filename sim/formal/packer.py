"""Packer: every output of a layer is found again in the word and place where the next layer reads it."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Assert, Assume, Cat, Cover, Module, ResetSignal, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In

from accelgen.network import BlockSparse, Dense, Network, PixelInput, Requantise
from accelgen.rtl.common.packer import Packer, pack_rule
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.payloads import Activations
from accelgen.rtl.plan import Plan
from sim.formal.proof import Mutant, Proof, inside

__all__ = ["PROOFS"]

OUTPUTS, LANES, WORD, BITS = 5, 2, 2, 1


def _plan() -> Plan:
    """Return a plan whose first layer leaves in passes of 2, 2 and 1, for words of 2."""
    first = BlockSparse.from_dense(np.ones((OUTPUTS, 2), np.int64), np.ones((1, 1), bool), 2, OUTPUTS, 2)
    last = BlockSparse.from_dense(np.ones((2, OUTPUTS), np.int64), np.ones((1, 3), bool), 2, 2, WORD)
    layers = (
        Dense("a", first, np.zeros(OUTPUTS, np.int32), Requantise(0, BITS)),
        Dense("b", last, np.zeros(2, np.int32), None),
    )
    return Plan(Network("packed", PixelInput(2, BITS), layers), Datapath(lanes=LANES))


class Outputs(wiring.Component):
    """`Packer` beside one output of the layer, whichever that is."""

    def __init__(self):
        self.plan = _plan()
        payload = Activations(LANES, BITS)
        super().__init__(
            {"start": In(1), "activations": In(stream.Signature(payload)), "which": In(range(OUTPUTS))}
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = Packer(self.plan)
        local = inside(dut)
        first, before = Signal(init=1), Signal.like(self.which)
        m.d.sync += [first.eq(0), before.eq(self.which)]
        # Outputs that have come, and that have left `waiting`; a layer runs between `start` and `done`.
        came, gone, running = Signal(range(OUTPUTS + 1)), Signal(range(OUTPUTS + 1)), Signal()
        words = -(-OUTPUTS // WORD)
        m.d.comb += [
            dut.start.eq(self.start),
            dut.rule.eq(dut.rule.shape().const(pack_rule(self.plan, 0))),
            dut.activations.valid.eq(self.activations.valid),
            dut.activations.payload.eq(self.activations.payload),
            self.activations.ready.eq(dut.activations.ready),
            Assume(~ResetSignal()),
            Assume(first | (self.which == before)),
            Assume(self.which < OUTPUTS),
            Assume(~(self.start & running)),
            Assume(~self.activations.valid | (running & (came < OUTPUTS))),
        ]
        last = came == OUTPUTS - 1
        ends = self.activations.p.ends
        with m.If(self.activations.valid):
            m.d.comb += Assume((ends.row_end == last) & (ends.layer_end == last))
        taken, held = self.activations.valid & self.activations.ready, came != gone
        value, here = Signal(BITS), Signal()
        with m.If(taken):
            m.d.sync += came.eq(came + 1 + ~last)
            with m.If((self.which - came).as_unsigned()[:3] <= ~last):
                sums = Cat(self.activations.p["values"]).word_select((self.which - came)[:1], BITS)
                m.d.sync += [value.eq(sums), here.eq(1)]
        with m.If(held):
            m.d.sync += gone.eq(gone + 1)
        with m.If(dut.done):
            m.d.sync += [running.eq(0), came.eq(0), gone.eq(0), here.eq(0)]
        with m.If(self.start):
            m.d.sync += running.eq(1)

        ending = held & (gone == OUTPUTS - 1)
        place = self.which & 1
        found = dut.results.data.word_select(place, BITS)
        m.d.comb += [
            Assert(dut.done == ending),
            Assert(dut.results.valid == (held & (gone[0] | ending))),
            Assert(~dut.results.valid | (dut.results.address == gone >> 1)),
            Assert(~dut.results.valid | (dut.results.address < words)),
            Assert(dut.activations.ready == (~held | (came - gone == 1))),
        ]
        with m.If(dut.results.valid & (dut.results.address == self.which >> 1)):
            m.d.comb += [Assert(here), Assert(found == value)]
        with m.If(ending):
            m.d.comb += Assert(~dut.results.data.word_select(1, BITS).any())  # no output: zero
        # What the registers mean.
        partial = Cat(local["partial"])
        m.d.comb += [
            Assert((came <= OUTPUTS) & (gone <= came) & (came - gone <= LANES)),
            Assert(running | ~came.any()),
            Assert(~came[0] | (came == OUTPUTS)),
            Assert(~held | (came - gone == 2) | gone[0] | (came == OUTPUTS)),
            Assert(local["held"] == held),
            Assert(~held | (local["left"] == came - gone - 1)),
            Assert(~held | (local["ends"].layer_end == (came == OUTPUTS))),
            Assert(local["slot"] == gone[0]),
            Assert(~running | (local["address"] == gone >> 1)),
            Assert(here == (running & (came > self.which))),
            Assert(gone[0] | ~partial.any()),
        ]
        with m.If(here & (gone <= self.which)):
            waiting = local["waiting"].word_select((self.which - gone)[:1], BITS)
            m.d.comb += Assert(waiting == value)
        with m.If(here & gone[0] & (gone - 1 == self.which)):
            m.d.comb += Assert(partial[:BITS] == value)
        layers = Signal()
        with m.If(dut.done):
            m.d.sync += layers.eq(1)
        m.d.comb += Cover(layers & dut.done & value.any())
        return m


PROOFS = [
    Proof(
        "every output is at its place in the words of the next layer",
        "Packer",
        Outputs,
        "induction",
        3,
        Mutant("common/packer.py", "| (last_granule & flush))", ")"),
        covers=20,
        short=True,
    )
]
