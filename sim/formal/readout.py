"""Readout: membranes lose the whole part of their share, and the score is what it is said to be."""

from __future__ import annotations

from functools import partial

from amaranth.hdl import Array, Assert, Assume, Cover, Module, Mux, ResetSignal, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In

from accelgen.network import Integrator
from accelgen.rtl.payloads import Score
from accelgen.rtl.snn.readout import Readout
from sim.formal.proof import Mutant, Proof

__all__ = ["PROOFS"]

CLASSES, INCREMENT, BITS = 2, 3, 6


class Integrated(wiring.Component):
    """`Readout` of any increments, beside membranes and scores that follow its equations in real numbers.

    What is lost is no shift here: it is the whole number L with ``L <= v * multiplier / 2**leak < L + 1``.
    """

    def __init__(self, rule: Integrator):
        self.rule = rule
        super().__init__(
            {
                "final": In(1),
                "increments": In(stream.Signature(Score(INCREMENT))),
                "lost": In(signed(BITS)),
                "ready": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        rule = self.rule
        m.submodules.dut = dut = Readout(
            CLASSES, INCREMENT, BITS, early_stop=False, integrator=rule, membrane_bits=BITS
        )
        number, first, final = Signal(range(CLASSES)), Signal(init=1), Signal()
        beside, held = Signal(), Signal()  # the timestep goes on, and is what it was
        moves = self.increments.valid & self.increments.ready
        last = number == CLASSES - 1
        m.d.comb += [
            final.eq(Mux(beside, held, self.final)),
            dut.first.eq(first),
            dut.final.eq(final),
            dut.increments.valid.eq(self.increments.valid),
            dut.increments.payload.eq(self.increments.payload),
            self.increments.ready.eq(dut.increments.ready),
            dut.scores.ready.eq(self.ready),
            dut.drained.eq(0),
            Assume(~ResetSignal()),
        ]
        m.d.sync += [beside.eq(1), held.eq(final)]
        with m.If(moves):
            m.d.sync += number.eq(Mux(last, 0, number + 1))
            with m.If(last):
                m.d.sync += [first.eq(final), beside.eq(0)]
        membranes = [Signal(signed(BITS), name=f"kept{n}") for n in range(CLASSES)]
        scores = [Signal(signed(BITS), name=f"so_far{n}") for n in range(CLASSES)]
        before, earlier = Array(membranes)[number], Array(scores)[number]
        membrane, score = Signal(signed(BITS)), Signal(signed(BITS))
        step = 1 << rule.leak
        wanted = Mux(first, 0, before - self.lost) + self.increments.p.value
        total = {
            "last": membrane,
            "sum": membrane + Mux(first, 0, earlier),
            "max": Mux(first | (membrane > earlier), membrane, earlier),
        }[rule.score]
        m.d.comb += [
            Assume(self.lost * step <= before * rule.multiplier),
            Assume(before * rule.multiplier < (self.lost + 1) * step),
            membrane.eq(wanted),
            score.eq(total),
            Assume(membrane == wanted),  # their widths are proven from the weights
            Assume(score == total),
        ]
        with m.If(moves):
            for n in range(CLASSES):
                with m.If(number == n):
                    m.d.sync += [membranes[n].eq(membrane), scores[n].eq(score)]
        with m.If(final & self.increments.valid):
            m.d.comb += [
                Assert(dut.scores.valid),
                Assert(dut.scores.p.value == score),
                Assert(dut.scores.p.last == last),
                Assert(self.increments.ready == self.ready),
            ]
        with m.Else():
            m.d.comb += [Assert(~dut.scores.valid), Assert(~self.increments.valid | self.increments.ready)]
        # A membrane below zero loses a part that is no whole number, and its score leaves.
        fraction = self.lost * step != before * rule.multiplier
        m.d.comb += Cover(final & moves & ~first & last & (before < 0) & fraction)
        return m


def _proof(rule: Integrator, mutant: Mutant) -> Proof:
    return Proof(
        "a membrane that is read out loses the whole part of its share, and the score follows it",
        f"Readout ({rule.title.replace(',', ';')})",
        partial(Integrated, rule),
        "bounded",
        8,
        mutant,
        short=True,
    )


PROOFS = [
    _proof(Integrator(2), Mutant("snn/readout.py", "left.eq(rule.left(before))", "left.eq(before)")),
    _proof(
        Integrator(3, 5, "max"),
        Mutant("snn/readout.py", "self.first | (membrane > stored)", "membrane > stored"),
    ),
    _proof(Integrator(1, 1, "sum"), Mutant("snn/readout.py", "Mux(self.first, 0, left)", "left")),
]
