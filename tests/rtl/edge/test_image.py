import random

import numpy as np
import pytest

from accelgen.rtl.edge.image import ImageReceiver
from tests.stream_drivers import simulate

BITS, PIXELS = 2, 7


def played(each, frames, stall, seed=0):
    """Play frames of (beat, tlast); return the images that came and the reasons of those that did not."""
    beats = -(-PIXELS // each)
    dut = ImageReceiver(beats, each, PIXELS, BITS, -(-each * BITS // 8) * 8)
    images, errors, flat = [], [], [beat for frame in frames for beat in frame]
    left = len(flat)

    async def send(ctx):
        nonlocal left
        dice = random.Random(seed)
        for data, last in flat:
            while dice.random() < stall:
                await ctx.tick()
            ctx.set(dut.tdata, data)
            ctx.set(dut.tlast, last)
            ctx.set(dut.tvalid, 1)
            await ctx.tick().until(dut.tready)
            ctx.set(dut.tvalid, 0)
            left -= 1

    async def receive(ctx):
        dice = random.Random(seed + 1)
        while left:
            ctx.set(dut.image.ready, dice.random() >= stall)
            ports = dut.image.valid, dut.image.ready, dut.image.payload, dut.short, dut.long, dut.range_
            _, _, valid, ready, image, *wrong = await ctx.tick().sample(*ports)
            if valid and ready:
                images.append(image)
            if any(wrong):
                errors.append(tuple(wrong))

    simulate(dut, send, receive)
    return images, errors


def framed(pixels, each):
    groups = [pixels[start : start + each] for start in range(0, PIXELS, each)]
    words = [sum(int(p) << BITS * n for n, p in enumerate(group)) for group in groups]
    return [(word, int(n == len(words) - 1)) for n, word in enumerate(words)]


@pytest.mark.parametrize("stall", [0.0, 0.5])
@pytest.mark.parametrize("each", [7, 4, 1])
def test_images_are_handed_on_once_and_bad_frames_not_at_all(each, stall):
    rng = np.random.default_rng(each)
    pixels = rng.integers(0, 1 << BITS, (9, PIXELS))
    good = [framed(row, each) for row in pixels]
    sent, wrong = list(good), []
    long = [*good[0][:-1], (good[0][-1][0], 0), *good[1]]
    sent.insert(2, long)
    wrong.append((0, 1, 0))
    if each > 1:  # seven pixels leave bits of the last beat free
        beats = list(good[3])
        beats[-1] = (beats[-1][0] | 1 << (-(-each * BITS // 8) * 8 - 1), 1)
        sent.insert(5, beats)
        wrong.append((0, 0, 1))
    if each < PIXELS:
        sent.insert(7, [*good[4][:-2], (good[4][-2][0], 1)])
        wrong.append((1, 0, 0))
    images, errors = played(each, sent, stall)
    assert images == [sum(int(p) << BITS * n for n, p in enumerate(row)) for row in pixels]
    assert errors == wrong


def test_a_frame_that_is_not_whole_never_waits():
    dut = ImageReceiver(1, PIXELS, PIXELS, BITS, 16)

    async def bench(ctx):
        ctx.set(dut.tvalid, 1)
        for data, last, ready in ((0, 0, 1), (0, 1, 1), (1 << 15, 1, 1), (3, 1, 0)):
            ctx.set(dut.tdata, data)
            ctx.set(dut.tlast, last)
            await ctx.delay(1e-7)
            assert ctx.get(dut.tready) == ready
            await ctx.tick()

    simulate(dut, bench)
