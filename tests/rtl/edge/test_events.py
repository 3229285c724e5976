import random

import numpy as np
import pytest

from accelgen.rtl.edge.events import EventReceiver
from tests.stream_drivers import MARK, simulate
from tests.tiny_networks import random_spikes

INPUTS, BLOCK, WORDS = 30, 4, 10
POSITION_BITS = 2


def words_of(spikes, dice=None, repeat=0.0):
    """Return the words of one sample, shuffled and repeated by ``dice``."""
    found = []
    for timestep, fired in enumerate(spikes):
        events = [int(address) for address in np.flatnonzero(fired)]
        if dice:
            dice.shuffle(events)
            events += [address for address in events if dice.random() < repeat]
        found += [(address, 0) for address in events]
        found.append((MARK, int(timestep == len(spikes) - 1)))
    return found


def play(words, done, *, seed=0, stall=0.0, stop=None):
    """Send ``words``; return the frames handed over until ``done`` says so of them, and the errors seen.

    ``stop`` maps a number of frames taken to the cycles after which ``stopped`` comes.
    """
    dut = EventReceiver(INPUTS, BLOCK, WORDS, 6)
    bank, taken, errors = {}, [], {"short": 0, "long": 0, "range_": 0, "cancel": 0}

    async def source(ctx):
        dice = random.Random(seed)
        ctx.set(dut.may_begin, 1)
        for data, last in words:
            while dice.random() < stall:
                await ctx.tick()
            ctx.set(dut.tdata, data)
            ctx.set(dut.tlast, last)
            ctx.set(dut.tvalid, 1)
            await ctx.tick().until(dut.tready)
            ctx.set(dut.tvalid, 0)

    async def watch(ctx):
        port = dut.frame
        flags = [getattr(dut, name) for name in errors]
        while True:
            _, _, valid, address, data, *found = await ctx.tick().sample(
                port.valid, port.address, port.data, *flags
            )
            if valid:
                bank[address] = data
            for name, flag in zip(errors, found, strict=True):
                errors[name] += flag

    async def sink(ctx):
        dice = random.Random(seed + 1)
        while not done(taken):
            ctx.set(dut.may_load, 1)
            while not ctx.get(dut.loaded):
                await ctx.tick()
            ctx.set(dut.may_load, 0)
            while dice.random() < stall:
                await ctx.tick()
            if not ctx.get(dut.loaded):
                continue  # the sample was dropped while its timestep waited
            spikes = [bank[a] >> n & 1 for a in range(8) for n in range(BLOCK)][:INPUTS]
            taken.append((spikes, ctx.get(dut.first), ctx.get(dut.final)))
            ctx.set(dut.consumed, 1)
            await ctx.tick()
            ctx.set(dut.consumed, 0)
            if stop and len(taken) in stop:
                ctx.set(dut.may_load, dice.random() < 0.7)
                for _ in range(stop[len(taken)]):
                    await ctx.tick()
                ctx.set(dut.stopped, 1)
                await ctx.tick()
                ctx.set(dut.stopped, 0)

    simulate(dut, source, sink, processes=[watch])
    return taken, errors


def frames_of(samples):
    """Return what must be handed over."""
    return [
        (fired.tolist(), int(t == 0), int(t == len(sample) - 1))
        for sample in samples
        for t, fired in enumerate(sample)
    ]


@pytest.mark.parametrize("stall", [0.0, 0.4])
@pytest.mark.parametrize("density", [0.0, 0.2, 1.0])
def test_events_in_any_order_become_frames(density, stall):
    rng, dice = np.random.default_rng(1), random.Random(1)
    samples = [random_spikes(rng, 1, timesteps, INPUTS, density)[0] for timesteps in (1, 3, 16)]
    words = [word for sample in samples for word in words_of(sample, dice, repeat=0.3)]
    found, errors = play(words, lambda taken: len(taken) == 20, stall=stall)
    assert found == frames_of(samples)
    assert not any(errors.values())


FAULTS = {
    "an address that does not exist": ([(3, 0), (INPUTS, 0), (MARK, 1)], {"range_"}),
    "a block that does not exist": ([(3, 0), (64, 0), (MARK, 1)], {"range_"}),
    "a stray bit in a mark": ([(3, 0), (MARK | 4, 1)], {"range_"}),
    "no mark at the end": ([(3, 0), (5, 1)], {"short"}),
    "a bad address at the end": ([(INPUTS + 1, 1)], {"short", "range_"}),
    "a timestep too many": ([(3, 0), (MARK, 0)] * 16 + [(3, 0), (MARK, 1)], {"long"}),
    "a mark too many": ([(MARK, 0)] * 16 + [(MARK, 1)], {"long"}),
    "a fault in a later timestep": ([(3, 0), (MARK, 0), (4, 0), (99, 0), (5, 0), (MARK, 1)], {"range_"}),
}


@pytest.mark.parametrize("stall", [0.0, 0.4])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_malformed_sample_is_reported_and_the_next_is_right(fault, stall):
    words, expected = FAULTS[fault]
    good = random_spikes(np.random.default_rng(2), 2, 3, INPUTS)
    sent = [*words_of(good[0]), *words, *words_of(good[1])]
    found, errors = play(sent, lambda taken: sum(final for _, _, final in taken) == 2, stall=stall)
    assert {name for name, count in errors.items() if count and name != "cancel"} == expected
    # Timesteps before the fault may have been handed over; none of them is final.
    assert found[:3] == frames_of(good[:1]) and found[-3:] == frames_of(good[1:])


@pytest.mark.parametrize("seed", range(20))
def test_what_follows_of_a_sample_that_stopped_is_dropped(seed):
    rng, dice = np.random.default_rng(seed), random.Random(seed)
    samples = random_spikes(rng, 8, 3, INPUTS, 0.3)
    kept = [dice.choice([1, 2, 3]) for _ in samples]
    words = [word for sample in samples for word in words_of(sample, dice)]
    expected, stop = [], {}
    for sample, count in zip(samples, kept, strict=True):
        expected += frames_of([sample])[:count]
        if count < 3:
            stop[len(expected)] = dice.randrange(60)
    found, errors = play(
        words,
        lambda taken: len(taken) == len(expected),
        seed=seed,
        stall=dice.choice([0.0, 0.3]),
        stop=stop,
    )
    assert found == expected
    assert not any(errors.values())
