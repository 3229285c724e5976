import random

import pytest

from accelgen.rtl.pipelined.marks import TimestepMarks
from tests.stream_drivers import simulate


@pytest.mark.parametrize("seed", range(3))
def test_a_mark_stands_until_the_next_but_one_is_handed_over(seed):
    dut, dice, marks = TimestepMarks(), random.Random(seed), []

    async def bench(ctx):
        while len(marks) < 40:
            mark = (dice.randint(0, 1), dice.randint(0, 1))
            consumed = dice.random() < 0.4
            ctx.set(dut.first, mark[0])
            ctx.set(dut.final, mark[1])
            ctx.set(dut.consumed, consumed)
            await ctx.tick()
            if consumed:
                marks.append(mark)
            for bank in range(min(len(marks), 2)):
                last = len(marks) - 1 - (len(marks) - 1 - bank) % 2  # the last one that entered this bank
                ctx.set(dut.bank, bank)
                await ctx.delay(0)
                assert (ctx.get(dut.its_first), ctx.get(dut.its_final)) == marks[last]

    simulate(dut, bench)
