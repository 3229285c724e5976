import pytest
from amaranth.hdl import Module, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.unrolled.multiplied import multiplied
from tests.rtl.unrolled.test_weighted_sum import _clocked
from tests.stream_drivers import simulate


class Product(wiring.Component):
    """A product behind ports."""

    def __init__(self, multiplier, offset):
        self.factors = multiplier, offset
        super().__init__({"total": In(signed(6)), "product": Out(signed(32))})

    def elaborate(self, platform):
        m = Module()
        m.d.comb += self.product.eq(multiplied(self.total, *self.factors))
        return m


@pytest.mark.parametrize("multiplier", [1, 2, 3, 7, 8, 170, 255, 65535, 43690])
def test_every_sum_is_multiplied(multiplier):
    for offset in {0, multiplier - 1}:
        dut = Product(multiplier, offset)

        async def bench(ctx, dut=dut, offset=offset):
            for total in range(-32, 32):
                ctx.set(dut.total, total)
                await ctx.delay(1e-7)
                assert ctx.get(dut.product) == total * multiplier + offset

        simulate(_clocked(dut), bench)


def test_a_product_is_as_wide_as_its_factors():
    assert len(multiplied(Signal(signed(6)), 255, 254)) == 14
