import pytest

from accelgen.rtl.dnn.threshold_fetch import ThresholdFetch
from accelgen.rtl.payloads import Ends, WindowEnds
from tests.stream_drivers import simulate


def played(dut, passes):
    """Return the address that is held out when each pass leaves; ``passes`` are what ends with each."""
    held, found = [None], []

    async def bench(ctx):
        for _ in range(2):  # an image, and the next one
            ctx.set(dut.restart, 1)
            held[0] = ctx.get(dut.address) if ctx.get(dut.enable) else held[0]
            await ctx.tick()
            ctx.set(dut.restart, 0)
            await ctx.tick().repeat(2)
            for ends in passes:
                ctx.set(dut.taken, 1)
                for name, value in ends.items():
                    ctx.set(getattr(dut.ends, name), value)
                found.append(held[0])
                held[0] = ctx.get(dut.address) if ctx.get(dut.enable) else held[0]
                await ctx.tick()
            ctx.set(dut.taken, 0)

    simulate(dut, bench)
    return found


def test_each_pass_of_a_dense_layer_has_a_word_of_its_own():
    ends = [{"layer_end": int(number in (1, 4))} for number in range(5)]
    assert played(ThresholdFetch(5, Ends), ends) == [*range(5)] * 2


@pytest.mark.parametrize("pool", [1, 4])
def test_every_pixel_starts_with_the_first_word_of_its_layer(pool):
    passes, expected = [], []
    for first, words, pixels in ((0, 2, 3), (2, 3, 2)):
        for pixel in range(pixels):
            for word in range(words):
                for square in range(pool):
                    square_end = square == pool - 1
                    pixel_end = square_end and word == words - 1
                    layer_end = pixel_end and pixel == pixels - 1
                    ends = {"square_end": square_end, "pixel_end": pixel_end, "layer_end": layer_end}
                    passes.append({name: int(value) for name, value in ends.items()})
                    expected.append(first + word)
    assert played(ThresholdFetch(5, WindowEnds), passes) == expected * 2
