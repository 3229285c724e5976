import random

import pytest

from accelgen.network.encoding import LFSR_BITS
from accelgen.rtl.common.lfsr import Lfsr
from tests.stream_drivers import simulate


@pytest.mark.parametrize(("bits", "short"), [(56, 56), (20, 7), (100, 63), (1, 1)])
def test_draws_the_sequence_a_bit_at_a_time_would(bits, short):
    state = random.Random(bits).getrandbits(LFSR_BITS) | 1
    dut = Lfsr(state, bits, short)

    async def testbench(ctx):
        for _ in range(2):
            register = state
            for step in range(12):
                upcoming, ahead = 0, register
                for n in range(bits):
                    new = (ahead ^ (ahead >> 1)) & 1
                    upcoming |= new << n
                    ahead = ahead >> 1 | new << (LFSR_BITS - 1)
                    if n == (short if step % 3 == 2 else bits) - 1:
                        register_after = ahead
                assert ctx.get(dut.draw) == upcoming
                ctx.set(dut.short, step % 3 == 2)
                ctx.set(dut.step, 1)
                await ctx.tick()
                ctx.set(dut.step, 0)
                await ctx.tick()
                register = register_after
            ctx.set(dut.restart, 1)
            await ctx.tick()
            ctx.set(dut.restart, 0)

    simulate(dut, testbench)
