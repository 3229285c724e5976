"""Accumulators to activations: a shift and a clamp, or thresholds, for all lanes at once."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Module, Signal, Value, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.requantised import reached, requantised
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Accumulators, Activations, Ends

__all__ = ["Requantiser"]


class Requantiser(wiring.Component):
    """Requantise a pass: each sum becomes ``clamp(sum >> shift, 0, 2**bits - 1)``, or counts thresholds.

    Throughput: one pass per cycle. Latency: none (combinational). Back-pressure passes straight
    through. The bias was added before: it is where an accumulator starts.

    Parameters
    ----------
    lanes : int
        Sums of a pass.
    accumulator_bits, activation_bits : int
        Widths of a sum and of the widest activation.
    rules : list of (shift, bits) or None
        The rule of each hidden layer; None if its passes do not come here.
    ends : StructLayout
        What may end with a pass.
    columns : list of tuple of int or None
        For each hidden layer its thresholds, None for those that ``thresholds`` holds; none where it shifts.
    threshold_bits : int
        Bits of a threshold in ``thresholds``, signed.

    Members
    -------
    layer : In(range(len(rules)))
        The layer whose rule applies.
    passes : In(stream.Signature(Accumulators(lanes, accumulator_bits)))
        Finished sums.
    activations : Out(stream.Signature(Activations(lanes, activation_bits)))
        Their activations.
    thresholds : In(ArrayLayout(ArrayLayout(signed(threshold_bits), slots), lanes))
        Thresholds of the channels of the pass that is offered; only if a layer has such.
    """

    def __init__(
        self,
        lanes: int,
        accumulator_bits: int,
        activation_bits: int,
        rules: Sequence[tuple[int, int] | None],
        ends: data.StructLayout = Ends,
        *,
        columns: Sequence[tuple[int | None, ...]] = (),
        threshold_bits: int = 0,
    ):
        self.lanes = lanes
        self.accumulator_bits = accumulator_bits
        self.activation_bits = activation_bits
        self.rules = [
            (*rule, levels) if rule else None
            for rule, levels in zip(rules, columns or [()] * len(rules), strict=True)
        ]
        members = {
            "layer": In(counter(len(rules))),
            "passes": In(stream.Signature(Accumulators(lanes, accumulator_bits, ends))),
            "activations": Out(stream.Signature(Activations(lanes, activation_bits, ends))),
        }
        if slots := max((levels.count(None) for levels in columns), default=0):
            lane = data.ArrayLayout(signed(threshold_bits), slots)
            members["thresholds"] = In(data.ArrayLayout(lane, lanes))
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        m.d.comb += [
            self.activations.valid.eq(self.passes.valid),
            self.passes.ready.eq(self.activations.ready),
            self.activations.p.ends.eq(self.passes.p.ends),
        ]
        distinct = sorted(dict.fromkeys(filter(None, self.rules)), key=lambda rule: rule[:2])
        chosen = Signal(len(distinct))
        with m.Switch(self.layer):
            for layer, rule in enumerate(self.rules):
                with m.Case(layer):
                    m.d.comb += chosen.eq(1 << distinct.index(rule) if rule else 0)
            with m.Default():  # the layer that gives scores
                m.d.comb += chosen.eq(0)
        width = max([self.accumulator_bits, *(shift + bits + 1 for shift, bits, _ in distinct)])
        for lane in range(self.lanes):
            total = Signal(width, name=f"sum{lane}")
            m.d.comb += total.eq(self.passes.p.sums[lane])  # sign-extended where a shift needs it
            for number, (shift, bits, levels) in enumerate(distinct):
                with m.If(chosen[number]):
                    result = self._reached(lane, levels) if levels else requantised(total, shift, bits)
                    m.d.comb += self.activations.p["values"][lane].eq(result)
        return m

    def _reached(self, lane: int, levels: tuple[int | None, ...]) -> Value:
        """Return how many thresholds of a layer the sum of a lane has reached."""
        own = iter(self.thresholds[lane] if None in levels else ())
        return reached(self.passes.p.sums[lane], [next(own) if level is None else level for level in levels])
