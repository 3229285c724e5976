# amaranth: UnusedElaboratable=no
import random

from accelgen.network import Synapse
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.potentials import Potentials
from tests.stream_drivers import simulate
from tests.tiny_networks import lasting, spiking_network

LANES = 4


def play(plan, timesteps, *, pause=0.0):
    """Run passes of random words, and check that each finds what its timestep before has left."""
    dut, dice, kept = Potentials(plan), random.Random(0), {}
    bits = plan.potential_bits

    def signed(word, lane):
        value = word >> (bits * lane) & ((1 << bits) - 1)
        return value - (1 << bits) if value >> (bits - 1) else value

    async def wait(ctx):
        await ctx.tick()
        while dice.random() < pause:
            await ctx.tick()

    async def testbench(ctx):
        for first in timesteps:
            ctx.set(dut.first, first)
            ctx.set(dut.restart, 1)
            await ctx.tick()
            ctx.set(dut.restart, 0)
            for number in range(plan.passes):
                await wait(ctx)
                lasts = number < plan.potential_words
                if lasts:
                    found = [ctx.get(dut.value[lane]) for lane in range(LANES)]
                    assert found == [0 if first else signed(kept[number], lane) for lane in range(LANES)]
                    kept[number] = dice.getrandbits(LANES * bits)
                    ctx.set(dut.left.data, kept[number])
                ctx.set(dut.number, number)
                ctx.set(dut.left.address, number if lasts else 0)
                ctx.set(dut.left.valid, lasts)
                ctx.set(dut.moves, 1)
                await ctx.tick()
                ctx.set(dut.moves, 0)
                ctx.set(dut.left.valid, 0)

    simulate(dut, testbench)


def test_each_pass_finds_what_its_timestep_before_has_left():
    plan = SpikingPlan(lasting(spiking_network(), Synapse(2)), Datapath(lanes=LANES))
    assert plan.potential_words == 14 < plan.passes
    for pause in (0.0, 0.5):
        play(plan, [1, 0, 0, 1, 0], pause=pause)


def test_layers_behind_the_last_whose_currents_last_have_no_words():
    plan = SpikingPlan(lasting(spiking_network(), Synapse(2), None), Datapath(lanes=LANES))
    assert plan.potential_words == 8 < plan.membrane_words == 14
    play(plan, [1, 0, 0])
