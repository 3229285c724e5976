"""The MAC array of compact hardware: finished sums move to a register, and leave it a few at a time."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Mux, Signal, Value, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.mac_array import MacArray
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Accumulators, Operand

__all__ = ["HoldingMacArray"]


class HoldingMacArray(MacArray):
    """Accumulate the operands of a pass from zero; add the biases when its sums leave, ``leaving`` at a time.

    Lookup tables choose and add in one step, but not when both operands of an adder are chosen. So the
    accumulators are cleared instead of being started from a bias, and what follows them, requantiser, drain
    and packer, is as wide as the few sums that leave.

    Throughput: one operand per cycle; the sums of a pass leave while the next one runs, so a pass waits only
    if it has fewer operands than the pass before has words of sums. Latency: the first sums of a pass are
    offered on ``passes`` one cycle after its last operand. Back-pressure: the register keeps the sums, and
    the last operand of the next pass does not enter.

    Sums without their bias may pass the bounds of an accumulator, and come back when it is added: addition
    modulo ``2**accumulator_bits`` does not care.

    Parameters
    ----------
    lanes, weight_bits, bits, accumulator_bits, start_bits, signed_bits : int
        See `MacArray`.
    start_words : int
        Words of biases, one for each word of sums of an image.
    leaving : int
        Sums that leave in a cycle; a divisor of ``lanes``.

    Members
    -------
    restart : In(1)
        An image starts, some cycles before its first operand.
    enable, address, start : memory of biases
        Read port, one cycle of latency; ``leaving`` biases.
    last_words : In(range(lanes // leaving))
        Words of sums of the last pass of a block row, less one; the other passes have all.
    operands : In(stream.Signature(Operand(lanes, weight_bits, bits)))
        Activations and codes.
    passes : Out(stream.Signature(Accumulators(leaving, accumulator_bits)))
        Finished sums. What ends, ends with the last word of a pass.
    signs : In(1)
        Activations are in two's complement. Only with ``signed_bits``.
    """

    def __init__(
        self,
        lanes: int,
        weight_bits: int,
        bits: int,
        accumulator_bits: int,
        start_bits: int,
        start_words: int,
        *,
        leaving: int,
        signed_bits: int = 0,
    ):
        self.lanes = lanes
        self.weight_bits = weight_bits
        self.bits = bits
        self.accumulator_bits = accumulator_bits
        self.start_bits = start_bits
        self.start_words = start_words
        self.leaving = leaving
        self.signed_bits = signed_bits
        wiring.Component.__init__(
            self,
            {
                "restart": In(1),
                "enable": Out(1),
                "address": Out(counter(start_words)),
                "start": In(data.ArrayLayout(signed(start_bits), leaving)),
                "last_words": In(counter(lanes // leaving)),
                "operands": In(stream.Signature(Operand(lanes, weight_bits, bits, self.ends))),
                "passes": Out(stream.Signature(Accumulators(leaving, accumulator_bits, self.ends))),
                **({"signs": In(1)} if signed_bits else {}),
            },
        )

    def elaborate(self, platform):
        m = Module()
        word = self.leaving * self.accumulator_bits
        held = Signal(self.lanes * self.accumulator_bits, reset_less=True)  # shifts right by a word of sums
        holds = Signal()
        left = Signal.like(self.last_words)
        ends = Signal.like(self.operands.p.ends)
        last, moves, taken, finishes = Signal(), Signal(), Signal(), Signal()
        closing = self.operands.p.ends.pass_end
        m.d.comb += [
            last.eq(~left.any()),
            moves.eq(self.passes.valid & self.passes.ready),
            self.operands.ready.eq(~closing | ~holds | (moves & last)),
            taken.eq(self.operands.valid & self.operands.ready),
            finishes.eq(taken & closing),
            self.passes.valid.eq(holds),
        ]
        with m.If(last):
            m.d.comb += self.passes.p.ends.eq(ends)
        for number in range(self.leaving):
            finished = held[number * self.accumulator_bits :][: self.accumulator_bits].as_signed()
            m.d.comb += self.passes.p.sums[number].eq(finished + self.start[number])

        totals = Cat(self._totals(m, taken, closing))
        with m.If(moves & last):
            m.d.sync += holds.eq(0)
        with m.If(moves):
            m.d.sync += left.eq(left - 1)
        with m.If(finishes):
            full = self.lanes // self.leaving - 1
            m.d.sync += [
                holds.eq(1),
                ends.eq(self.operands.p.ends),
                left.eq(Mux(self.operands.p.ends.row_end, self.last_words, full)),
            ]
        with m.If(finishes | moves):
            shifted = Cat(held[word:], totals[len(held) - word :])  # nothing follows the last word
            m.d.sync += held.eq(Mux(finishes, totals, shifted))
        self._prefetch(m, moves, C(1, 1))
        return m

    def _totals(self, m: Module, taken: Value, closing: Value) -> list[Value]:
        """Build the lanes, whose accumulators a finished pass leaves at zero; return their sums."""
        totals, tell = [], self._teller(m)
        for number in range(self.lanes):
            lane = self._lane(m, number)
            total = Signal(signed(self.accumulator_bits), name=f"accumulator{number}")
            m.d.comb += [lane.code.eq(self.operands.p.codes[number]), lane.start.eq(total), *tell(lane)]
            with m.If(taken & self._counts(number)):
                m.d.sync += total.eq(lane.total)
            with m.If(taken & closing):
                m.d.sync += total.eq(0)
            totals.append(lane.total)
        return totals
