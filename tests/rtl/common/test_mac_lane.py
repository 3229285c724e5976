import itertools

import pytest
from amaranth.hdl import Module, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator

from accelgen.network.blocks import code_range
from accelgen.rtl.common.mac_lane import MacLane, largest_multiple, multiples

WIDTH = 14


class LaneWithMultiples(wiring.Component):
    """A lane fed by the multiples of an activation."""

    def __init__(self, weight_bits, bits):
        self.weight_bits, self.bits = weight_bits, bits
        super().__init__(
            {
                "code": In(weight_bits),
                "value": In(bits),
                "negative": In(1),
                "start": In(signed(WIDTH)),
                "total": Out(signed(WIDTH)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.lane = lane = MacLane(self.weight_bits, self.bits, WIDTH, signed_values=True)
        m.d.comb += lane.negative.eq(self.negative)
        for number, multiple in enumerate(multiples(self.value, self.weight_bits)):
            m.d.comb += lane.multiples[number].eq(multiple)
        m.d.comb += [lane.code.eq(self.code), lane.start.eq(self.start), self.total.eq(lane.total)]
        return m


@pytest.mark.parametrize("weight_bits", [1, 2, 3, 4])
@pytest.mark.parametrize("bits", [1, 3, 8])
def test_every_code_times_every_value_is_the_product(weight_bits, bits):
    dut = LaneWithMultiples(weight_bits, bits)
    low, high = code_range(weight_bits)
    codes = [code for code in range(low, high + 1) if weight_bits > 1 or code]

    async def testbench(ctx):
        for code, value in itertools.product(codes, range(1 << bits)):
            pattern = int(code < 0) if weight_bits == 1 else code & ((1 << weight_bits) - 1)
            for start in (0, -777, 1234):
                ctx.set(dut.code, pattern)
                ctx.set(dut.value, value)
                ctx.set(dut.start, start)
                for sign in (1, -1):
                    ctx.set(dut.negative, sign < 0)
                    assert ctx.get(dut.total) == start + sign * code * value, (code, value, start)

    sim = Simulator(dut)
    sim.add_testbench(testbench)
    sim.run()


def test_the_largest_multiple_is_the_largest_magnitude():
    assert [largest_multiple(bits) for bits in (1, 2, 3, 4)] == [1, 2, 4, 8]


def test_multiples_of_a_constant_count_up():
    value = Signal(3)
    assert [len(multiple) for multiple in multiples(value, 3)][:3] == [1, 3, 4]
