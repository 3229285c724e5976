import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from accelgen.rtl.common.argmax import Argmax
from tests.stream_drivers import simulate


@given(st.lists(st.lists(st.integers(-8, 7), min_size=5, max_size=5), min_size=1, max_size=6))
def test_the_first_of_the_highest_scores_wins(images):
    dut = Argmax(5, 4)

    async def testbench(ctx):
        for scores in images:
            for number, score in enumerate(scores):
                ctx.set(dut.enable, 1)
                ctx.set(dut.score, score)
                ctx.set(dut.last, number == 4)
                await ctx.tick()
                ctx.set(dut.enable, 0)
                ctx.set(dut.score, 7)  # must not count
                await ctx.tick()
            assert ctx.get(dut.winner) == int(np.argmax(scores))

    simulate(dut, testbench)
