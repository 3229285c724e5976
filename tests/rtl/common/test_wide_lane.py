import itertools

import pytest
from amaranth.sim import Simulator

from accelgen.network.blocks import code_range
from accelgen.rtl.common.wide_lane import WideLane

WIDTH = 17


@pytest.mark.parametrize("weight_bits", [5, 6, 7, 8])
@pytest.mark.parametrize("bits", [1, 4, 8])
@pytest.mark.parametrize("signs", [False, True])
def test_every_code_times_every_value_is_the_product(weight_bits, bits, signs):
    dut = WideLane(weight_bits, bits, WIDTH, signed_values=signs)
    low, high = code_range(weight_bits)
    values = {*range(0, 1 << bits, 7), (1 << bits) - 1}
    values |= {-value for value in values} | {-1 << (bits - 1)} if signs else set()

    async def testbench(ctx):
        for code, value, start in itertools.product(range(low, high + 1), sorted(values), (-777, 1234)):
            ctx.set(dut.code, code)
            ctx.set(dut.value, value)
            ctx.set(dut.start, start)
            assert ctx.get(dut.total) == start + code * value, (code, value, start)

    sim = Simulator(dut)
    sim.add_testbench(testbench)
    sim.run()
