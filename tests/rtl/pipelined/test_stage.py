# amaranth: UnusedElaboratable=no
import random

import numpy as np
import pytest

from accelgen.golden import run
from accelgen.network import quantise_pixels
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.gates_stage import GatesStage
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.pipelined.stage import Stage
from accelgen.rtl.pipelined.tables import pipelined_tables
from tests.stream_drivers import simulate
from tests.tiny_convolutions import random_conv_network, small_conv_network
from tests.tiny_networks import multiply_network, random_images, small_network, threshold_network


def packed(stage, x):
    """Return activations (uint8[images, n]) as the words that a stage of a pipeline reads, for each image."""
    unit = stage.shape
    word, bits, window = unit.word, unit.activation_bits, unit.network.first.window
    pixels = x.reshape(len(x), -1, window.channels if window else x.shape[1])
    whole = np.pad(pixels, [(0, 0), (0, 0), (0, -pixels.shape[2] % word)]).reshape(len(x), -1, word)
    return [[sum(int(v) << n * bits for n, v in enumerate(w)) for w in image] for image in whole]


NETWORKS = [
    small_network(),
    threshold_network(),
    multiply_network(),
    small_conv_network(),
    random_conv_network(7),
]


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("lanes", [3])
@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_the_words_that_leave_are_what_the_next_layer_reads(network, lanes, shared):
    images = random_images(np.random.default_rng(lanes), 3, network.input.pixels, density=0.6)
    rows = [layer.weights.block_rows for layer in network.hidden]
    units = (*rows, 1) if shared else (1,) * len(network.layers)
    options = {"layer_lanes": (lanes,) * len(units), "layer_units": units}
    plan = PipelinedPlan(network, Datapath(pipelined=True, **options))
    contents = pipelined_tables(plan)
    reads = run(network, images).activations
    assert (reads[0] == quantise_pixels(images, network.input.bits)).all()
    quartets = zip(plan.stages, plan.stages[1:], reads, reads[1:], strict=False)
    for number, (stage, after, x, y) in enumerate(quartets):
        dut = Stage(stage, number, contents)
        assert words_of_images(dut, packed(stage, x)) == packed(after, y)


@pytest.mark.parametrize("network", NETWORKS[:3], ids=lambda network: network.name)
def test_the_words_that_leave_an_unrolled_layer_are_what_the_next_one_reads(network):
    images = random_images(np.random.default_rng(0), 5, network.input.pixels, density=0.6)
    lanes = (*[0] * (len(network.layers) - 1), 3)
    plan = PipelinedPlan(network, Datapath(pipelined=True, layer_lanes=lanes))
    reads = run(network, images).activations
    for stage, after, x, y in zip(plan.stages, plan.stages[1:], reads, reads[1:], strict=False):
        assert stage.cycles == 2 + after.bank_words[0]
        assert words_of_images(GatesStage(stage), packed(stage, x)) == packed(after, y)


def words_of_images(dut, images):
    """Play images, as words, into a stage that has room behind at random; return the words that leave."""
    given, dice = [], random.Random(1)

    async def send(ctx):
        for words in images:
            await ctx.tick().until(dut.may_load)
            for number, word in enumerate(words):
                ctx.set(dut.frame.valid, 1)
                ctx.set(dut.frame.address, number)
                ctx.set(dut.frame.data, word)
                await ctx.tick()
            ctx.set(dut.frame.valid, 0)
            ctx.set(dut.loaded, 1)
            await ctx.tick().until(dut.consumed)
            ctx.set(dut.loaded, 0)

    async def receive(ctx):
        words = []
        while len(given) < len(images):
            ctx.set(dut.may_give, dice.random() < 0.2)
            _, _, valid, address, data, last = await ctx.tick().sample(
                dut.words.valid, dut.words.address, dut.words.data, dut.given
            )
            if valid:
                assert address == len(words)
                words.append(data)
            if last:
                given.append(words)
                words = []

    simulate(dut, send, receive, deadline=200_000)
    return given


def test_the_last_stage_gives_scores_and_no_words():
    plan = PipelinedPlan(small_network(), Datapath(pipelined=True))
    stages = [Stage(stage, n, pipelined_tables(plan)) for n, stage in enumerate(plan.stages)]
    members = [set(stage.signature.members) for stage in stages]
    assert all("words" in found and "scores" not in found for found in members[:-1])
    assert "scores" in members[-1] and not {"words", "may_give", "given"} & members[-1]
