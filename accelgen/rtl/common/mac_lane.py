"""A multiply-accumulate lane without a multiplier, and the multiples that all lanes share."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Mux, Signal, Value, signed, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

__all__ = ["SHARED_BITS", "MacLane", "largest_multiple", "multiples"]

#: Bits of a weight for which multiples are shared, at most; `accelgen.rtl.common.wide_lane` is for more.
SHARED_BITS = 4


def largest_multiple(weight_bits: int) -> int:
    """Return the largest magnitude of a weight: 1, 2, 4 or 8 for 1 to 4 bits."""
    return 1 << max(weight_bits - 1, 0)


def multiples(value: Value, weight_bits: int) -> list[Value]:
    """Return 0, value, 2 value, ... up to the largest magnitude of a weight.

    Even multiples are shifts of smaller ones, so 3-bit weights cost one adder for all lanes together,
    and 4-bit weights cost three.
    """
    products = [C(0, 1), value]
    for number in range(2, largest_multiple(weight_bits) + 1):
        products.append(
            Cat(C(0, 1), products[number // 2]) if number % 2 == 0 else products[number - 1] + value
        )
    return products


class MacLane(wiring.Component):
    """Add or subtract one of the shared multiples: ``total = start + code * value``.

    Throughput: one product per cycle. Latency: none (combinational). One adder: the code chooses a
    multiple by its magnitude, and its sign turns the addition into a subtraction.

    Parameters
    ----------
    weight_bits : int
        Bits of a code, two's complement; for 1 bit the code is the sign of a weight of magnitude 1.
    bits : int
        Bits of an activation, unsigned.
    accumulator_bits : int
        Bits of the sum, signed, wide enough for every partial sum.
    signed_values : bool
        An activation may be below zero.

    Members
    -------
    code : In(weight_bits)
        The weight.
    multiples : In(ArrayLayout(bits + weight_bits, largest magnitude + 1))
        0, 1, 2, ... times the activation, or times its magnitude.
    negative : In(1)
        The activation is below zero. Only with ``signed_values``.
    start : In(signed(accumulator_bits))
        The sum so far, or the bias.
    total : Out(signed(accumulator_bits))
        The sum with this product.
    """

    def __init__(self, weight_bits: int, bits: int, accumulator_bits: int, *, signed_values: bool = False):
        self.weight_bits = weight_bits
        self.bits = bits
        self.accumulator_bits = accumulator_bits
        self.signed_values = signed_values
        count = largest_multiple(weight_bits) + 1
        super().__init__(
            {
                "code": In(unsigned(weight_bits)),
                "multiples": In(data.ArrayLayout(unsigned(bits + weight_bits), count)),
                "start": In(signed(accumulator_bits)),
                "total": Out(signed(accumulator_bits)),
                **({"negative": In(1)} if signed_values else {}),
            }
        )

    def elaborate(self, platform):
        m = Module()
        negative = self.code[-1]
        if self.signed_values:
            negative = negative ^ self.negative
        products = list(self.multiples)
        magnitude = products[1] if self.weight_bits == 1 else _chosen(products, self.code)
        addend = Signal(self.accumulator_bits)
        m.d.comb += addend.eq(Cat(magnitude, C(0, self.accumulator_bits))[: self.accumulator_bits])

        # One adder for both signs: a - b is a + ~b + 1, and the 1 enters below the lowest bit as the
        # carry out of 1 + negative.
        flipped = addend ^ negative.replicate(self.accumulator_bits)
        doubled = Signal(self.accumulator_bits + 1)
        m.d.comb += doubled.eq(Cat(C(1, 1), self.start) + Cat(negative, flipped))
        m.d.comb += self.total.eq(doubled[1:])
        return m


def _chosen(multiples: list[Value], code: Value) -> Value:
    """Return the multiple by the magnitude of ``code``, in two's complement.

    Bits of odd codes above the lowest are those of the magnitude, or all of them flipped: a lookup table for
    two multiples and one bit. Even codes choose among every second multiple by the bits above.
    """
    if len(code) == 1:
        return Mux(code, multiples[1], multiples[0])
    odd, flips = multiples[1::2], code[-1]
    for bit in code[1:-1]:
        odd = [Mux(bit ^ flips, high, low) for low, high in zip(odd[0::2], odd[1::2], strict=True)]
    return Mux(code[0], odd[0], _chosen(multiples[0::2], code[1:]))
