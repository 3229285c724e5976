import random

import pytest

from accelgen.rtl.bus.queues import BeatQueue, ResultQueue
from tests.stream_drivers import simulate


@pytest.mark.parametrize("stall", [0.0, 0.6])
@pytest.mark.parametrize("width", [8, 32, 40, 240])
def test_words_become_the_beats_of_their_frames(width, stall):
    dut = BeatQueue(width, depth=4)
    parts, dice = -(-width // 32), random.Random(width)
    frames = [[dice.getrandbits(width) for _ in range(length)] for length in (1, 7, 3, 12)]
    expected = [(beat, n == len(frame) - 1) for frame in frames for n, beat in enumerate(frame)]
    found = []

    async def send(ctx):
        for beat, last in expected:
            for part in range(parts):
                ends = last and part == parts - 1
                ctx.set(dut.word, beat >> 32 * part & 0xFFFFFFFF)
                ctx.set(dut.last, ends)
                while not ctx.get(dut.room) or ctx.get(dut.refused):
                    await ctx.tick()
                assert not ctx.get(dut.last_refused) or part < parts - 1
                ctx.set(dut.write, 1)
                await ctx.tick()
                ctx.set(dut.write, 0)

    async def receive(ctx):
        while len(found) < len(expected):
            ready = dice.random() >= stall
            ctx.set(dut.tready, ready)
            _, _, valid, data, last = await ctx.tick().sample(dut.tvalid, dut.tdata, dut.tlast)
            if valid and ready:
                found.append((data, bool(last)))

    simulate(dut, send, receive)
    assert found == expected


def test_a_beat_keeps_what_was_noted_as_it_was_written():
    dut = BeatQueue(64, depth=4, note_bits=5)

    async def play(ctx):
        for number in range(8):
            ctx.set(dut.note, number)
            ctx.set(dut.write, 1)
            await ctx.tick()
        ctx.set(dut.write, 0)
        await ctx.tick().repeat(2)
        ctx.set(dut.tready, 1)
        for number in (1, 3, 5, 7):  # a beat is two words, and whole with the second
            assert ctx.get(dut.tvalid) and ctx.get(dut.noted) == number
            await ctx.tick()
        assert not ctx.get(dut.tvalid)

    simulate(dut, play)


def test_room_is_what_is_taken_and_not_a_word_more():
    dut = BeatQueue(64, depth=4)

    async def fill(ctx):
        for left in range(8, 0, -1):
            assert ctx.get(dut.room) == left and not ctx.get(dut.refused)
            ctx.set(dut.word, left)
            ctx.set(dut.write, 1)
            await ctx.tick()
            ctx.set(dut.write, 0)
            await ctx.tick().repeat(2)  # as a bus does, which has no answer before
        assert ctx.get(dut.room) == 0 and ctx.get(dut.refused)
        ctx.set(dut.tready, 1)
        await ctx.tick()
        ctx.set(dut.tready, 0)
        await ctx.tick().repeat(2)
        assert ctx.get(dut.room) == 2 and not ctx.get(dut.refused)

    simulate(dut, fill)


def test_a_frame_ends_with_a_beat_and_a_beat_has_no_more_bits():
    dut = BeatQueue(40, depth=4)

    async def look(ctx):
        assert ctx.get(dut.last_refused) and not ctx.get(dut.refused)
        ctx.set(dut.word, 0xFFFFFFFF)
        assert not ctx.get(dut.refused)
        ctx.set(dut.write, 1)
        await ctx.tick()
        ctx.set(dut.write, 0)
        assert ctx.get(dut.refused) and ctx.get(dut.last_refused)
        ctx.set(dut.word, 0xFF)
        assert not ctx.get(dut.refused) and not ctx.get(dut.last_refused)

    simulate(dut, look)


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_results_wait_and_are_whole_with_their_last_word(stall):
    dut = ResultQueue(3)
    frames, dice, found = [[7, 8, 1], [2, 3, 0], [4, 5, 1]] * 6, random.Random(9), []

    async def send(ctx):
        for frame in frames:
            for n, word in enumerate(frame):
                while dice.random() < stall:
                    await ctx.tick()
                ctx.set(dut.tdata, word)
                ctx.set(dut.tlast, n == 2)
                ctx.set(dut.tvalid, 1)
                await ctx.tick().until(dut.tready)
                ctx.set(dut.tvalid, 0)

    async def receive(ctx):
        while len(found) < len(frames):
            await ctx.tick().until(dut.whole)
            frame = []
            while len(frame) < 3:
                assert ctx.get(dut.level) > 0
                if ctx.get(dut.empty):  # for a cycle, while it moves up
                    await ctx.tick()
                    continue
                frame.append(ctx.get(dut.word))
                assert ctx.get(dut.last) == (len(frame) == 3)
                ctx.set(dut.taken, 1)
                await ctx.tick()
                ctx.set(dut.taken, 0)
            found.append(frame)
        await ctx.tick().repeat(3)
        assert ctx.get(dut.empty) and not ctx.get(dut.whole) and ctx.get(dut.level) == 0

    simulate(dut, send, receive)
    assert found == frames


def test_a_result_that_is_longer_than_usual_has_room():
    dut = ResultQueue(20)

    async def fill(ctx):
        ctx.set(dut.tvalid, 1)
        await ctx.tick().repeat(19)
        ctx.set(dut.tlast, 1)
        assert not ctx.get(dut.whole)
        await ctx.tick()
        assert ctx.get(dut.whole) and ctx.get(dut.level) == 20 and not ctx.get(dut.tready)

    simulate(dut, fill)
