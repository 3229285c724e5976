import random

import pytest

from accelgen.rtl.fpga.pattern.feeder import PatternFeeder
from accelgen.rtl.table import Table
from tests.stream_drivers import simulate

WORDS = [0x05, 0x1FF, 0x00, 0x123, 0x0AB]


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_words_go_round_in_order_whoever_waits(stall):
    feeder, found, dice = PatternFeeder(Table("stimulus", 9, WORDS)), [], random.Random(1)
    cycles = 0

    async def take(ctx):
        nonlocal cycles
        while len(found) < 4 * len(WORDS):
            ready = dice.random() >= stall
            ctx.set(feeder.tready, ready)
            _, _, valid, data, last = await ctx.tick().sample(feeder.tvalid, feeder.tdata, feeder.tlast)
            cycles += 1
            if valid and ready:
                found.append(data | last << 8)

    simulate(feeder, take)
    assert found == WORDS * 4
    assert stall or cycles == len(found) + 1
