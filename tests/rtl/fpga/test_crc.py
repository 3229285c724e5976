import random

import pytest

from accelgen.link import crc16
from accelgen.rtl.fpga.crc import Crc
from tests.stream_drivers import simulate


def remainder(data: bytes) -> int:
    """Return the remainder of data that comes with pauses, after other data."""
    crc, found, dice = Crc(), [], random.Random(0)

    async def play(ctx):
        for start, stream in ((0, b"before"), (1, b""), (0, data)):
            ctx.set(crc.start, start)
            await ctx.tick()
            ctx.set(crc.start, 0)
            for byte in stream:
                ctx.set(crc.data, byte)
                ctx.set(crc.valid, 1)
                await ctx.tick()
                ctx.set(crc.valid, 0)
                await ctx.tick().repeat(dice.randrange(1, 3))
        found.append(ctx.get(crc.value))

    simulate(crc, play)
    return found[0]


def test_the_published_check_value():
    assert remainder(b"123456789") == 0x29B1


@pytest.mark.parametrize("seed", range(4))
def test_it_equals_the_host_s(seed):
    data = random.Random(seed).randbytes(30)
    assert remainder(data) == crc16(data)
    assert remainder(data + crc16(data).to_bytes(2, "big")) == 0
