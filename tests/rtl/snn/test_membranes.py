# amaranth: UnusedElaboratable=no
import random

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.snn.membranes import Membranes
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.tables import tables
from tests.stream_drivers import simulate
from tests.tiny_networks import spiking_network


def signed(word, bits, lane):
    value = word >> (bits * lane) & ((1 << bits) - 1)
    return value - (1 << bits) if value >> (bits - 1) else value


def test_start_values_are_biases_and_what_was_left():
    plan = SpikingPlan(spiking_network(), Datapath(lanes=4))
    bias = tables(plan)[-1]
    dut = Membranes(plan, bias)
    dice = random.Random(0)
    left = [dice.getrandbits(4 * plan.membrane_bits) for _ in range(plan.membrane_words)]

    async def testbench(ctx):
        for address, word in enumerate(left):
            ctx.set(dut.left.valid, 1)
            ctx.set(dut.left.address, address)
            ctx.set(dut.left.data, word)
            await ctx.tick()
        ctx.set(dut.left.valid, 0)
        for first, living in ((1, 1), (0, 1), (0, 0), (0, 1)):
            ctx.set(dut.first, first)
            ctx.set(dut.living, living)
            for address in range(plan.passes):
                ctx.set(dut.address, address)
                ctx.set(dut.enable, 1)
                await ctx.tick()
                ctx.set(dut.enable, 0)
                await ctx.tick()
                if living and not first and address >= plan.membrane_words:
                    continue  # the readout: it never lives
                for lane in range(4):
                    expected = signed(bias.words[address], plan.bias_bits, lane)
                    if living and not first:
                        expected += signed(left[address], plan.membrane_bits, lane)
                    assert ctx.get(dut.value[lane]) == expected

    simulate(dut, testbench)


def test_without_membranes_there_is_no_memory_for_them():
    plan = SpikingPlan(spiking_network(integration="discontinuous"), Datapath(lanes=4))
    assert "left" not in Membranes(plan, tables(plan)[-1]).signature.members
