import random

import pytest
from amaranth.hdl import Module, Signal

from accelgen.rtl.conv.window import WindowPlans
from accelgen.rtl.pipelined.plan import Leaving
from accelgen.rtl.pipelined.trimmer import WordTrimmer
from tests.stream_drivers import simulate


def trimmed(pixels, packed, wanted, *, images=2, stall=0.0, seed=0):
    """Return the addresses and words that are left of images whose n-th packed word is n."""
    leaving = Leaving(4, 1, 2, 4, WindowPlans(), [], pixels, packed, wanted)
    dut, found = WordTrimmer(leaving), []

    async def bench(ctx):
        dice = random.Random(seed)
        for _ in range(images):
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            for number in range(pixels * packed):
                ctx.set(dut.packed.valid, 0)
                while dice.random() < stall:
                    await ctx.tick()
                ctx.set(dut.packed.valid, 1)
                ctx.set(dut.packed.address, number)
                ctx.set(dut.packed.data, number)
                await ctx.delay(0)
                if ctx.get(dut.words.valid):
                    found.append((ctx.get(dut.words.address), ctx.get(dut.words.data)))
                await ctx.tick()
            ctx.set(dut.packed.valid, 0)

    clocked = Module()  # a wire has no clock of its own
    clocked.submodules.dut = dut
    clocked.d.sync += Signal().eq(1)
    simulate(clocked, bench)
    return found


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_words_past_those_that_are_wanted_are_left_out_of_every_pixel(stall):
    image = [(0, 0), (1, 1), (2, 3), (3, 4)]
    assert trimmed(2, 3, 2, stall=stall) == image * 2
    assert trimmed(1, 5, 2, stall=stall) == [(0, 0), (1, 1)] * 2


def test_where_every_word_is_wanted_all_pass():
    assert trimmed(2, 2, 2) == [(n, n) for n in range(4)] * 2
