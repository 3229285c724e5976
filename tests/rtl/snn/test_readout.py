import random

import numpy as np
import pytest

from accelgen.golden.neurons import scored
from accelgen.network import Integrator
from accelgen.rtl.snn.readout import Readout
from tests.stream_drivers import simulate

CLASSES = 5


def play(dut, samples, margin=None, stall=0.0, seed=0, cancel=False):
    """Run samples of increments through a readout; return, for each, its scores and timesteps used."""
    results = []

    async def source(ctx):
        dice = random.Random(seed)
        if margin is not None:
            ctx.set(dut.margin, margin)
            ctx.set(dut.cancelled, cancel)
        for sample in samples:
            for number, increments in enumerate(sample):
                ctx.set(dut.first, number == 0)
                ctx.set(dut.final, number == len(sample) - 1)
                for place, increment in enumerate(increments):
                    while dice.random() < stall:
                        await ctx.tick()
                    ctx.set(dut.increments.p.value, increment)
                    ctx.set(dut.increments.valid, 1)
                    last = place == CLASSES - 1
                    while True:
                        ready = ctx.get(dut.increments.ready)
                        ctx.set(dut.drained, last and ready)
                        done, ended = ctx.get(dut.done), ctx.get(dut.ended)
                        await ctx.tick()
                        if ready:
                            break
                    ctx.set(dut.increments.valid, 0)
                    ctx.set(dut.drained, 0)
                while not done:
                    done, ended = ctx.get(dut.done), ctx.get(dut.ended)
                    await ctx.tick()
                if ended:
                    results[-1] = (results[-1], number + 1)
                    break

    async def sink(ctx):
        dice = random.Random(seed + 1)
        while True:
            scores = []
            while len(scores) < CLASSES:
                ctx.set(dut.scores.ready, dice.random() >= stall)
                ready = ctx.get(dut.scores.ready)
                _, _, valid, value, last = await ctx.tick().sample(
                    dut.scores.valid, dut.scores.p.value, dut.scores.p.last
                )
                if valid and ready:
                    scores.append(value)
                    assert last == (len(scores) == CLASSES)
                    if last:
                        results.append(scores)
            ctx.set(dut.scores.ready, 0)

    simulate(dut, source, processes=[sink])
    return results


def sums(sample):
    """Return the scores after each timestep."""
    total, found = [0] * CLASSES, []
    for increments in sample:
        total = [a + b for a, b in zip(total, increments, strict=True)]
        found.append(total)
    return found


def stops(sample, margin, each=None):
    """Return the timesteps that a sample takes, whose scores are ``each``, or its sums."""
    for number, scores in enumerate(each or sums(sample)):
        best, second = sorted(scores)[-1], sorted(scores)[-2]
        if margin and best - second >= margin:
            return number + 1
    return len(sample)


def drawn(seed):
    rng = random.Random(seed)
    return [
        [[rng.randrange(-9, 9) for _ in range(CLASSES)] for _ in range(rng.randrange(1, 7))]
        for _ in range(12)
    ]


@pytest.mark.parametrize("stall", [0.0, 0.4])
def test_scores_are_the_sums_of_all_timesteps(stall):
    samples = drawn(1)
    dut = Readout(CLASSES, 6, 9, early_stop=False)
    expected = [(sums(sample)[-1], len(sample)) for sample in samples]
    assert play(dut, samples, stall=stall) == expected


RULES = [Integrator(2), Integrator(3, 5, "sum"), Integrator(1, 1, "max"), Integrator(0, 1, "max")]


def integrated(sample, rule):
    """Return the scores after each timestep."""
    return scored(rule, np.array([sample])).tolist()[0]


@pytest.mark.parametrize("stall", [0.0, 0.4])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.title)
def test_an_integrator_leaks_and_says_what_is_the_score(rule, stall):
    samples = drawn(4)
    dut = Readout(CLASSES, 6, 12, early_stop=False, integrator=rule, membrane_bits=12)
    expected = [(integrated(sample, rule)[-1], len(sample)) for sample in samples]
    assert play(dut, samples, stall=stall) == expected


@pytest.mark.parametrize("margin", [1, 6])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.title)
def test_a_clear_lead_of_an_integrator_ends_the_sample(rule, margin):
    samples = drawn(5)
    dut = Readout(CLASSES, 6, 12, early_stop=True, integrator=rule, membrane_bits=12)
    expected = []
    for sample in samples:
        scores = integrated(sample, rule)
        used = stops(sample, margin, scores)
        expected.append((scores[used - 1], used))
    assert play(dut, samples, margin, 0.3) == expected
    assert any(used < len(sample) for (_, used), sample in zip(expected, samples, strict=True))


@pytest.mark.parametrize("stall", [0.0, 0.4])
@pytest.mark.parametrize("margin", [0, 1, 6, 200])
def test_a_clear_lead_ends_the_sample(margin, stall):
    samples = drawn(2)
    dut = Readout(CLASSES, 6, 9, early_stop=True)
    used = [stops(sample, margin) for sample in samples]
    expected = [(sums(sample)[n - 1], n) for sample, n in zip(samples, used, strict=True)]
    assert play(dut, samples, margin, stall) == expected


def test_a_cancelled_sample_does_not_stop_early():
    samples = drawn(3)
    dut = Readout(CLASSES, 6, 9, early_stop=True)
    expected = [(sums(sample)[-1], len(sample)) for sample in samples]
    assert play(dut, samples, margin=1, cancel=True) == expected
