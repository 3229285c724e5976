import random

from accelgen.rtl.common.flagged_memory import FlaggedMemory
from tests.stream_drivers import simulate


def test_keeps_its_words_knows_zeros_and_forgets_all_at_once():
    dut = FlaggedMemory(7, 8)
    dice = random.Random(0)
    words = [0] * 7

    async def testbench(ctx):
        for _ in range(600):
            way, address = dice.choice(["read", "write", "write", "clear"]), dice.randrange(7)
            if way == "write":
                words[address] = dice.choice([0, dice.randrange(256)])
                ctx.set(dut.write.valid, 1)
                ctx.set(dut.write.address, address)
                ctx.set(dut.write.data, words[address])
            elif way == "clear" and dice.random() < 0.1:
                words[:] = [0] * 7
                ctx.set(dut.clear, 1)
            await ctx.tick()
            ctx.set(dut.write.valid, 0)
            ctx.set(dut.clear, 0)
            ctx.set(dut.query, address)
            assert ctx.get(dut.occupied) == bool(words[address])
            if words[address]:
                ctx.set(dut.address, address)
                ctx.set(dut.enable, 1)
                await ctx.tick()
                ctx.set(dut.enable, 0)
                assert ctx.get(dut.data) == words[address]

    simulate(dut, testbench)


def test_a_word_of_zeros_is_not_written():
    dut = FlaggedMemory(2, 8)

    async def testbench(ctx):
        for word in (200, 0):
            ctx.set(dut.write.valid, 1)
            ctx.set(dut.write.data, word)
            await ctx.tick()
        ctx.set(dut.write.valid, 0)
        ctx.set(dut.enable, 1)
        await ctx.tick()
        assert ctx.get(dut.occupied) == 0
        assert ctx.get(dut.data) == 200  # what was there before; nobody reads it

    simulate(dut, testbench)
