import random

import numpy as np
import pytest

from accelgen.network import quantise_pixels
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.rate_encoder import RateEncoder
from tests.stream_drivers import simulate
from tests.tiny_networks import random_images, spiking_network

BLOCK = 4  # 30 pixels in blocks of 4: the last one is not full


class Engine:
    """What stands around an encoder: it takes frames when it likes, and keeps what was written."""

    def __init__(self, dut, images, seed):
        self.dut, self.images, self.dice = dut, images, random.Random(seed)
        self.bank, self.frames = {}, []

    async def write_image(self, ctx, pixels):
        """Fill pixel memory and hold ``image`` until the encoder lets go of it."""
        dut = self.dut
        for address in range(-(-len(pixels) // BLOCK)):
            word = pixels[address * BLOCK : (address + 1) * BLOCK]
            ctx.set(dut.pixels.valid, 1)
            ctx.set(dut.pixels.address, address)
            ctx.set(dut.pixels.data, sum(int(p) << (3 * n) for n, p in enumerate(word)))
            await ctx.tick()
        ctx.set(dut.pixels.valid, 0)
        ctx.set(dut.image, 1)
        await ctx.tick().until(dut.taken)
        ctx.set(dut.image, 0)

    async def watch(self, ctx):
        """Keep what enters bank 0."""
        port = self.dut.frame
        while True:
            _, _, valid, address, data = await ctx.tick().sample(port.valid, port.address, port.data)
            if valid:
                self.bank[address] = data

    async def take_frame(self, ctx):
        """Wait for a frame, take it, and return its spikes, ``first`` and ``final``."""
        dut = self.dut
        ctx.set(dut.may_load, 1)
        while not ctx.get(dut.loaded):
            await ctx.tick()
        ctx.set(dut.may_load, 0)
        while self.dice.random() < 0.5:
            await ctx.tick()
        words = [self.bank[address] for address in range(8)]
        spikes = [word >> n & 1 for word in words for n in range(BLOCK)]
        found = spikes, ctx.get(dut.first), ctx.get(dut.final)
        ctx.set(dut.consumed, 1)
        await ctx.tick()
        ctx.set(dut.consumed, 0)
        return found


@pytest.mark.parametrize("timesteps", [1, 5, 16])
@pytest.mark.parametrize("encoder", ["dither", "lfsr"])
def test_the_spikes_are_those_of_the_contract(encoder, timesteps):
    network = spiking_network(encoder=encoder, seed=4)
    images = random_images(np.random.default_rng(0), 3, 30)
    dut = RateEncoder(SpikingPlan(network, Datapath(lanes=4)))
    engine = Engine(dut, images, seed=timesteps)
    expected = network.input.spikes(images, timesteps)

    async def source(ctx):
        ctx.set(dut.last_timestep, timesteps - 1)
        for pixels in quantise_pixels(images, 3):
            await engine.write_image(ctx, pixels)

    async def sink(ctx):
        for image in range(3):
            for timestep in range(timesteps):
                spikes, first, final = await engine.take_frame(ctx)
                assert spikes == [*expected[image, timestep].tolist(), 0, 0]
                assert (first, final) == (timestep == 0, timestep == timesteps - 1)

    simulate(dut, source, sink, processes=[engine.watch])


@pytest.mark.parametrize("seed", range(8))
def test_a_sample_that_stopped_is_given_up_whenever_that_happens(seed):
    network = spiking_network(encoder="lfsr", seed=4)
    images = random_images(np.random.default_rng(0), 6, 30)
    dut = RateEncoder(SpikingPlan(network, Datapath(lanes=4)))
    engine = Engine(dut, images, seed)
    expected = network.input.spikes(images, 4)
    dice = random.Random(seed)
    stops = [dice.choice([1, 2, 3, None]) for _ in images]

    async def source(ctx):
        ctx.set(dut.last_timestep, 3)
        for pixels in quantise_pixels(images, 3):
            await engine.write_image(ctx, pixels)

    async def sink(ctx):
        for image, stop in enumerate(stops):
            for timestep in range(4 if stop is None else stop):
                spikes, first, _ = await engine.take_frame(ctx)
                assert spikes == [*expected[image, timestep].tolist(), 0, 0]
                assert first == (timestep == 0)
            if stop is not None:
                ctx.set(dut.may_load, dice.random() < 0.7)
                for _ in range(dice.randrange(25)):  # before, during or after the next timestep's walk
                    await ctx.tick()
                ctx.set(dut.stopped, 1)
                await ctx.tick()
                ctx.set(dut.stopped, 0)
                assert not ctx.get(dut.loaded)

    simulate(dut, source, sink, processes=[engine.watch])
