import random

import pytest

from accelgen.rtl.common.activation_memory import ActivationMemory
from tests.stream_drivers import simulate


@pytest.mark.parametrize("count", [2, 3])
def test_each_bank_keeps_its_words_and_knows_which_are_zero(count):
    sizes = (6, 3, 5)[:count]
    dut = ActivationMemory(sizes, 8)
    dice = random.Random(0)
    banks = [{} for _ in sizes]

    async def fill(ctx, way, target):
        """Fill a bank to its end, as a layer or a frame does, and read none meanwhile."""
        banks[target] = {
            address: dice.choice([0, dice.randrange(256)])
            for address in range(0 if way == "frame" else dice.randrange(sizes[target]), sizes[target])
        }
        port = getattr(dut, way)
        for address, word in banks[target].items():
            ctx.set(port.valid, 1)
            ctx.set(port.address, address)
            ctx.set(port.data, word)
            await ctx.tick()
        ctx.set(port.valid, 0)

    async def look(ctx, bank):
        first, second = dice.choice(list(bank)), dice.choice(list(bank))
        ctx.set(dut.queries[0], first)
        ctx.set(dut.queries[1], second)
        ctx.set(dut.look, 1)
        await ctx.tick()
        ctx.set(dut.look, 0)
        ctx.set(dut.queries[0], dice.randrange(3))  # nobody asks, so nothing changes
        await ctx.tick()
        assert ctx.get(dut.occupied) == bool(bank[first]) | bool(bank[second]) << 1
        if not bank[first]:
            return
        ctx.set(dut.address, first)
        ctx.set(dut.enable, 1)
        await ctx.tick()
        ctx.set(dut.enable, 0)
        ctx.set(dut.address, 0)
        await ctx.tick()
        assert ctx.get(dut.data) == bank[first]

    async def testbench(ctx):
        for _ in range(300):
            bank, way = dice.randrange(count), dice.choice(["read", "results", "frame"])
            ctx.set(dut.bank, bank)
            target = 0 if way == "frame" else 2 if bank == 1 else 1
            if way == "read" and banks[bank]:
                await look(ctx, banks[bank])
            elif way != "read" and target < count:  # the layer that reads bank 1 of two gives scores
                await fill(ctx, way, target)

    simulate(dut, testbench)
