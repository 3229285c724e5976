import random

import pytest

from accelgen.rtl.conv.word_flags import WordFlags
from tests.stream_drivers import simulate

ROWS, WIDTH, WORDS = 12, 5, 3


@pytest.mark.parametrize("skip_zeros", [True, False])
def test_every_word_has_its_flag_whatever_broke_off_before(skip_zeros):
    dut = WordFlags(ROWS, WIDTH, WORDS, skip_zeros=skip_zeros)
    dice = random.Random(0)

    async def write(ctx, height, width, words, stop):
        """Pass an image by; return the flags of its rows."""
        flags = {}
        ctx.set(dut.shape, {"last_word": words - 1, "last_pixel": width - 1, "flagged": 1})
        places = [(y, x, word) for y in range(height) for x in range(width) for word in range(words)]
        for number, (y, x, word) in enumerate(places[:stop]):
            something = dice.randrange(2)
            ctx.set(dut.enable, 1)
            ctx.set(dut.first, number == 0)
            ctx.set(dut.something, something)
            await ctx.tick()
            row = y * words + word
            lit = something or not skip_zeros
            flags[row] = flags.get(row, 0) | lit << (x + WIDTH - width)
            while dice.random() < 0.3:
                ctx.set(dut.enable, 0)
                await ctx.tick()
        ctx.set(dut.enable, 0)
        return flags

    async def testbench(ctx):
        for height, width, words in ((4, 5, 3), (12, 4, 1), (6, 1, 2), (5, 1, 1), (4, 5, 3)):
            await write(ctx, height, width, words, dice.randrange(1, height * width * words))
            flags = await write(ctx, height, width, words, None)
            ctx.set(dut.shape.flagged, 0)
            ctx.set(dut.enable, 1)  # words that nobody flags
            for _ in range(3):
                await ctx.tick()
            ctx.set(dut.enable, 0)
            for row in sorted(flags, key=lambda row: dice.random()):
                ctx.set(dut.row, row)
                ctx.set(dut.look, 1)
                await ctx.tick()
                ctx.set(dut.look, 0)
                ctx.set(dut.row, 0)
                await ctx.tick()
                assert ctx.get(dut.lit) == flags[row]

    simulate(dut, testbench)
