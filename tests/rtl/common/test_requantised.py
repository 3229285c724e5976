import pytest
from amaranth.hdl import C, Module, Signal, signed
from amaranth.sim import Simulator

from accelgen.rtl.common.requantised import reached, requantised


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


@pytest.mark.parametrize(
    "levels",
    [
        [0],
        [-3, 5, 5],
        [-900, -3, 5],
        [-3, 900, 901],
        [-64, 63, 64],
        [-901, -900, -64, 0, 0, 1, 1000],
        [-1000, -999, -998, -997, 5, 6, 7],
    ],
)
@pytest.mark.parametrize("stored", [False, True])
def test_every_sum_counts_its_thresholds(levels, stored):
    m = Module()
    total, result = Signal(signed(7)), Signal(len(levels).bit_length())
    given = [C(level, signed(12)) if stored else level for level in levels]
    m.d.comb += result.eq(reached(total, given))
    assert len(reached(total, given)) == len(result)

    async def testbench(ctx):
        for value in range(-64, 64):
            ctx.set(total, value)
            assert ctx.get(result) == sum(value >= level for level in levels)

    sim = Simulator(m)
    sim.add_testbench(testbench)
    sim.run()
