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


def test_thresholds_of_the_pass_are_counted_where_a_layer_has_them():
    columns = [(), (None, 4, None), (2,)]
    dut = Requantiser(2, 8, 3, [(1, 3), (0, 2), (0, 1)], columns=columns, threshold_bits=6)

    async def testbench(ctx):
        for lane, levels in enumerate([(-9, 7), (4, 30)]):
            for slot, level in enumerate(levels):
                ctx.set(dut.thresholds[lane][slot], level)
        for sums in ((-10, 3), (-9, 4), (3, 29), (6, 30), (7, 2), (1, 127)):
            for lane, value in enumerate(sums):
                ctx.set(dut.passes.p.sums[lane], value)
            for layer, rows in enumerate([None, [(-9, 4, 7), (4, 4, 30)], [(2,), (2,)]]):
                ctx.set(dut.layer, layer)
                found = [ctx.get(dut.activations.p["values"][lane]) for lane in range(2)]
                if rows is None:
                    assert found == [min(max(value >> 1, 0), 7) for value in sums]
                else:
                    reached = zip(sums, rows, strict=True)
                    assert found == [sum(value >= level for level in row) for value, row in reached]

    sim = Simulator(dut)
    sim.add_testbench(testbench)
    sim.run()


def test_without_thresholds_of_channels_there_is_no_port_for_them():
    assert not hasattr(Requantiser(2, 8, 3, [(1, 3), (0, 1)], columns=[(), (5,)]), "thresholds")
