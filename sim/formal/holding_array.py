"""Holding array: the sums of every pass leave word by word, once, in order, on top of their biases."""

from __future__ import annotations

from amaranth.hdl import Array, Assert, Assume, Cat, Cover, Module, Mux, ResetSignal, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In

from accelgen.rtl.common.holding_array import HoldingMacArray
from accelgen.rtl.payloads import Operand
from sim.formal.proof import Mutant, Proof, inside

__all__ = ["PROOFS"]

LANES, LEAVING, BITS, BIAS_BITS, WORDS = 2, 1, 3, 2, 4


class Held(wiring.Component):
    """`HoldingMacArray` of 1-bit weights and activations beside sums that are kept in another way."""

    def __init__(self):
        super().__init__(
            {
                "operands": In(stream.Signature(Operand(LANES, 1, 1))),
                "ready": In(1),
                "restart": In(1),
                "biases": In(BIAS_BITS * WORDS),
                "last_words": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = HoldingMacArray(LANES, 1, 1, BITS, BIAS_BITS, WORDS, leaving=LEAVING)
        local = inside(dut)
        sound = local["totals"]  # accumulators with the product on offer: nothing else leads to them
        comes, goes = self.operands.p, dut.passes.p
        taken, moves = self.operands.valid & self.operands.ready, dut.passes.valid & self.ready
        m.d.comb += [
            dut.operands.valid.eq(self.operands.valid),
            dut.operands.payload.eq(comes),
            self.operands.ready.eq(dut.operands.ready),
            dut.passes.ready.eq(self.ready),
            dut.restart.eq(self.restart),
            dut.last_words.eq(self.last_words),
            Assume(~ResetSignal()),
            Assume(comes.ends.pass_end | ~comes.ends.as_value().any()),
        ]
        bias, word = self._biases(m, dut)

        # An image starts while nothing is under way, and has a word of biases for each word of sums.
        begun, open_, left = Signal(), Signal(), Signal(range(WORDS + 1))
        sums = [Signal(BITS, name=f"sum{n}") for n in range(LANES)]
        kept = [Signal(BITS, name=f"kept{n}") for n in range(LANES)]
        holds, second, one = Signal(), Signal(), Signal()
        ends = Signal.like(comes.ends)
        with m.If(self.restart):
            m.d.comb += Assume(~open_ & ~holds & ~self.operands.valid)
            m.d.sync += [begun.eq(1), left.eq(0)]
        with m.If(self.operands.valid):
            m.d.comb += Assume(begun)
        with m.If(taken & comes.ends.pass_end):
            needed = Mux(comes.ends.row_end & ~self.last_words, 1, 2)
            m.d.comb += Assume(left + Mux(moves, 1, 0) + needed <= WORDS)

        products = [Mux(code[0], -comes.value, comes.value) for code in comes.codes]
        totals = [(total + product)[:BITS] for total, product in zip(sums, products, strict=True)]
        with m.If(moves):
            m.d.sync += [left.eq(left + 1), second.eq(1)]
            with m.If(second | one):
                m.d.sync += [holds.eq(0), second.eq(0)]
        with m.If(taken):
            m.d.sync += open_.eq(~comes.ends.pass_end)
            for number in range(LANES):
                m.d.sync += sums[number].eq(Mux(comes.ends.pass_end, 0, totals[number]))
            with m.If(comes.ends.pass_end):
                m.d.sync += [holds.eq(1), second.eq(0), one.eq(comes.ends.row_end & ~self.last_words)]
                m.d.sync += [
                    *(each.eq(total) for each, total in zip(kept, totals, strict=True)),
                    ends.eq(comes.ends),
                ]

        last = second | one
        m.d.comb += Assert(dut.passes.valid == holds)
        with m.If(dut.passes.valid):
            expected = Mux(second, kept[1], kept[0]) + bias[left[:2]]
            m.d.comb += [
                Assert(goes.sums[0].as_unsigned() == expected[:BITS]),
                Assert(goes.ends.as_value() == Mux(last, ends.as_value(), 0)),
                Assert(left + Mux(last, 1, 2) <= WORDS),
                # What the registers mean.
                Assert(local["left"] == ~last),
                Assert(local["ends"].as_value() == ends.as_value()),
                Assert(local["held"][:BITS] == Mux(second, kept[1], kept[0])),
                Assert(second | (local["held"][BITS:] == kept[1])),
                Assert(word == bias[left[:2]].as_unsigned()),
            ]
        with m.If(~holds & begun & (left < WORDS)):
            m.d.comb += Assert(word == bias[left[:2]].as_unsigned())
        m.d.comb += Assert(sound == Cat(totals))
        m.d.comb += [
            Assert(~(taken & comes.ends.pass_end & holds) | (moves & last)),  # nothing is lost
            Assert(open_ | ~Cat(sums).any()),
            Assert(begun | ~(open_ | holds)),
            Assert(~second | ~one),
            Assert(left <= WORDS),
            Assert(~begun | (local["following"] == Mux(left == WORDS, WORDS, left + 1))),
        ]
        passes = Signal(2)
        with m.If(moves & last & (passes != 3)):
            m.d.sync += passes.eq(passes + 1)
        m.d.comb += Cover((passes == 2) & moves & Cat(kept).any() & (word != 0))
        return m

    def _biases(self, m, dut):
        """Let a memory of biases answer in a cycle; return the biases, and the word that it gives."""
        biases, words, known = Signal(BIAS_BITS * WORDS), Signal(), Signal()
        m.d.sync += [known.eq(1), biases.eq(self.biases), words.eq(self.last_words)]
        with m.If(known):  # they stay what they are, and so does the layer
            m.d.comb += Assume((biases == self.biases) & (words == self.last_words))
        bias = Array(self.biases[BIAS_BITS * n :][:BIAS_BITS].as_signed() for n in range(WORDS))
        word = Signal(BIAS_BITS)
        with m.If(dut.enable):
            m.d.sync += word.eq(bias[dut.address])
        m.d.comb += dut.start[0].eq(word)
        return bias, word


PROOFS = [
    Proof(
        "the sums of every pass leave word by word, once, in order, on top of their biases",
        "HoldingMacArray",
        Held,
        "induction",
        3,
        Mutant(
            "common/holding_array.py",
            "self.operands.ready.eq(~closing | ~holds | (moves & last))",
            "self.operands.ready.eq(~closing | ~holds | last)",
        ),
        covers=16,
        short=True,
    )
]
