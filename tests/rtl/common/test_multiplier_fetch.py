import pytest

from accelgen.rtl.common.multiplier_fetch import MultiplierFetch
from accelgen.rtl.payloads import Ends, WindowEnds
from tests.stream_drivers import simulate


def played(dut, passes):
    """Return the address that is held out when each word is used; ``passes`` are outputs, and what ends."""
    held, found = [None], []

    async def bench(ctx):
        for _ in range(2):  # an image, and the next one
            ctx.set(dut.restart, 1)
            held[0] = ctx.get(dut.address) if ctx.get(dut.enable) else held[0]
            await ctx.tick()
            ctx.set(dut.restart, 0)
            await ctx.tick().repeat(2)
            for outputs, ends in passes:
                for name, value in ends.items():
                    ctx.set(getattr(dut.ends, name), value)
                for number in range(outputs):
                    ctx.set(dut.used, 1)
                    ctx.set(dut.last, number == outputs - 1)
                    found.append(held[0])
                    held[0] = ctx.get(dut.address) if ctx.get(dut.enable) else held[0]
                    await ctx.tick()
                ctx.set(dut.used, 0)
                await ctx.tick()

    simulate(dut, bench)
    return found


def test_each_output_of_a_dense_layer_has_a_word_of_its_own():
    passes = [(3, {"layer_end": int(number == 1)}) for number in range(2)] + [(2, {"layer_end": 1})]
    assert played(MultiplierFetch(8, Ends), passes) == [*range(8)] * 2


@pytest.mark.parametrize("pool", [1, 4])
def test_every_pixel_starts_with_the_first_word_of_its_layer(pool):
    passes, expected = [], []
    for first, count, outputs, pixels in ((0, 2, 3, 3), (6, 3, 1, 2)):
        for pixel in range(pixels):
            for pass_ in range(count):
                for square in range(pool):
                    square_end = square == pool - 1
                    pixel_end = square_end and pass_ == count - 1
                    layer_end = pixel_end and pixel == pixels - 1
                    ends = {"square_end": square_end, "pixel_end": pixel_end, "layer_end": layer_end}
                    passes.append((outputs, {name: int(value) for name, value in ends.items()}))
                    expected += [first + pass_ * outputs + number for number in range(outputs)]
    assert played(MultiplierFetch(9, WindowEnds), passes) == expected * 2
