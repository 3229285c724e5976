import numpy as np
import pytest
from amaranth.hdl import Module, Signal, signed
from amaranth.sim import Simulator

from accelgen.network import Task
from accelgen.rtl.unrolled.ranks import wired
from accelgen.rtl.unrolled.winner import ending, tournament


def answered(steps, rows, bits):
    m = Module()
    scores = [Signal(signed(bits), name=f"s{n}") for n in range(len(rows[0]))]
    (found,) = wired(m, scores, steps, 1, [])
    out, answers = Signal(len(found)), []
    m.d.comb += out.eq(found)

    async def bench(ctx):
        for row in rows:
            for signal, value in zip(scores, row, strict=True):
                ctx.set(signal, int(value))
            await ctx.delay(1e-9)
            answers.append(ctx.get(out))

    simulator = Simulator(m)
    simulator.add_testbench(bench)
    simulator.run()
    return answers


@pytest.mark.parametrize("classes", [1, 2, 3, 5, 8, 10, 11])
def test_the_first_of_the_highest_scores_wins(classes):
    rng = np.random.default_rng(classes)
    rows = np.concatenate([rng.integers(-4, 4, (200, classes)), rng.integers(-2, 0, (200, classes))])
    rows[0], rows[1] = 3, -4
    assert answered(tournament(classes, 3), rows, 3) == rows.argmax(axis=1).tolist()


@pytest.mark.parametrize("least", [-9, -2, 0, 3, 9])
def test_a_threshold_ends_with_its_decision(least):
    rows = [[value] for value in range(-4, 4)]
    steps = ending(Task("threshold", thresholds=(least,)), 1, 3)
    assert answered(steps, rows, 3) == [int(value >= least) for (value,) in rows]


def test_nothing_follows_scores_that_are_no_classes():
    assert ending(Task("regression", (0.5,), (1.0,)), 2, 5) == []
    assert ending(None, 3, 5)[-1].shape.width == 2
