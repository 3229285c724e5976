import pytest
from amaranth.hdl import Module, Signal, signed
from amaranth.sim import Simulator

from accelgen.rtl.common.requantised import requantised


@pytest.mark.parametrize(("width", "shift", "bits"), [(8, 2, 3), (8, 0, 1), (9, 5, 3), (7, 0, 6)])
def test_every_sum_is_shifted_and_clamped(width, shift, bits):
    m = Module()
    total, result = Signal(signed(width)), Signal(bits)
    m.d.comb += result.eq(requantised(total, shift, bits))

    async def testbench(ctx):
        for value in range(-(1 << (width - 1)), 1 << (width - 1)):
            ctx.set(total, value)
            assert ctx.get(result) == min(max(value >> shift, 0), 2**bits - 1)

    sim = Simulator(m)
    sim.add_testbench(testbench)
    sim.run()
