"""The MAC array: one broadcast activation, one code and one accumulator for each lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from amaranth.hdl import C, Module, Mux, Signal, Value, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.mac_lane import SHARED_BITS, MacLane, largest_multiple, multiples
from accelgen.rtl.common.wide_lane import WideLane
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Accumulators, Ends, Operand

__all__ = ["MacArray"]


class MacArray(wiring.Component):
    """Accumulate the operands of a pass on top of its start values: biases, or membranes.

    Throughput: one operand per cycle, with no bubble between passes while results are taken at once.
    Latency: a pass is offered on ``passes`` one cycle after its last operand. Back-pressure: the
    accumulators themselves hold a finished pass, so no operand enters until it is taken.

    Parameters
    ----------
    lanes : int
        Codes of an operand.
    weight_bits, bits, accumulator_bits, start_bits : int
        Widths of a code, an activation, a sum and a start value.
    start_words : int
        Words of start values, one for each pass of an image (or of a timestep).
    signed_bits : int
        Bits of activations in two's complement, those above being zero; 0 if there are never any.

    Members
    -------
    restart : In(1)
        An image (or a timestep) starts, some cycles before its first operand.
    enable, address, start : memory of start values
        Read port, one cycle of latency.
    operands : In(stream.Signature(Operand(lanes, weight_bits, bits)))
        Activations and codes.
    passes : Out(stream.Signature(Accumulators(lanes, accumulator_bits)))
        Finished sums.
    signs : In(1)
        Activations are in two's complement. Only with ``signed_bits``.
    """

    ends = Ends

    def __init__(
        self,
        lanes: int,
        weight_bits: int,
        bits: int,
        accumulator_bits: int,
        start_bits: int,
        start_words: int,
        *,
        signed_bits: int = 0,
    ):
        self.lanes = lanes
        self.weight_bits = weight_bits
        self.bits = bits
        self.accumulator_bits = accumulator_bits
        self.start_bits = start_bits
        self.start_words = start_words
        self.signed_bits = signed_bits
        super().__init__(
            {
                "restart": In(1),
                "enable": Out(1),
                "address": Out(counter(start_words)),
                "start": In(data.ArrayLayout(signed(start_bits), lanes)),
                "operands": In(stream.Signature(Operand(lanes, weight_bits, bits, self.ends))),
                "passes": Out(stream.Signature(Accumulators(lanes, accumulator_bits, self.ends))),
                **({"signs": In(1)} if signed_bits else {}),
            }
        )

    def elaborate(self, platform):
        m = Module()
        first = Signal(init=1)
        finished = Signal()
        ends = Signal.like(self.operands.p.ends)
        taken = Signal()
        m.d.comb += [
            self.operands.ready.eq(~finished | self.passes.ready),
            taken.eq(self.operands.valid & self.operands.ready),
            self.passes.valid.eq(finished),
            self.passes.p.ends.eq(ends),
        ]
        with m.If(taken):
            m.d.sync += [first.eq(self.operands.p.ends.pass_end), ends.eq(self.operands.p.ends)]
        with m.If(self.operands.ready):
            m.d.sync += finished.eq(taken & self.operands.p.ends.pass_end)

        self._prefetch(m, taken, first)
        tell = self._teller(m)
        for number in range(self.lanes):
            lane = self._lane(m, number)
            total = Signal(signed(self.accumulator_bits), name=f"accumulator{number}")
            m.d.comb += [
                lane.code.eq(self.operands.p.codes[number]),
                lane.start.eq(Mux(first, self.start[number], total)),
                self.passes.p.sums[number].eq(total),
                *tell(lane),
            ]
            with m.If(taken & (first | self._counts(number))):
                m.d.sync += total.eq(lane.total)
        return m

    def _lane(self, m: Module, number: int) -> MacLane | WideLane:
        """Build a lane."""
        kind = WideLane if self.weight_bits > SHARED_BITS else MacLane
        lane = kind(self.weight_bits, self.bits, self.accumulator_bits, signed_values=bool(self.signed_bits))
        m.submodules[f"lane{number}"] = lane
        return lane

    def _counts(self, number: int) -> Value:
        """Return whether a lane has work: a weight of zero leaves the sum alone, and its clock still."""
        return self.operands.p.codes[number].any() if self.weight_bits > 1 else C(1, 1)

    def _teller(self, m: Module) -> Callable[[MacLane | WideLane], list[Any]]:
        """Build what lanes share, and return what tells a lane the activation that it multiplies."""
        if self.weight_bits > SHARED_BITS:
            return lambda lane: [lane.value.eq(self._worth())]
        factor, negative = self._magnitude(m)
        shared = self._shared(m, factor)

        def tell(lane):
            told = [lane.multiples[n].eq(signal) for n, signal in enumerate(shared)]
            return [*told, *([lane.negative.eq(negative)] if self.signed_bits else [])]

        return tell

    def _magnitude(self, m: Module) -> tuple[Value, Value]:
        """Return the magnitude of the activation, and whether it is below zero: lanes know unsigned ones."""
        value, bits = self.operands.p.value, self.signed_bits
        if not bits:
            return value, C(0, 1)
        negative, magnitude = Signal(), Signal(self.bits)
        m.d.comb += [
            negative.eq(self.signs & value[bits - 1]),
            magnitude.eq(Mux(negative, (-value)[:bits], value)),  # that of the least is itself
        ]
        return magnitude, negative

    def _worth(self) -> Value:
        """Return the activation as the number that it stands for."""
        value, bits = self.operands.p.value, self.signed_bits
        return Mux(self.signs, value[:bits].as_signed(), value) if bits else value

    def _shared(self, m: Module, factor: Value) -> list[Signal]:
        """Return the multiples of the activation that all lanes choose from."""
        shared = [
            Signal(self.bits + self.weight_bits, name=f"times{number}")
            for number in range(largest_multiple(self.weight_bits) + 1)
        ]
        for signal, value in zip(shared, multiples(factor, self.weight_bits), strict=True):
            m.d.comb += signal.eq(value)
        return shared

    def _prefetch(self, m: Module, taken, first) -> None:
        """Read the start values of the next pass while this one starts; they wait in the memory's output."""
        following = Signal(counter(self.start_words + 1))
        with m.If(self.restart):
            m.d.comb += self.enable.eq(1)
            m.d.sync += following.eq(1)
        with m.Elif(taken & first & (following != self.start_words)):
            m.d.comb += [self.enable.eq(1), self.address.eq(following)]
            m.d.sync += following.eq(following + 1)
