import random

import numpy as np
import pytest
from amaranth.hdl import Module, Signal
from amaranth.sim import Simulator

from accelgen.network import RateInput, quantise_pixels
from accelgen.rtl.unrolled.timesteps import Timesteps, exceeds
from tests.stream_drivers import simulate
from tests.tiny_networks import random_images


@pytest.mark.parametrize("timesteps", [1, 3, 16])
@pytest.mark.parametrize("stall", [0.0, 0.5])
@pytest.mark.parametrize(("encoder", "bits"), [("dither", 3), ("dither", 1), ("lfsr", 4), ("lfsr", 8)])
def test_the_spikes_are_those_of_the_contract(encoder, bits, stall, timesteps):
    rate = RateInput(13, bits, encoder, 5 if encoder == "lfsr" else 0)
    images = random_images(np.random.default_rng(1), 4, 13, 0.8)
    dut, found, clocks = Timesteps(rate), [], []

    async def send(ctx):
        dice = random.Random(1)
        ctx.set(dut.last_timestep, timesteps - 1)
        for pixels in quantise_pixels(images, bits).tolist():
            while dice.random() < stall:
                await ctx.tick()
            ctx.set(dut.image.payload, sum(pixel << (bits * n) for n, pixel in enumerate(pixels)))
            ctx.set(dut.image.valid, 1)
            await ctx.tick().until(dut.image.ready)
            ctx.set(dut.image.valid, 0)

    async def receive(ctx):
        dice, offered = random.Random(2), dut.timesteps
        while len(found) < 4 * timesteps:
            ctx.set(offered.ready, ready := int(dice.random() >= stall))
            _, _, valid, spikes, first, final = await ctx.tick().sample(
                offered.valid, offered.p.spikes, offered.p.first, offered.p.final
            )
            clocks.append(None)
            if valid and ready:
                found.append(([spikes >> n & 1 for n in range(13)], first, final))
        assert not ctx.get(dut.here)

    simulate(dut, send, receive)
    expected = rate.spikes(images, timesteps).reshape(-1, 13).tolist()
    ends = [(int(t == 0), int(t == timesteps - 1)) for _ in images for t in range(timesteps)]
    assert found == [(spikes, *pair) for spikes, pair in zip(expected, ends, strict=True)]
    if not stall:  # a cycle to take the first image, and none between images
        assert len(clocks) == 4 * timesteps + 1


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_a_comparison_bit_by_bit_is_one(bits):
    m, one, other, more = Module(), Signal(bits), Signal(bits), Signal()
    m.d.comb += more.eq(exceeds(one, other))

    async def bench(ctx):
        for value in range(1 << bits):
            for threshold in range(1 << bits):
                ctx.set(one, value)
                ctx.set(other, threshold)
                assert ctx.get(more) == (value > threshold)

    sim = Simulator(m)
    sim.add_testbench(bench)
    sim.run()
