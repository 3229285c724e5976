import random

import pytest

from accelgen.rtl.conv.image_memory import ImageMemory, image_shape
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.plan import Plan
from tests.stream_drivers import simulate
from tests.tiny_convolutions import small_conv_network


def spread(plan, values) -> int:
    """Return activations as the engine has them in a word."""
    return sum(value << (plan.activation_bits * n) for n, value in enumerate(values))


@pytest.mark.parametrize("skip_zeros", [True, False])
def test_banks_give_back_the_words_of_an_image_and_its_flags(skip_zeros):
    plan = Plan(small_conv_network(), Datapath(lanes=2, skip_zeros=skip_zeros))
    dut, dice = ImageMemory(plan), random.Random(0)

    async def testbench(ctx):
        for layer in (0, 1, 2, 0, 3):
            bank = plan.bank_of(layer)
            block, bits = plan.bank_shapes[bank]
            words = [
                [dice.randrange(1 << bits) if dice.random() < 0.4 else 0 for _ in range(block)]
                for _ in range(plan.bank_words[bank])
            ]
            ctx.set(dut.bank, (0, 0, 1, 2)[layer])
            ctx.set(dut.shape, image_shape(plan, layer))
            port = dut.results if layer else dut.frame
            for address, word in enumerate(words):
                ctx.set(port.valid, 1)
                ctx.set(port.address, address)
                ctx.set(port.data, spread(plan, word))
                await ctx.tick()
            ctx.set(port.valid, 0)
            await ctx.tick()
            ctx.set(dut.bank, bank)
            part = plan.windows[layer]
            for address, word in enumerate(words):
                pixel, inner = divmod(address, part.words)
                lit = any(word)
                if part.window and pixel < part.window.width * part.window.height:
                    y, x = divmod(pixel, part.window.width)
                    ctx.set(dut.row, y * part.words + inner)
                    ctx.set(dut.look, 1)
                    await ctx.tick()
                    ctx.set(dut.look, 0)
                    flag = ctx.get(dut.lit) >> (x + plan.windows.width - part.window.width) & 1
                    assert flag == (lit or not skip_zeros)
                if lit or not part.window:
                    ctx.set(dut.address, address)
                    ctx.set(dut.enable, 1)
                    await ctx.tick()
                    ctx.set(dut.enable, 0)
                    assert ctx.get(dut.data) == spread(plan, word)

    simulate(dut, testbench)


def test_a_bank_is_as_wide_as_its_readers_need():
    plan = Plan(small_conv_network(), Datapath(lanes=2))
    assert plan.bank_shapes == [(1, 3), (3, 3), (4, 2)]
    assert plan.flag_shapes == {0: (12, 5), 1: (9, 2)}
