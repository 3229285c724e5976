import random

import pytest

from accelgen.rtl.common.activation_memory import ActivationMemory
from tests.stream_drivers import simulate


@pytest.mark.parametrize("count", [2, 3])
def test_each_bank_keeps_its_words_and_knows_which_are_zero(count):
    sizes = (6, 3, 5)[:count]
    dut = ActivationMemory(sizes, 8)
    dice = random.Random(0)
    banks = [[None] * words for words in sizes]

    async def testbench(ctx):
        for _ in range(400):
            bank, way = dice.randrange(count), dice.choice(["read", "results", "frame"])
            ctx.set(dut.bank, bank)
            if way == "read":
                address = dice.randrange(len(banks[bank]))
                if banks[bank][address] is None:
                    continue
                ctx.set(dut.query, address)
                assert ctx.get(dut.occupied) == bool(banks[bank][address])
                if not banks[bank][address]:
                    continue
                ctx.set(dut.address, address)
                ctx.set(dut.enable, 1)
                await ctx.tick()
                ctx.set(dut.enable, 0)
                ctx.set(dut.address, 0)
                await ctx.tick()
                assert ctx.get(dut.data) == banks[bank][address]
                continue
            target = 0 if way == "frame" else 2 if bank == 1 else 1
            if target >= count:
                continue  # the layer that reads bank 1 gives scores
            address, word = dice.randrange(len(banks[target])), dice.choice([0, dice.randrange(256)])
            port = getattr(dut, way)
            ctx.set(port.valid, 1)
            ctx.set(port.address, address)
            ctx.set(port.data, word)
            await ctx.tick()
            ctx.set(port.valid, 0)
            banks[target][address] = word

    simulate(dut, testbench)
