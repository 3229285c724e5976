"""A layer as gates: each output the weighted sum of the inputs that its weights keep."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.network.dense import Dense
from accelgen.network.multiply import Multiply
from accelgen.network.thresholds import Thresholds
from accelgen.network.widths import accumulator_bits
from accelgen.rtl.common.requantised import reached, requantised
from accelgen.rtl.unrolled.multiplied import multiplied
from accelgen.rtl.unrolled.weighted_sum import weighted_sum

__all__ = ["UnrolledLayer"]


class UnrolledLayer(wiring.Component):
    """Compute a layer. Combinational.

    Parameters
    ----------
    layer : Dense
        Its weights, biases and rule.
    input_bits : int
        Bits of an input.
    signed_inputs : bool
        Inputs are in two's complement.

    Members
    -------
    values : In(inputs * input_bits)
        Input 0 in the low bits.
    results : Out(outputs * bits)
        Activations, or the signed scores of a layer that gives scores, output 0 in the low bits.
    """

    def __init__(self, layer: Dense, input_bits: int, *, signed_inputs: bool = False):
        self.layer = layer
        self.input_bits = input_bits
        self.signed_inputs = signed_inputs
        rule = layer.rule
        sum_bits = accumulator_bits(layer, input_bits, signed=signed_inputs)
        self.result_bits = rule.bits_out if rule else sum_bits
        super().__init__(
            {"values": In(layer.inputs * input_bits), "results": Out(layer.outputs * self.result_bits)}
        )

    def elaborate(self, platform):
        m = Module()
        layer, rule = self.layer, self.layer.rule
        values = [self.values.word_select(n, self.input_bits) for n in range(layer.inputs)]
        more = 0
        if self.signed_inputs:
            # An input with its sign inverted is unsigned, and so much more than it was.
            values = [Cat(value[:-1], ~value[-1]) for value in values]
            more = 1 << (self.input_bits - 1)
        for output, (weights, bias) in enumerate(zip(layer.weights.dense(), layer.bias, strict=True)):
            sums = weighted_sum(values, weights.tolist(), int(bias) - more * int(weights.sum()))
            if isinstance(rule, Thresholds):
                levels = rule.levels[output % len(rule.levels)]
                total = Signal(signed(len(sums)), name=f"sum{output}")
                m.d.comb += total.eq(sums)
                m.d.comb += self.results.word_select(output, self.result_bits).eq(reached(total, levels))
                continue
            if isinstance(rule, Multiply):
                sums = multiplied(sums, rule.multipliers[output], rule.offsets[output])
            width = max(len(sums), rule.shift + rule.bits + 1) if rule else self.result_bits
            total = Signal(signed(width), name=f"sum{output}")
            even = isinstance(rule, Multiply) and rule.even
            result = requantised(total, rule.shift, rule.bits, even=even) if rule else total
            m.d.comb += [total.eq(sums), self.results.word_select(output, self.result_bits).eq(result)]
        return m
