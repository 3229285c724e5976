import numpy as np
import pytest

from accelgen.rtl.edge.frame import FrameReceiver
from tests.stream_drivers import simulate

BEATS, PIXELS = 3, 11  # four pixels a beat, three in the last
GOOD = [0x0321, 0x0765, 0x0012]


def receive(frames, *, takes=True):
    """Play frames of (data, last) and return the loaded images and the errors in order."""
    dut = FrameReceiver(BEATS, 4, PIXELS, 3, words=BEATS, word=5, activation_bits=4)
    written, images, errors = {}, [], []

    async def source(ctx):
        ctx.set(dut.may_load, 1)
        ctx.set(dut.may_begin, 1)
        for frame in frames:
            for data, last in frame:
                ctx.set(dut.tdata, data)
                ctx.set(dut.tlast, last)
                ctx.set(dut.tvalid, 1)
                await ctx.tick().until(dut.tready)
                ctx.set(dut.tvalid, 0)
        await ctx.tick().repeat(4)

    async def watch(ctx):
        while True:
            _, _, valid, address, data, short, long, stray, loaded = await ctx.tick().sample(
                dut.write.valid,
                dut.write.address,
                dut.write.data,
                dut.short,
                dut.long,
                dut.range_,
                dut.loaded,
            )
            if valid:
                written[address] = data
            errors.extend(n for n, bad in (("short", short), ("long", long), ("range", stray)) if bad)
            ctx.set(dut.consumed, loaded and takes)
            if loaded and takes:
                images.append(dict(written))
                await ctx.tick()
                ctx.set(dut.consumed, 0)

    simulate(dut, source, processes=[watch])
    return images, errors


def framed(beats):
    return [(beat, n == len(beats) - 1) for n, beat in enumerate(beats)]


def words(beats):
    """Return the memory words of a frame: each pixel of three bits widened to four."""
    return {n: sum((beat >> (3 * p) & 7) << (4 * p) for p in range(4)) for n, beat in enumerate(beats)}


def test_a_good_frame_becomes_words():
    images, errors = receive([framed(GOOD)] * 2)
    assert images == [words(GOOD)] * 2 and not errors


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (GOOD[:1], "short"),
        (GOOD[:2], "short"),
        ([*GOOD, 1], "long"),
        ([*GOOD, *GOOD, *GOOD], "long"),
        ([0x1321, *GOOD[1:]], "range"),  # a bit above the four pixels
        ([*GOOD[:2], 0x0212], "range"),  # a fourth pixel in a last beat of three
    ],
)
def test_a_malformed_frame_is_dropped_whole_and_the_next_is_right(bad, error):
    images, errors = receive([framed(GOOD), framed(bad), framed(GOOD)])
    assert errors == [error] and images == [words(GOOD)] * 2


def test_nothing_enters_while_an_image_waits():
    dut = FrameReceiver(BEATS, 4, PIXELS, 3, words=BEATS, word=5, activation_bits=4)

    async def testbench(ctx):
        assert not ctx.get(dut.tready)
        ctx.set(dut.may_load, 1)
        ctx.set(dut.may_begin, 1)
        for beat, last in framed(GOOD):
            assert ctx.get(dut.tready)
            ctx.set(dut.tvalid, 1)
            ctx.set(dut.tdata, beat)
            ctx.set(dut.tlast, last)
            await ctx.tick()
        assert ctx.get(dut.loaded) and not ctx.get(dut.tready)

    simulate(dut, testbench)


def test_random_frames_never_wedge_the_receiver():
    rng = np.random.default_rng(5)
    frames = []
    for _ in range(60):
        frames.append(framed([int(v) for v in rng.integers(0, 1 << 16, int(rng.integers(1, 8)))]))
        frames.append(framed(GOOD))
    images, _ = receive(frames)
    assert images.count(words(GOOD)) >= 60
