import random

import pytest

from accelgen.rtl.common.visit_queue import VisitQueue
from accelgen.rtl.payloads import Visit
from tests.component_bench import check, pack
from tests.stream_drivers import simulate

BLOCKS, WEIGHTS = 8, 64


def drawn(seed, count):
    """Return visits as a decoder gives them: an empty block is only named because its pass ends."""
    dice = random.Random(seed)
    visits = []
    for number in range(count):
        occupied = int(dice.random() < 0.6)
        end = int(not occupied or dice.random() < 0.3)
        ends = {"pass_end": end, "row_end": end & dice.randrange(2), "layer_end": 0}
        visits.append(
            {"block": number % BLOCKS, "base": number % WEIGHTS, "occupied": occupied, "ends": ends}
        )
    return visits


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_every_visit_leaves_in_order_where_nothing_joins(tmp_path, stall):
    layout = Visit(BLOCKS, WEIGHTS)
    words = [pack(layout, visit) for visit in drawn(0, 60)]
    queue = VisitQueue(BLOCKS, WEIGHTS, join=False)
    check(queue, tmp_path, send={"enters": words}, expect={"leaves": words}, stall=stall)


def gone(seed, greed):
    """Return what entered and what left a queue whose reader takes a visit with this chance."""
    dut, dice = VisitQueue(BLOCKS, WEIGHTS), random.Random(seed)
    visits, left = drawn(seed, 200), []

    async def testbench(ctx):
        waiting = list(visits)
        for _ in range(1500):
            ctx.set(dut.enters.valid, int(bool(waiting) and dice.random() < 0.8))
            if waiting:
                ctx.set(dut.enters.payload, dut.enters.payload.shape().const(waiting[0]))
            ctx.set(dut.leaves.ready, int(dice.random() < greed))
            if ctx.get(dut.leaves.valid) and ctx.get(dut.leaves.ready):
                p = dut.leaves.p
                left.append(
                    {
                        "block": ctx.get(p.block),
                        "base": ctx.get(p.base),
                        "occupied": ctx.get(p.occupied),
                        "ends": {
                            name: ctx.get(p.ends[name]) for name in ("pass_end", "row_end", "layer_end")
                        },
                    }
                )
            if ctx.get(dut.enters.valid) and ctx.get(dut.enters.ready):
                waiting.pop(0)
            await ctx.tick()
        assert not waiting

    simulate(dut, testbench)
    return visits, left


@pytest.mark.parametrize("greed", [0.2, 0.5, 1.0])
def test_an_empty_visit_ends_the_one_before_it_or_leaves_by_itself(greed):
    visits, left = gone(1, greed)
    leaving = iter(left)
    saved, number = 0, 0
    while number < len(visits):
        visit, found = visits[number], next(leaving)
        number += 1
        following = visits[number] if number < len(visits) else None
        joins = (
            not visit["ends"]["pass_end"]
            and following is not None
            and not following["occupied"]
            and found["ends"]["pass_end"]
        )
        expected = visit | {"ends": following["ends"]} if joins else visit
        assert found == expected
        number, saved = number + joins, saved + joins
    assert next(leaving, None) is None
    assert saved > 10 or greed == 1  # nothing waits for a reader that takes at once
