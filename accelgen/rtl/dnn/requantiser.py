"""Accumulators to activations: a shift and a clamp, for all lanes at once."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.requantised import requantised
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Accumulators, Activations, Ends

__all__ = ["Requantiser"]


class Requantiser(wiring.Component):
    """Requantise a pass: each sum becomes ``clamp(sum >> shift, 0, 2**bits - 1)``.

    Throughput: one pass per cycle. Latency: none (combinational). Back-pressure passes straight
    through. The bias was added before: it is where an accumulator starts.

    Parameters
    ----------
    lanes : int
        Sums of a pass.
    accumulator_bits, activation_bits : int
        Widths of a sum and of the widest activation.
    rules : list of (shift, bits)
        The rule of each hidden layer.
    ends : StructLayout
        What may end with a pass.

    Members
    -------
    layer : In(range(len(rules)))
        The layer whose rule applies.
    passes : In(stream.Signature(Accumulators(lanes, accumulator_bits)))
        Finished sums.
    activations : Out(stream.Signature(Activations(lanes, activation_bits)))
        Their activations.
    """

    def __init__(
        self,
        lanes: int,
        accumulator_bits: int,
        activation_bits: int,
        rules: list[tuple[int, int]],
        ends: data.StructLayout = Ends,
    ):
        self.lanes = lanes
        self.accumulator_bits = accumulator_bits
        self.activation_bits = activation_bits
        self.rules = rules
        super().__init__(
            {
                "layer": In(counter(len(rules))),
                "passes": In(stream.Signature(Accumulators(lanes, accumulator_bits, ends))),
                "activations": Out(stream.Signature(Activations(lanes, activation_bits, ends))),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.d.comb += [
            self.activations.valid.eq(self.passes.valid),
            self.passes.ready.eq(self.activations.ready),
            self.activations.p.ends.eq(self.passes.p.ends),
        ]
        distinct = sorted(set(self.rules))
        chosen = Signal(len(distinct))
        with m.Switch(self.layer):
            for layer, rule in enumerate(self.rules):
                with m.Case(layer):
                    m.d.comb += chosen.eq(1 << distinct.index(rule))
            with m.Default():  # the layer that gives scores
                m.d.comb += chosen.eq(0)
        width = max([self.accumulator_bits, *(shift + bits + 1 for shift, bits in distinct)])
        for lane in range(self.lanes):
            total = Signal(width, name=f"sum{lane}")
            m.d.comb += total.eq(self.passes.p.sums[lane])  # sign-extended where a shift needs it
            for number, (shift, bits) in enumerate(distinct):
                with m.If(chosen[number]):
                    m.d.comb += self.activations.p["values"][lane].eq(requantised(total, shift, bits))
        return m
