# amaranth: UnusedElaboratable=no
import pytest

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.spiking_plan import SpikingPipelinedPlan
from accelgen.rtl.pipelined.spiking_unit import SpikingUnit
from accelgen.rtl.tables import tables
from tests.stream_drivers import simulate
from tests.tiny_networks import spiking_network


def units(network, **options):
    plan = SpikingPipelinedPlan(network, Datapath(pipelined=True, **options))
    return [SpikingUnit(unit, tables(unit)) for stage in plan.stages for unit in stage.units]


def test_the_last_layer_has_scores_and_others_have_spikes():
    members = [set(unit.signature.members) for unit in units(spiking_network())]
    assert all("activations" in found and not {"scores", "final"} & found for found in members[:-1])
    assert {"scores", "done", "final"} <= members[-1] and "activations" not in members[-1]


@pytest.mark.parametrize(("integration", "lives"), [("continuous", True), ("discontinuous", False)])
def test_the_first_timestep_of_a_sample_begins_anew_and_others_go_on(integration, lives):
    dut, found = units(spiking_network(integration=integration), lanes=8)[0], []

    async def bench(ctx):
        async def enter(value):
            for address in range(8):
                ctx.set(dut.frame.valid, 1)
                ctx.set(dut.frame.address, address)
                ctx.set(dut.frame.data, value)
                await ctx.tick()
            ctx.set(dut.frame.valid, 0)

        async def passes(first):
            ctx.set(dut.first, first)
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            spikes, last = [], 0
            while not last:
                ctx.set(dut.activations.ready, 1)
                (payload,) = await ctx.tick().sample(dut.activations.payload).until(dut.activations.valid)
                ctx.set(dut.activations.ready, 0)
                spikes.append([int(value) for value in payload["values"]])
                last = payload.ends.layer_end
            return spikes

        for number, first in enumerate((1, 0, 0, 1, 1, 0, 0)):
            bank = number % 2
            ctx.set(dut.bank, 1 - bank)
            await enter(0b0101)
            ctx.set(dut.bank, bank)
            ctx.set(dut.idle, 1)
            await ctx.tick()
            ctx.set(dut.idle, 0)
            found.append(await passes(first))

    simulate(dut, bench)
    assert found[0] == found[3] == found[4] and found[1:3] == found[5:]
    assert (found[0] != found[2]) == lives
