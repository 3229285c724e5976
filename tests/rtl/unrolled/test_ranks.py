import random
import re
from dataclasses import replace

import numpy as np
import pytest
from amaranth.back import rtlil
from amaranth.hdl import Module, Signal, unsigned
from amaranth.sim import Simulator

from accelgen.rtl.unrolled.operations import Operation
from accelgen.rtl.unrolled.ranks import between, depth, placed, spread, wired


def added(name, operands, levels=1):
    return Operation(name, operands, levels, unsigned(12), lambda values: sum(values, start=0)[:12])


# x0 ─ a ─ b ─ c, and d takes c and x1.
CHAIN = [added("a", (0, 1)), added("b", (2, 0)), added("c", (3, 3)), added("d", (4, 1))]


def test_the_longest_way_counts():
    assert depth(2, CHAIN) == 4
    assert depth(2, [*CHAIN, added("e", (0, 1), 7)]) == 7
    assert depth(3, []) == 0


def test_a_rank_comes_before_what_would_be_too_deep():
    assert placed(2, CHAIN, 4) == [0, 0, 0, 0]
    assert placed(2, CHAIN, 2) == [0, 0, 1, 1]
    assert placed(2, CHAIN, 1) == [0, 1, 2, 3]
    assert placed(2, [added("a", (0, 1), 5), added("b", (2, 0))], 2) == [0, 1]


@pytest.mark.parametrize("ranks", range(6))
def test_as_few_levels_as_so_many_ranks_allow_lie_between_two(ranks):
    found = between(2, CHAIN, ranks)
    assert max(found) <= ranks and found == sorted(found)
    levels = max(found.count(rank) for rank in found)
    assert levels == -(-4 // (ranks + 1))


@pytest.mark.parametrize("ranks", [0, 1, 2, 5])
def test_values_meet_those_of_their_own_time(ranks):
    m = Module()
    values = [Signal(4, name=f"x{n}") for n in range(2)]
    move = Signal()
    results = wired(m, values, CHAIN, 2, [move] * ranks)
    outs = [Signal(12, name=f"out{n}") for n in range(2)]
    m.d.comb += [out.eq(result) for out, result in zip(outs, results, strict=True)]
    m.d.sync += Signal().eq(0)  # so that there is a clock without ranks
    rng, dice = np.random.default_rng(0), random.Random(0)
    inputs = rng.integers(0, 16, (30, 2)).tolist()
    seen = []

    async def bench(ctx):
        for pair in [*inputs, *[[0, 0]] * ranks]:
            for signal, value in zip(values, pair, strict=True):
                ctx.set(signal, value)
            while ranks and dice.random() < 0.5:  # nothing moves, and nothing is lost
                ctx.set(move, 0)
                await ctx.tick()
            ctx.set(move, 1)
            seen.append([ctx.get(out) for out in outs])
            await ctx.tick()

    simulator = Simulator(m)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    right = [[2 * (2 * a + b), 2 * (2 * a + b) + b] for a, b in inputs]
    assert seen[ranks : ranks + 30] == right


def test_a_sum_that_is_read_once_stays_apart():
    m = Module()
    values = [Signal(4, name=f"x{n}") for n in range(2)]
    steps = [replace(step, apart=True) for step in CHAIN]
    out = Signal(12)
    m.d.comb += out.eq(wired(m, values, steps, 1, [])[0])
    text = rtlil.convert(m, name="top", ports=[*values, out])
    kept = re.findall(r"attribute \\keep .*\n(?:\s+attribute .*\n)*\s+wire width 12 \\(\w+)", text)
    assert kept == ["a", "c"]  # c is read by d alone, b by c twice


def test_ranks_go_to_the_part_of_which_most_lies_between_two():
    assert spread([0, 4, 1, 2], 4) == [1, 1, 1, 1]
    assert spread([0, 4, 1, 2], 5) == [1, 2, 1, 1]
    assert spread([0, 4, 1, 2], 8) == [1, 4, 1, 2]
