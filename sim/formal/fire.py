"""Fire scan: neurons fire from their threshold on, and a leak takes the whole part of its share, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from amaranth.hdl import Assert, Assume, Cat, Const, Cover, Module, Mux, ResetSignal, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In

from accelgen.network import BlockSparse, Network, Neuron, RateInput, Spiking
from accelgen.rtl.counting import counter
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.payloads import Accumulators
from accelgen.rtl.snn.fire import Fire
from accelgen.rtl.snn.plan import SpikingPlan
from sim.formal.proof import Mutant, Proof

__all__ = ["PROOFS"]

LANES, NEURONS = 2, 4
BIAS = 99
SHARED = (
    Neuron("continuous", 90, 10, "subtract", 41),
    Neuron("continuous", 5, 3, "zero", 3),
    Neuron("continuous", 6, 2, "subtract"),
    Neuron("continuous", 3, 0, "subtract"),
)


def plan_of(neurons: Sequence[Neuron]) -> SpikingPlan:
    """Return the plan of a network with a small layer of each of ``neurons``, and a readout."""
    weights = BlockSparse.from_dense(np.eye(NEURONS, dtype=np.int64), np.ones((2, 2), bool), 2, LANES, LANES)
    layers = [
        Spiking(f"layer{number}", weights, np.full(NEURONS, BIAS if neuron else 0, np.int32), neuron)
        for number, neuron in enumerate([*neurons, None])
    ]
    network = Network("fire", RateInput(NEURONS, 1, "dither"), tuple(layers))
    return SpikingPlan(network, Datapath(lanes=LANES))


class Leaking(wiring.Component):
    """`Fire` of any membranes that its memory holds, of any layer, beside what real numbers say.

    What is lost is no shift here: it is the whole number L with ``L <= v * multiplier / 2**leak < L + 1``.
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
            dut.layer.eq(self.layer),
            dut.restart.eq(self.restart),
            dut.passes.valid.eq(self.passes.valid),
            dut.passes.payload.eq(self.passes.payload),
            self.passes.ready.eq(dut.passes.ready),
            dut.spikes.ready.eq(self.ready),
            Assume(~ResetSignal()),
            Assume(self.layer < len(self.neurons)),
        ]
        moves, number = self.passes.valid & self.ready, Signal.like(dut.left.address)
        m.d.sync += number.eq(Mux(self.restart, 0, number + moves))
        m.d.comb += [
            Assert(dut.spikes.valid == self.passes.valid),
            Assert(self.passes.ready == self.ready),
            Assert(dut.left.valid == moves),
            Assert(dut.left.address == number),
        ]
        partly = []
        for lane in range(LANES):
            membrane = self.passes.p.sums[lane]
            fits = Signal(signed(plan.membrane_bits), name=f"fits{lane}")
            kept = Signal(signed(plan.membrane_bits), name=f"kept{lane}")
            word = dut.left.data.word_select(lane, plan.membrane_bits)
            m.d.comb += [fits.eq(membrane), Assume(fits == membrane), kept.eq(word)]
            for layer, neuron in enumerate(self.neurons):
                with m.If(self.layer == layer):
                    partly.append(self._one(m, dut, lane, membrane, kept, neuron) & (self.layer == layer))
        # A share with a fraction, below zero, beside a neuron that fires.
        m.d.comb += Cover(Cat(partly).any() & moves & dut.spikes.p["values"].as_value().any() & number.any())
        return m

    def _one(self, m, dut, lane, membrane, kept, neuron):
        """Add what is shown of a membrane, and return whether it is below zero and loses a fraction."""
        fires = dut.spikes.p["values"][lane]
        taken = Mux(fires, neuron.threshold if neuron.reset == "subtract" else 0, 0)
        lost, share = membrane - taken - kept, membrane * neuron.multiplier
        emptied = fires if neuron.reset == "zero" else Const(0)
        m.d.comb += Assert(fires == (membrane >= neuron.threshold))
        with m.If(emptied):
            m.d.comb += Assert(kept == 0)
        if not neuron.leak:
            with m.Elif(Const(1)):
                m.d.comb += Assert(lost == 0)
            return Const(0)
        step = 1 << neuron.leak
        with m.Else():
            m.d.comb += [
                Assert(lost * step <= share),
                Assert(share < (lost + 1) * step),
                # Towards zero, and never beyond: what is left without a spike leaks away.
                Assert(fires | ((kept >= 0) == (membrane >= 0)) | (kept == 0)),
                Assert(fires | (kept <= membrane) | (membrane < 0)),
                Assert(fires | (kept >= membrane) | (membrane >= 0)),
            ]
        return (membrane < 0) & (lost * step != share)


def _proof(design: str, neurons: Sequence[Neuron], mutant: Mutant) -> Proof:
    return Proof(
        "a neuron fires from its threshold on, and its leak takes the whole part of its share",
        f"Fire ({design})",
        partial(Leaking, neurons),
        "induction",
        2,
        mutant,
        covers=4,
        short=True,
    )


PROOFS = [
    _proof(
        "41/1024",
        SHARED[:1],
        Mutant("snn/fire.py", "product >> shift", "(product + (1 << (shift - 1))) >> shift"),
    ),
    _proof(
        "four layers",
        SHARED,
        Mutant("snn/fire.py", "membrane * multiplier if multiplier > 1", "membrane if 1"),
    ),
]
