# amaranth: UnusedElaboratable=no
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.pipelined.unit import Unit
from accelgen.rtl.tables import tables
from tests.stream_drivers import simulate
from tests.tiny_networks import small_network


def units(**options):
    plan = PipelinedPlan(small_network(), Datapath(pipelined=True, **options))
    return [Unit(unit, tables(unit)) for stage in plan.stages for unit in stage.units]


def test_the_last_layer_has_scores_and_others_have_activations():
    members = [set(unit.signature.members) for unit in units()]
    assert all("activations" in found and "scores" not in found for found in members[:-1])
    assert {"scores", "done"} <= members[-1] and "activations" not in members[-1]


def test_only_tables_in_ram_are_loaded():
    assert not any(name.startswith("load_") for unit in units() for name in unit.signature.members)
    first = units(weights="ram")[0]
    assert {"load_codes", "load_index", "load_bias"} <= set(first.signature.members)


def test_an_image_is_read_from_one_bank_while_the_next_enters_the_other():
    dut, found = units(lanes=8)[0], []

    async def bench(ctx):
        async def enter(value):
            for address in range(8):
                ctx.set(dut.frame.valid, 1)
                ctx.set(dut.frame.address, address)
                ctx.set(dut.frame.data, value)
                await ctx.tick()
            ctx.set(dut.frame.valid, 0)

        async def passes():
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            await enter(0)  # the next image is dark
            sums, last = [], 0
            while not last:
                ctx.set(dut.activations.ready, 1)
                (payload,) = await ctx.tick().sample(dut.activations.payload).until(dut.activations.valid)
                ctx.set(dut.activations.ready, 0)
                sums.append([int(value) for value in payload["values"]])
                last = payload.ends.layer_end
            return sums

        for bank in (0, 1, 0):
            ctx.set(dut.bank, 1 - bank)
            await enter(0xFFF)
            ctx.set(dut.bank, bank)
            ctx.set(dut.idle, 1)
            await ctx.tick()
            ctx.set(dut.idle, 0)
            found.append(await passes())

    simulate(dut, bench)
    assert found[0] == found[1] == found[2] and len(found[0]) == 4
