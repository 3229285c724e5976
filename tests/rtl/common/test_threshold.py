from hypothesis import given
from hypothesis import strategies as st

from accelgen.rtl.common.threshold import Threshold
from tests.stream_drivers import simulate


@given(st.integers(-10, 10), st.lists(st.integers(-8, 7), min_size=1, max_size=8))
def test_a_score_reaches_a_threshold_or_not(least, scores):
    dut = Threshold(4, least)

    async def testbench(ctx):
        for score in scores:
            ctx.set(dut.enable, 1)
            ctx.set(dut.score, score)
            await ctx.tick()
            ctx.set(dut.enable, 0)
            ctx.set(dut.score, 7 if score < least else -8)  # must not count
            await ctx.tick()
            assert ctx.get(dut.reached) == (score >= least)

    simulate(dut, testbench)
