import random

import pytest

from accelgen.rtl.pipelined.control import StageControl
from tests.stream_drivers import simulate


def played(images, *, room=1.0, work=(1, 9), loading=(1, 9), seed=0):
    """Return what happens to ``images`` images: (event, cycle, bank), from a stage that works at random."""
    dut, dice, events = StageControl(), random.Random(seed), []

    async def bench(ctx):
        loaded = started = ended = cycle = busy = arriving = 0
        while ended < images:
            arriving = arriving or dice.randint(*loading)
            entering = loaded < images and ctx.get(dut.may_load)
            arriving -= bool(entering and arriving > 1)
            whole = bool(entering and arriving == 1)
            finishes = busy == 1
            ctx.set(dut.loaded, whole)
            ctx.set(dut.done, finishes)
            ctx.set(dut.may_give, dice.random() < room)
            await ctx.delay(0)
            assert ctx.get(dut.consumed) == whole
            assert not (entering and busy and ctx.get(dut.bank) == loaded % 2), "an image enters what is read"
            busy = max(busy - 1, 0)
            if whole:
                events.append(("loaded", cycle, loaded % 2))
                loaded, arriving = loaded + 1, 0
            if ctx.get(dut.start):
                assert not busy and ctx.get(dut.bank) == started % 2 and started < loaded
                events.append(("started", cycle, started % 2))
                started, busy = started + 1, dice.randint(*work)
            if finishes:
                events.append(("ended", cycle, ended % 2))
                ended += 1
            cycle += 1
            await ctx.tick()
        ctx.set(dut.loaded, 0)
        ctx.set(dut.done, 0)
        await ctx.delay(0)
        assert ctx.get(dut.idle) and ctx.get(dut.may_load)

    simulate(dut, bench)
    return events


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("room", [1.0, 0.3])
def test_every_image_runs_once_from_its_own_bank_while_the_next_enters(seed, room):
    events = played(30, room=room, seed=seed)
    for name in ("loaded", "started", "ended"):
        assert [bank for event, _, bank in events if event == name] == [0, 1] * 15


def test_the_next_image_starts_two_cycles_after_the_one_before_has_ended():
    cycles = {
        name: [cycle for event, cycle, _ in played(6, loading=(1, 1)) if event == name]
        for name in ("ended", "started")
    }
    assert [b - a for a, b in zip(cycles["ended"], cycles["started"][1:], strict=False)] == [2] * 5


def test_nothing_starts_without_room_behind():
    dut = StageControl()

    async def bench(ctx):
        ctx.set(dut.loaded, 1)
        await ctx.tick()
        await ctx.tick()  # both banks hold images
        assert not ctx.get(dut.may_load) and not ctx.get(dut.idle)
        for _ in range(5):
            await ctx.tick()
            assert not ctx.get(dut.start) and not ctx.get(dut.consumed)
        ctx.set(dut.may_give, 1)
        await ctx.tick()
        assert ctx.get(dut.start)

    simulate(dut, bench)
