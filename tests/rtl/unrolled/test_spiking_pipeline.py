import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.network import Synapse
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.unrolled.spiking_pipeline import SpikingPipeline, timestep_ranks
from accelgen.rtl.unrolled.spiking_plan import SpikingUnrolledPlan
from tests.naive import naive_spiking
from tests.stream_drivers import drive, simulate
from tests.tiny_networks import lasting, random_spikes, random_spiking_network, spiking_network


def plan_of(network, **options):
    return SpikingUnrolledPlan(network, Datapath(unrolled=True, **options))


def entering(samples):
    """Return the timesteps of samples, each uint8[timesteps, inputs]."""
    return [
        {
            "spikes": sum(int(spike) << n for n, spike in enumerate(spikes)),
            "first": int(number == 0),
            "final": int(number == len(sample) - 1),
        }
        for sample in samples
        for number, spikes in enumerate(sample)
    ]


def tallies(network, samples):
    """Return what the equations say of them: scores, and timesteps used."""
    return [(naive_spiking(network, sample.tolist())[-1], len(sample)) for sample in samples]


def told(network, found):
    """Return the same of payloads."""
    return [([int(one.scores[n]) for n in range(network.classes)], one.used) for one in found]


def check(network, samples, *, stall=0.0, seed=0, **options):
    engine = SpikingPipeline(plan_of(network, **options))
    found = drive(
        engine,
        engine.timesteps,
        engine.tally,
        entering(samples),
        count=len(samples),
        stall=stall,
        seed=seed,
    )
    assert told(network, found) == tallies(network, samples)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    timesteps=st.integers(1, 16),
    stall=st.sampled_from([0.0, 0.4, 0.8]),
    sums=st.sampled_from(["auto", "chains", "cells"]),
    more=st.sampled_from([0, 1, 5]),
)
def test_random_networks_equal_the_equations(seed, timesteps, stall, sums, more):
    network, rng = random_spiking_network(seed), np.random.default_rng(seed)
    lengths = [timesteps, 1, timesteps, 2]  # samples that differ follow one another
    samples = [random_spikes(rng, 1, each, network.input.inputs)[0] for each in lengths]
    deep = {"interval": 1, "stages": len(network.layers) + 2 + more} if more else {}
    check(network, samples, stall=stall, seed=seed, sums=sums, **deep)


@pytest.mark.parametrize(
    "network",
    [
        spiking_network(integration="discontinuous"),
        spiking_network(integration="discontinuous", readout="count"),
        spiking_network(reset="zero", readout="count"),
        spiking_network(leak=3, multiplier=5),
        spiking_network(leak=0),
        spiking_network(bits=8),
        lasting(spiking_network(leak=3, readout="count"), Synapse(2), None, Synapse(4, 5)),
    ],
    ids=["discontinuous", "discontinuous, counted", "counted", "multiplied", "no leak", "wide", "lasting"],
)
@pytest.mark.parametrize("stages", [0, 11])
def test_every_neuron_and_readout(network, stages):
    options = {"interval": 1, "stages": stages} if stages else {}
    check(network, random_spikes(np.random.default_rng(1), 4, 16, 30, density=0.6), stall=0.3, **options)


def test_a_sample_without_an_end_gives_nothing_and_leaves_nothing():
    network = spiking_network(readout="count")
    samples = random_spikes(np.random.default_rng(4), 3, 5, 30, density=0.6)
    engine = SpikingPipeline(plan_of(network))
    broken = entering(samples[1:2])[:-1]
    sent = [*entering(samples[:1]), *broken, *broken, *entering(samples[2:])]
    found = drive(engine, engine.timesteps, engine.tally, sent, count=2, stall=0.2, seed=3)
    assert told(network, found) == tallies(network, samples[[0, 2]])


@pytest.mark.parametrize("options", [{}, {"interval": 1}, {"interval": 1, "stages": 12}])
def test_a_timestep_enters_each_clock_and_every_rank_takes_one(options):
    network = spiking_network()
    plan = plan_of(network, **options)
    ranks, after = timestep_ranks(plan)
    assert sum(ranks) + after == plan.stages and ranks[0] == 1 and min(ranks) >= 1
    assert len(ranks) == len(network.layers) + 1 and (after > 0) == bool(options)
    samples = random_spikes(np.random.default_rng(0), 5, 3, 30)
    engine, clocks = SpikingPipeline(plan), []

    async def send(ctx):
        for word in entering(samples):
            ctx.set(engine.timesteps.valid, 1)
            ctx.set(engine.timesteps.payload, word)
            await ctx.tick()
        ctx.set(engine.timesteps.valid, 0)

    async def receive(ctx):
        ctx.set(engine.tally.ready, 1)
        for clock in range(15 + sum(ranks) + 2):
            if ctx.get(engine.tally.valid):
                clocks.append(clock)
            await ctx.tick()
        assert ctx.get(engine.idle)

    simulate(engine, send, receive)
    # The last timestep of the first sample enters in clock 2; each further one is three behind.
    assert clocks == [2 + sum(ranks) + 3 * n for n in range(5)]
