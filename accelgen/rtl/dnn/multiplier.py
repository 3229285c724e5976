"""Accumulators to activations by a multiplier and a shift: one multiplier, and all lanes take turns at it."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Array, C, Module, Mux, Signal, Value, signed, unsigned
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.requantised import requantised
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Accumulators, Activations, Ends

__all__ = ["Multiplier"]


class Multiplier(wiring.Component):
    """Requantise a pass: each sum becomes ``clamp((sum * multiplier + offset) >> shift, 0, 2**bits - 1)``.

    A pass is copied, so that the lanes sum up the next one meanwhile. Passes of layers with another rule go
    through to ``others``, and what they become comes back from ``plain``. Throughput: a pass in two cycles
    more than it has outputs. Latency: the same. Back-pressure: the copy waits, and passes after it.

    Parameters
    ----------
    lanes : int
        Sums of a pass.
    accumulator_bits, activation_bits : int
        Widths of a sum and of the widest activation.
    factor_bits : (int, int)
        Bits of a multiplier and of an offset, unsigned.
    rules : list of (outputs, shift, bits, even) or None
        For each hidden layer the outputs of a pass, and its rule; None if it has another one.
    ends : StructLayout
        What may end with a pass.

    Members
    -------
    layer : In(range(len(rules)))
        The layer that runs.
    passes : In(stream.Signature(Accumulators(lanes, accumulator_bits)))
        Finished sums.
    others, plain : Out(stream.Signature(Accumulators(...))), In(stream.Signature(Activations(...)))
        The way through a requantiser; only if a layer has another rule.
    activations : Out(stream.Signature(Activations(lanes, activation_bits)))
        Their activations.
    multiplier, offset : In(unsigned)
        Of the output that is next.
    used, last, used_ends : Out(1), Out(1), Out(ends)
        Multiplier and offset are used now; it is the last output of a pass; what ends with this pass.
    """

    def __init__(
        self,
        lanes: int,
        accumulator_bits: int,
        activation_bits: int,
        factor_bits: tuple[int, int],
        rules: Sequence[tuple[int, int, int, bool] | None],
        ends: data.StructLayout = Ends,
    ):
        self.lanes = lanes
        self.accumulator_bits = accumulator_bits
        self.activation_bits = activation_bits
        self.product_bits = accumulator_bits + factor_bits[0]
        self.rules = list(rules)
        sums, values = Accumulators(lanes, accumulator_bits, ends), Activations(lanes, activation_bits, ends)
        members = {
            "layer": In(counter(len(self.rules))),
            "passes": In(stream.Signature(sums)),
            "activations": Out(stream.Signature(values)),
            "multiplier": In(unsigned(factor_bits[0])),
            "offset": In(unsigned(factor_bits[1])),
            "used": Out(1),
            "last": Out(1),
            "used_ends": Out(ends),
        }
        if None in self.rules:
            members |= {"others": Out(stream.Signature(sums)), "plain": In(stream.Signature(values))}
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        width = self.accumulator_bits
        waiting = Signal(self.lanes * width)  # shifts right by a sum each cycle
        ends = Signal.like(self.passes.p.ends)
        lane = Signal(counter(self.lanes))
        busy = Signal()  # sums wait
        finished = Signal()  # all values are there
        product = Signal(signed(self.product_bits))
        offset = Signal.like(self.offset)
        place = Signal.like(lane)
        multiplied = Signal()  # `product` is the one of `place`
        closes = Signal()  # it is the last one
        values = Signal(data.ArrayLayout(self.activation_bits, self.lanes))

        mine = self._of_layer([rule is not None for rule in self.rules])
        most = self._of_layer([rule[0] - 1 if rule else 0 for rule in self.rules])
        free = ~busy & ~multiplied & (~finished | self.activations.ready)
        taken = Signal()
        m.d.comb += [
            taken.eq(self.passes.valid & mine & free),
            self.used.eq(busy),
            self.last.eq(lane == most),
            self.used_ends.eq(ends),
            self.activations.valid.eq(finished),
            self.activations.p["values"].eq(values),
            self.activations.p.ends.eq(ends),
            self.passes.ready.eq(free),
        ]
        with m.If(finished & self.activations.ready):
            m.d.sync += finished.eq(0)
        with m.If(taken):
            m.d.sync += [busy.eq(1), lane.eq(0), ends.eq(self.passes.p.ends)]
        with m.If(taken | busy):
            m.d.sync += waiting.eq(Mux(taken, self.passes.p.sums, waiting >> width))
        m.d.sync += multiplied.eq(busy)
        with m.If(busy):
            m.d.sync += [
                product.eq(waiting[:width].as_signed() * self.multiplier),
                offset.eq(self.offset),
                place.eq(lane),
                closes.eq(self.last),
                lane.eq(lane + 1),
            ]
            with m.If(self.last):
                m.d.sync += busy.eq(0)
        with m.If(multiplied):
            m.d.sync += [values[place].eq(self._requantised(m, product + offset)), finished.eq(closes)]
        if None in self.rules:
            self._pass_others(m, mine)
        return m

    def _of_layer(self, constants: Sequence[int]) -> Value:
        """Return the constant of the layer that runs; nothing is asked of the one that gives scores."""
        width = max(constants).bit_length() or 1
        return Array(C(int(constant), width) for constant in constants)[self.layer]

    def _requantised(self, m: Module, total: Value) -> Value:
        """Return the activation of a product with its offset, by the rule of the layer that runs."""
        reach = max(rule[1] + rule[2] + 1 for rule in self.rules if rule)
        wide = Signal(signed(max(self.product_bits, reach)))
        value = Signal(self.activation_bits)
        m.d.comb += wide.eq(total)
        with m.Switch(self.layer):
            for number, rule in enumerate(self.rules):
                if rule:
                    with m.Case(number):
                        m.d.comb += value.eq(requantised(wide, *rule[1:3], even=rule[3]))
        return value

    def _pass_others(self, m: Module, mine: Value) -> None:
        """Let passes of layers with another rule through, and what they become."""
        m.d.comb += [
            self.others.payload.eq(self.passes.payload),
            self.others.valid.eq(self.passes.valid & ~mine),
            self.plain.ready.eq(self.activations.ready & ~mine),
        ]
        with m.If(~mine):
            m.d.comb += [
                self.passes.ready.eq(self.others.ready),
                self.activations.valid.eq(self.plain.valid),
                self.activations.payload.eq(self.plain.payload),
            ]
