import pytest
from amaranth.hdl import Module, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.rtl.unrolled.weighted_sum import signed_digits, weighted_sum
from tests.stream_drivers import simulate


@pytest.mark.parametrize("weight", range(-20, 21))
def test_digits_give_the_weight_and_never_touch(weight):
    found = list(signed_digits(weight))
    assert sum(sign << power if sign > 0 else -(1 << power) for sign, power in found) == weight
    powers = [power for _, power in found]
    assert all(high - low > 1 for low, high in zip(powers, powers[1:], strict=False))


@pytest.mark.parametrize(("weight", "count"), [(0, 0), (1, 1), (-4, 1), (3, 2), (7, 2), (-7, 2), (11, 3)])
def test_digits_are_few(weight, count):
    assert len(list(signed_digits(weight))) == count


class Sum(wiring.Component):
    """A weighted sum behind ports."""

    def __init__(self, bits, weights, constant):
        self.bits, self.weights, self.constant = bits, weights, constant
        super().__init__({"values": In(len(weights) * bits), "total": Out(signed(32))})

    def elaborate(self, platform):
        m = Module()
        inputs = [self.values.word_select(n, self.bits) for n in range(len(self.weights))]
        total = Signal(signed(32))
        m.d.comb += [total.eq(weighted_sum(inputs, self.weights, self.constant)), self.total.eq(total)]
        return m


@settings(max_examples=40, deadline=None)
@given(
    bits=st.integers(1, 4),
    weights=st.lists(st.integers(-128, 127), min_size=1, max_size=9),
    constant=st.integers(-300, 300),
    data=st.data(),
)
def test_a_sum_is_the_product_of_rows_and_columns(bits, weights, constant, data):
    top = (1 << bits) - 1
    drawn = st.lists(st.integers(0, top), min_size=len(weights), max_size=len(weights))
    # The extremes decide how wide the sum must be.
    extremes = [[top * (w > 0) for w in weights], [top * (w < 0) for w in weights]]
    cases = [*extremes, *(data.draw(drawn) for _ in range(3))]
    dut = Sum(bits, weights, constant)

    async def bench(ctx):
        for values in cases:
            ctx.set(dut.values, sum(value << n * bits for n, value in enumerate(values)))
            await ctx.delay(1e-7)
            expected = constant + sum(w * v for w, v in zip(weights, values, strict=True))
            assert ctx.get(dut.total) == expected

    simulate(_clocked(dut), bench)


def _clocked(dut):
    m = Module()
    m.submodules.dut = dut
    tick = Signal()
    m.d.sync += tick.eq(~tick)
    return m


def test_no_sign_is_extended():
    value = weighted_sum([Signal(2), Signal(2)], [-3, 1], 0)
    assert value.shape() == signed(5), "from -9 to 3"
