import random

import pytest

from accelgen.rtl.common.flagged_bank import FlaggedBank
from tests.stream_drivers import simulate


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("words", [1, 2, 7])
def test_whole_fillings_are_read_as_they_were_written(words, compact):
    dut, dice = FlaggedBank(words, 8, compact=compact), random.Random(words)

    async def testbench(ctx):
        for _ in range(60):
            first = dice.randrange(words)
            stop = dice.choice([words, words, dice.randint(first, words)])  # some are broken off
            filling = {}
            for address in range(first, stop):
                filling[address] = dice.choice([0, dice.randrange(256)])
                ctx.set(dut.write.valid, 1)
                ctx.set(dut.write.address, address)
                ctx.set(dut.write.data, filling[address])
                await ctx.tick()
                ctx.set(dut.write.valid, 0)
                if dice.random() < 0.5:
                    await ctx.tick()
            if stop < words:
                continue
            for address, other in zip(filling, reversed(filling), strict=True):
                ctx.set(dut.queries[0], address)
                ctx.set(dut.queries[1], other)
                if compact:
                    ctx.set(dut.look, 1)
                    await ctx.tick()
                    ctx.set(dut.look, 0)
                    ctx.set(dut.queries[0], dice.randrange(words))  # nobody looks
                    await ctx.tick()
                assert ctx.get(dut.occupied) == bool(filling[address]) | bool(filling[other]) << 1
                if filling[address]:
                    ctx.set(dut.address, address)
                    ctx.set(dut.enable, 1)
                    await ctx.tick()
                    ctx.set(dut.enable, 0)
                    assert ctx.get(dut.data) == filling[address]

    simulate(dut, testbench)


def test_a_word_of_zeros_is_not_written():
    dut = FlaggedBank(1, 8)

    async def testbench(ctx):
        for word in (200, 0):
            ctx.set(dut.write.valid, 1)
            ctx.set(dut.write.data, word)
            await ctx.tick()
        ctx.set(dut.write.valid, 0)
        ctx.set(dut.enable, 1)
        await ctx.tick()
        assert ctx.get(dut.occupied[0]) == 0
        assert ctx.get(dut.data) == 200  # what was there before; nobody reads it

    simulate(dut, testbench)
