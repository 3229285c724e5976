import numpy as np
import pytest
from amaranth.sim import Simulator

from accelgen.rtl.dnn.requantiser import Requantiser


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_shifts_rounds_down_and_clamps(layer):
    rules, lanes, width = [(3, 3), (0, 1), (9, 4)], 4, 11
    shift, bits = rules[layer]
    corners = [-1024, -9, -8, -7, -1, 0, 1, 7, 8, 9, 55, 56, 63, 64, 511, 512, 1023]
    sums = np.array(corners + list(np.random.default_rng(0).integers(-1024, 1024, 43))).reshape(-1, lanes)
    dut = Requantiser(lanes, width, 4, rules)

    async def testbench(ctx):
        ctx.set(dut.layer, layer)
        for row in sums.tolist():
            for lane, value in enumerate(row):
                ctx.set(dut.passes.p.sums[lane], value)
            found = [ctx.get(dut.activations.p["values"][lane]) for lane in range(lanes)]
            assert found == [min(max(value >> shift, 0), 2**bits - 1) for value in row]

    sim = Simulator(dut)
    sim.add_testbench(testbench)
    sim.run()


def test_handshake_and_ends_pass_straight_through():
    dut = Requantiser(2, 8, 3, [(1, 3)])

    async def testbench(ctx):
        for valid, ready, end in ((0, 0, 0), (1, 0, 1), (0, 1, 1), (1, 1, 0)):
            ctx.set(dut.passes.valid, valid)
            ctx.set(dut.activations.ready, ready)
            ctx.set(dut.passes.p.ends.row_end, end)
            assert ctx.get(dut.activations.valid) == valid
            assert ctx.get(dut.passes.ready) == ready
            assert ctx.get(dut.activations.p.ends.row_end) == end

    sim = Simulator(dut)
    sim.add_testbench(testbench)
    sim.run()
