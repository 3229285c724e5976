# amaranth: UnusedElaboratable=no
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.golden import count_spiking_cost, run_spikes
from accelgen.network import Network, Neuron, RateInput, Spiking
from accelgen.rtl.common.packer import Packer
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.snn import engine
from accelgen.rtl.snn.engine import SpikingEngine
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.top import SpikingTop
from accelgen.rtl.tables import tables
from tests.stream_drivers import classify, event_frame
from tests.tiny_networks import (
    block_sparse,
    random_spikes,
    random_spiking_network,
    spiking_network,
)

TIMESTEPS = 4


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    neuron = Neuron("continuous", 6, 1, "subtract")
    shapes = [("a", 64, 64, 8, neuron), ("b", 64, 64, 8, neuron), ("c", 10, 64, 10, None)]
    layers = tuple(
        Spiking(
            name,
            block_sparse(rng, outputs, inputs, block_out=block, block_in=8, kept=8 if neuron is None else 4),
            np.zeros(outputs, np.int32),
            neuron,
        )
        for name, outputs, inputs, block, neuron in shapes
    )
    return Network("n", RateInput(64, 2, "dither"), layers)


def measured(network, spikes, **options):
    """Return cycles, words that arrive, and the cycles that the golden model says must be."""
    plan = SpikingPlan(network, Datapath(lanes=8, stream="events", **options))
    frames = [event_frame(plan, sample) for sample in spikes]
    found, error, cycles = classify(SpikingTop(plan, tables(plan)), frames, results=len(spikes))
    result = run_spikes(network, spikes)
    assert not error and [row[:-1] for row in found] == result.scores[:, -1].tolist()
    skip = options.get("skip_zeros", True)
    work = count_spiking_cost(network, result, plan.lanes, skip_zeros=skip)
    return cycles, sum(map(len, frames)), int(work.total("ideal_cycles").sum())


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1), timesteps=st.integers(1, 8), lanes=st.integers(1, 20))
def test_every_spike_of_every_layer_and_timestep_is_the_golden_models(seed, timesteps, lanes):
    network = random_spiking_network(seed)
    plan = SpikingPlan(network, Datapath(lanes=lanes, stream="events"))
    spikes = random_spikes(np.random.default_rng(seed), 2, timesteps, network.input.inputs)
    packers, layers, words = [], [], []

    class Watched(Packer):
        def __init__(self, plan):
            super().__init__(plan)
            packers.append(self)

    async def watch(ctx):
        """Collect the words of each hidden layer, one after the other."""
        while not packers:
            await ctx.tick()
        results = packers[0].results
        while True:
            _, _, valid, data, done = await ctx.tick().sample(results.valid, results.data, packers[0].done)
            if valid:
                words.append(data)
            if done:
                layers.append(list(words))
                words.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "Packer", Watched)
        frames = [event_frame(plan, sample) for sample in spikes]
        processes = [watch] if len(network.layers) > 1 else []
        classify(SpikingTop(plan, tables(plan)), frames, results=2, processes=processes)
    golden = run_spikes(network, spikes)
    wanted = []
    for sample, step in product(range(2), range(timesteps)):
        for layer, entering in zip(network.layers[1:], golden.spikes[1:], strict=True):
            block = layer.weights.block_in
            fired = np.zeros(layer.weights.input_blocks * block, int)
            fired[: layer.inputs] = entering[sample, step]
            wanted.append(
                [sum(int(bit) << n for n, bit in enumerate(row)) for row in fired.reshape(-1, block)]
            )
    # A producing layer is padded to whole block rows: more words may follow, and they are empty.
    assert [words[: len(row)] for words, row in zip(layers, wanted, strict=True)] == wanted
    assert not any(any(words[len(row) :]) for words, row in zip(layers, wanted, strict=True))


def test_overhead_is_a_few_cycles_a_layer_and_timestep_and_none_a_pass(network):
    spikes = random_spikes(np.random.default_rng(1), 3, TIMESTEPS, 64, density=0.5)
    cycles, arriving, ideal = measured(network, spikes)
    assert cycles - ideal - arriving <= 3 * TIMESTEPS * len(network.layers) * 16


def test_an_event_costs_its_words_and_nothing_else(network):
    dense, sparse = (
        random_spikes(np.random.default_rng(2), 1, TIMESTEPS, 64, density) for density in (0.9, 0.1)
    )
    (slow, words, ideal), (fast, few, least) = measured(network, dense), measured(network, sparse)
    assert ideal - least > 200
    assert abs((slow - fast) - (ideal - least)) <= words - few + 40


def test_a_clock_driven_engine_spends_the_same_on_silence(network):
    spikes = random_spikes(np.random.default_rng(3), 1, TIMESTEPS, 64, density=0.1)
    (driven, _, least), (clocked, _, ideal) = (
        measured(network, spikes, skip_zeros=skip) for skip in (True, False)
    )
    assert ideal > 2 * least and clocked > 1.5 * driven


def test_ports_are_those_that_are_asked_for():
    for weights, early_stop in (("rom", False), ("ram", True)):
        plan = SpikingPlan(spiking_network(), Datapath(weights=weights, early_stop=early_stop))
        members = SpikingEngine(plan, tables(plan)).signature.members
        assert ("load_codes" in members) == (weights == "ram") and ("margin" in members) == early_stop
