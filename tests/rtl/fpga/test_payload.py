import random

import pytest

from accelgen.rtl.fpga.payload import PayloadReader
from tests.stream_drivers import simulate


@pytest.mark.parametrize("stall", [0.0, 0.5])
@pytest.mark.parametrize("sizes", [[4, 7, 7, 2], [1], [8, 8]])
def test_words_are_gathered_one_after_another_and_again_from_the_beginning(sizes, stall):
    data = random.Random(1).randbytes(sum(sizes))
    reader, found, dice = PayloadReader(32, 64), [], random.Random(2)

    async def memory(ctx):
        while True:
            _, _, enable, address = await ctx.tick().sample(reader.enable, reader.address)
            if enable:
                ctx.set(reader.data, data[address])

    async def take(ctx):
        ctx.set(reader.length, len(data))
        for _ in range(2):
            for number, size in enumerate(sizes):
                while dice.random() < stall:
                    await ctx.tick()
                ctx.set(reader.size, size - 1)
                ctx.set(reader.gather, 1)
                complete = 0
                while not complete:
                    _, _, complete = await ctx.tick().sample(reader.complete)
                ctx.set(reader.gather, 0)
                word = ctx.get(reader.word) >> (64 - 8 * size)
                found.append(word.to_bytes(size, "little"))
                if ctx.get(reader.end) != (number == len(sizes) - 1):
                    raise AssertionError("the end is not where it belongs")
            ctx.set(reader.rewind, 1)
            await ctx.tick()
            ctx.set(reader.rewind, 0)

    simulate(reader, take, processes=[memory])
    assert b"".join(found) == data + data
