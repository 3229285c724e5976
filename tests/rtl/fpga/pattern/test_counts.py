from accelgen.rtl.fpga.pattern.counts import COUNTED, PatternCounts
from tests.stream_drivers import simulate


def test_counters_are_handed_out_together_at_the_end_of_a_round_unless_they_are_held():
    counts, found = PatternCounts(), []

    async def play(ctx):
        for cycle in range(40):
            ctx.set(counts.result, cycle % 4 == 3)
            ctx.set(counts.mismatch, cycle in (7, 11, 39))
            ctx.set(counts.round, cycle % 8 == 7)
            ctx.set(counts.hold, 20 <= cycle < 28)
            await ctx.tick()
            found.append((*(ctx.get(getattr(counts, name)) for name in COUNTED), ctx.get(counts.spoilt)))

    simulate(counts, play)
    # A round has ended in cycle 7, its result is counted with that edge, and handed out with the next.
    assert found[7] == (0, 0, 0, 1) and found[8] == (8, 2, 1, 1)
    assert found[16] == found[23] == (16, 4, 2, 1)
    assert found[24] == found[31] == (16, 4, 2, 1), "it is held while the round ends"
    assert found[32] == (32, 8, 2, 1) and found[6][-1] == 0
