"""Currents that last: what they leave, and that a membrane beside them is the one that its pass has left."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from amaranth.hdl import Assert, Assume, Cat, Cover, Module, Mux, ResetSignal, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In

from accelgen.network import Neuron, Synapse
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Accumulators
from accelgen.rtl.snn.fire import Fire
from accelgen.rtl.snn.potentials import Potentials
from sim.formal.fire import LANES, plan_of
from sim.formal.proof import Mutant, Proof

__all__ = ["PROOFS"]

LASTING = (
    Neuron("continuous", 90, 2, "subtract", 1, Synapse(10, 41)),
    Neuron("continuous", 5, 3, "zero", 3, Synapse(2)),
    Neuron("continuous", 6, 2, "subtract"),
)


class Lasting(wiring.Component):
    """`Fire` of any currents in the first timestep of a sample, of any layer, beside what real numbers say.

    What a current loses is the whole number L with ``L <= j * multiplier / 2**leak < L + 1``, fired or not.
    """

    def __init__(self, neurons: Sequence[Neuron]):
        self.neurons = neurons
        self.plan = plan_of(neurons)
        super().__init__(
            {
                "layer": In(counter(len(self.plan.layers))),
                "restart": In(1),
                "passes": In(stream.Signature(Accumulators(LANES, self.plan.accumulator_bits))),
                "ready": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        m.submodules.dut = dut = Fire(plan)
        m.d.comb += [
            dut.first.eq(1),
            dut.layer.eq(self.layer),
            dut.restart.eq(self.restart),
            dut.passes.valid.eq(self.passes.valid),
            dut.passes.payload.eq(self.passes.payload),
            self.passes.ready.eq(dut.passes.ready),
            dut.spikes.ready.eq(self.ready),
            Assume(~ResetSignal()),
            Assume(self.layer < len(self.neurons)),
        ]
        partly = []
        for lane in range(LANES):
            current = self.passes.p.sums[lane]
            fits, kept = (
                Signal(signed(plan.membrane_bits), name=f"{name}{lane}") for name in ("fits", "kept")
            )
            m.d.comb += [
                fits.eq(current),
                Assume(fits == current),
                kept.eq(dut.left.data.word_select(lane, plan.membrane_bits)),
            ]
            for layer, neuron in enumerate(self.neurons):
                if neuron.synapse is None:
                    continue
                with m.If(self.layer == layer):
                    fires = dut.spikes.p["values"][lane]
                    share = current * neuron.synapse.multiplier
                    lost, step = current - kept, 1 << neuron.synapse.leak
                    m.d.comb += [
                        Assert(fires == (current >= neuron.threshold)),
                        Assert(lost * step <= share),
                        Assert(share < (lost + 1) * step),
                    ]
                    partly.append(fires & (lost * step != share) & (self.layer == layer))
        m.d.comb += Cover(Cat(partly).any() & self.passes.valid & self.ready)
        return m


class Waiting(wiring.Component):
    """`Potentials` of passes of any words, at any pace, beside a register for any one of them."""

    def __init__(self):
        self.plan = plan_of(LASTING)
        super().__init__(
            {
                "restart": In(1),
                "moves": In(1),
                "first": In(1),
                "watched": In(counter(self.plan.potential_words)),
                "word": In(LANES * self.plan.potential_bits),
            }
        )

    def elaborate(self, platform):
        m = Module()
        words, passes = self.plan.potential_words, self.plan.passes
        m.submodules.dut = dut = Potentials(self.plan)
        number, running, first = Signal(counter(passes)), Signal(), Signal()
        kept, known = Signal.like(self.word), Signal()
        # What is watched is one address, whichever, for ever.
        before, begun = Signal.like(self.watched), Signal()
        m.d.sync += [before.eq(self.watched), begun.eq(1)]
        its_turn = self.moves & (number == self.watched)
        m.d.comb += [
            Assume(~ResetSignal()),
            Assume((self.watched < words) & (~begun | (self.watched == before))),
            # A timestep starts after the last pass of the one before, and the first of all is one.
            Assume(Mux(running, ~self.restart, ~self.moves)),
            Assume(~self.restart | self.first | known),
            dut.restart.eq(self.restart),
            dut.moves.eq(self.moves),
            dut.number.eq(number),
            dut.first.eq(Mux(self.restart, self.first, first)),
            dut.left.valid.eq(self.moves & (number < words)),
            dut.left.address.eq(number),
            dut.left.data.eq(self.word),
            Assert(~its_turn | (Cat(dut.value[lane] for lane in range(LANES)) == Mux(first, 0, kept))),
            Cover(its_turn & ~first & kept.any() & (self.watched == words - 1)),
        ]
        with m.If(self.restart):
            m.d.sync += [running.eq(1), number.eq(0), first.eq(self.first)]
        with m.If(self.moves):
            m.d.sync += [number.eq(number + 1), running.eq(number != passes - 1)]
        with m.If(its_turn):
            m.d.sync += [kept.eq(self.word), known.eq(1)]
        return m


PROOFS = [
    Proof(
        "a current fires as a membrane that starts, and its leak takes the whole part of its share",
        "Fire (currents that last)",
        partial(Lasting, LASTING),
        "induction",
        2,
        Mutant("snn/fire.py", "current - _lost(current,", "current - _lost(membrane,"),
        covers=4,
        short=True,
    ),
    Proof(
        "a membrane beside a current is what its pass has left, and zero in the first timestep",
        "Potentials",
        Waiting,
        "bounded",
        22,
        Mutant("snn/potentials.py", "Mux(self.restart, 0, self.number + 1)", "self.number + 1"),
        short=True,
    ),
]
