# amaranth: UnusedElaboratable=no
import random

import numpy as np
import pytest

from accelgen.golden import run_spikes
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.spiking_plan import SpikingPipelinedPlan
from accelgen.rtl.pipelined.spiking_stage import SpikingStage
from accelgen.rtl.pipelined.tables import pipelined_tables
from tests.rtl.pipelined.test_stage import packed
from tests.stream_drivers import simulate
from tests.tiny_networks import random_spikes, spiking_network

LENGTHS = (3, 1, 1, 4)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("integration", ["continuous", "discontinuous"])
def test_the_spikes_of_each_timestep_leave_with_its_marks(integration, shared):
    network = spiking_network(integration=integration)
    rng = np.random.default_rng(1)
    results = [run_spikes(network, random_spikes(rng, 1, length, 30, density=0.5)) for length in LENGTHS]
    rows = [layer.weights.block_rows for layer in network.hidden]
    options = {"layer_lanes": (3,) * 3, "layer_units": (*rows, 1) if shared else (1,) * 3}
    plan = SpikingPipelinedPlan(network, Datapath(pipelined=True, **options))
    contents = pipelined_tables(plan)
    marks = [(n == 0, n == length - 1) for length in LENGTHS for n in range(length)]
    for number, (stage, after) in enumerate(zip(plan.stages, plan.stages[1:], strict=False)):
        x, y = (np.concatenate([one.spikes[number + n][0] for one in results]) for n in (0, 1))
        found = given_by(SpikingStage(stage, number, contents), packed(stage, x), marks)
        assert found == list(zip(packed(after, y), marks, strict=True))


def given_by(dut, timesteps, marks):
    """Play timesteps, as words, into a stage that has room behind at random; return what leaves."""
    given, dice = [], random.Random(1)

    async def send(ctx):
        for words, (first, final) in zip(timesteps, marks, strict=True):
            await ctx.tick().until(dut.may_load)
            for number, word in enumerate(words):
                ctx.set(dut.frame.valid, 1)
                ctx.set(dut.frame.address, number)
                ctx.set(dut.frame.data, word)
                await ctx.tick()
            ctx.set(dut.frame.valid, 0)
            ctx.set(dut.loaded, 1)
            ctx.set(dut.first, first)
            ctx.set(dut.final, final)
            await ctx.tick().until(dut.consumed)
            ctx.set(dut.loaded, 0)
            ctx.set(dut.first, not first)
            ctx.set(dut.final, not final)

    async def receive(ctx):
        words = []
        while len(given) < len(timesteps):
            ctx.set(dut.may_give, dice.random() < 0.2)
            _, _, valid, address, data, last, first, final = await ctx.tick().sample(
                dut.words.valid,
                dut.words.address,
                dut.words.data,
                dut.given,
                dut.its_first,
                dut.its_final,
            )
            if valid:
                assert address == len(words)
                words.append(data)
            if last:
                given.append((words, (bool(first), bool(final))))
                words = []

    simulate(dut, send, receive, deadline=200_000)
    return given


def test_the_last_stage_gives_scores_and_no_words():
    plan = SpikingPipelinedPlan(spiking_network(), Datapath(pipelined=True))
    stages = [SpikingStage(stage, n, pipelined_tables(plan)) for n, stage in enumerate(plan.stages)]
    members = [set(stage.signature.members) for stage in stages]
    assert all("words" in found and "scores" not in found for found in members[:-1])
    assert "scores" in members[-1] and not {"words", "may_give", "given"} & members[-1]
