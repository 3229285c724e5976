import random

import pytest

from accelgen.rtl.fpga.pattern.judge import PatternJudge
from accelgen.rtl.table import Table
from tests.stream_drivers import simulate

LAST = 1 << 8
RIGHT = [[1, 2, 3 | LAST], [7 | LAST], [0, 255 | LAST]]


def judged(frames, stall: float = 0.0) -> list[tuple[int, int]]:
    """Return for each result that ended whether it was wrong, and whether a round ended with it."""
    judge = PatternJudge(Table("answers", 9, [word for frame in RIGHT for word in frame]))
    found, dice = [], random.Random(2)
    words = [word for frame in frames for word in frame]

    async def send(ctx):
        for word in words:
            while dice.random() < stall:
                ctx.set(judge.tvalid, 0)
                await ctx.tick()
            ctx.set(judge.tvalid, 1)
            ctx.set(judge.tdata, word & 255)
            ctx.set(judge.tlast, word >> 8)
            await ctx.tick()
        ctx.set(judge.tvalid, 0)
        await ctx.tick().repeat(6)

    async def watch(ctx):
        async for _, _, result, wrong, end in ctx.tick().sample(judge.result, judge.wrong, judge.round):
            assert result or not wrong
            if result or end:
                found.append((result, wrong, end))

    simulate(judge, send, processes=(watch,))
    return found


@pytest.mark.parametrize("stall", [0.0, 0.6])
def test_right_results_are_right_and_rounds_are_seen(stall):
    assert judged(RIGHT * 3, stall) == [(1, 0, 0), (1, 0, 0), (1, 0, 1)] * 3


@pytest.mark.parametrize("bit", range(8))
@pytest.mark.parametrize(("frame", "beat"), [(0, 0), (0, 2), (1, 0), (2, 1)])
def test_any_bit_of_any_beat_makes_its_result_wrong_and_no_other(frame, beat, bit):
    frames = [list(words) for words in RIGHT * 2]
    frames[frame][beat] ^= 1 << bit
    assert [wrong for _, wrong, _ in judged(frames)] == [number == frame for number in range(6)]


def test_a_beat_too_few_or_too_many_is_wrong_from_there_on():
    short = [[1, 3 | LAST], *RIGHT[1:], *RIGHT, *RIGHT]
    assert all(wrong for result, wrong, _ in judged(short) if result)
    long = [RIGHT[0], [7, 7 | LAST], RIGHT[2], *RIGHT]
    assert [wrong for result, wrong, _ in judged(long) if result] == [0, 1, 1, 1, 1, 1]
