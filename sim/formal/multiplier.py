"""Multiplier: every pass leaves once, each output of it multiplied with what was held out at its turn."""

from __future__ import annotations

from functools import partial

from amaranth.hdl import Array, Assert, Assume, Cover, Module, Mux, ResetSignal, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In

from accelgen.rtl.dnn.multiplier import Multiplier
from accelgen.rtl.payloads import Accumulators
from sim.formal.proof import Mutant, Proof

__all__ = ["PROOFS"]

LANES, BITS, FACTOR, SHIFT, VALUE = 2, 3, 2, 1, 2


class Products(wiring.Component):
    """`Multiplier` beside a copy of the pass that it took, and of the multipliers that it used."""

    def __init__(self, *, even: bool):
        self.even = even
        super().__init__(
            {
                "passes": In(stream.Signature(Accumulators(LANES, BITS))),
                "multiplier": In(FACTOR),
                "offset": In(FACTOR),
                "ready": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = Multiplier(
            LANES, BITS, VALUE, (FACTOR, FACTOR), [(LANES, SHIFT, VALUE, self.even)]
        )
        m.d.comb += [
            dut.passes.valid.eq(self.passes.valid),
            dut.passes.payload.eq(self.passes.payload),
            self.passes.ready.eq(dut.passes.ready),
            dut.multiplier.eq(self.multiplier),
            dut.offset.eq(self.offset),
            dut.activations.ready.eq(self.ready),
            Assume(~ResetSignal()),
            Assume(self.offset < self.multiplier),
        ]
        taken, left = self.passes.valid & self.passes.ready, dut.activations.valid & self.ready
        inside, turn, went = Signal(), Signal(range(LANES + 1)), Signal(2)
        copy = Signal.like(self.passes.payload)
        values = [Signal(VALUE, name=f"value{n}") for n in range(LANES)]
        m.d.sync += inside.eq(taken | (inside & ~left))
        with m.If(left):
            m.d.sync += went.eq(Mux(went == 3, 3, went + 1))
        with m.If(taken):
            m.d.sync += [copy.eq(self.passes.payload), turn.eq(0)]
            m.d.comb += Assert(~inside | left)
        with m.If(dut.used):
            product = Signal(signed(BITS + FACTOR + 1))
            wanted = Signal(signed(BITS + FACTOR + 1))
            own = Array(copy.sums[n] for n in range(LANES))[turn]
            m.d.comb += [
                product.eq(own * self.multiplier + self.offset),
                wanted.eq((product >> SHIFT) - (product[SHIFT] & ~product[:SHIFT].any() & self.even)),
                Assert(inside & (turn < LANES)),
                Assert(dut.last == (turn == LANES - 1)),
            ]
            m.d.sync += turn.eq(turn + 1)
            most = (1 << VALUE) - 1
            for number, value in enumerate(values):
                with m.If(turn == number):
                    m.d.sync += value.eq(Mux(wanted < 0, 0, Mux(wanted > most, most, wanted)))
        offered, stays = Signal.like(dut.activations.payload.as_value()), Signal()
        m.d.sync += [offered.eq(dut.activations.payload), stays.eq(dut.activations.valid & ~self.ready)]
        with m.If(stays):
            m.d.comb += Assert(dut.activations.valid & (dut.activations.payload.as_value() == offered))
        with m.If(dut.activations.valid):
            m.d.comb += [Assert(inside & (turn == LANES)), Assert(dut.activations.p.ends == copy.ends)]
            m.d.comb += [Assert(dut.activations.p["values"][n] == value) for n, value in enumerate(values)]
        m.d.comb += Cover((went == 2) & left & values[0].any() & ~values[1].any())
        return m


PROOFS = [
    Proof(
        "every pass leaves once, each output times what was held out at its turn",
        f"Multiplier{' (even)' if even else ''}",
        partial(Products, even=even),
        "bounded",
        16,
        Mutant("dnn/multiplier.py", "offset.eq(self.offset)", "offset.eq(0)"),
        short=True,
    )
    for even in (False, True)
]
