"""A multiply-accumulate lane for weights of 5 to 8 bits: a multiplier of its own.

Multiples that all lanes share are few for weights of up to 4 bits; 8 bits would need 128 of them. Two digits
of 4 bits on the lanes of narrow weights would need two choices among multiples and a second adder in each
lane, or a second cycle. A multiplier needs neither, and is a DSP block where an FPGA has some.
"""

from __future__ import annotations

from amaranth.hdl import Module, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["WideLane"]


class WideLane(wiring.Component):
    """Multiply and add: ``total = start + code * value``.

    Throughput: one product per cycle. Latency: none (combinational).

    Parameters
    ----------
    weight_bits : int
        Bits of a code, two's complement.
    bits : int
        Bits of an activation, without its sign.
    accumulator_bits : int
        Bits of the sum, signed, wide enough for every partial sum.
    signed_values : bool
        An activation may be below zero.

    Members
    -------
    code : In(signed(weight_bits))
        The weight.
    value : In(bits), or In(signed(bits + 1)) with ``signed_values``
        The activation.
    start : In(signed(accumulator_bits))
        The sum so far, or the bias.
    total : Out(signed(accumulator_bits))
        The sum with this product.
    """

    def __init__(self, weight_bits: int, bits: int, accumulator_bits: int, *, signed_values: bool = False):
        self.weight_bits = weight_bits
        self.bits = bits
        self.accumulator_bits = accumulator_bits
        super().__init__(
            {
                "code": In(signed(weight_bits)),
                "value": In(signed(bits + 1) if signed_values else unsigned(bits)),
                "start": In(signed(accumulator_bits)),
                "total": Out(signed(accumulator_bits)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.d.comb += self.total.eq(self.start + self.code * self.value)
        return m
