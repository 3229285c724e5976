# amaranth: UnusedElaboratable=no
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.golden import count_spiking_cost, run_spikes
from accelgen.network import BlockSparse, EventInput, Network, Neuron, RateInput, Spiking, Synapse
from accelgen.rtl.common.packer import Packer
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.snn import engine
from accelgen.rtl.snn.engine import SpikingEngine
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.top import SpikingTop
from accelgen.rtl.tables import tables
from tests.stream_drivers import MARK, classify, event_frame
from tests.tiny_networks import (
    block_sparse,
    lasting,
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
@given(
    seed=st.integers(0, 2**32 - 1),
    timesteps=st.integers(1, 8),
    lanes=st.integers(1, 20),
    synapses=st.lists(st.sampled_from([None, Synapse(1), Synapse(3), Synapse(4, 5)]), min_size=1, max_size=4),
)
def test_every_spike_of_every_layer_and_timestep_is_the_golden_models(seed, timesteps, lanes, synapses):
    network = lasting(random_spiking_network(seed), *synapses)
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


@pytest.mark.parametrize("bits", [1, 2])
@pytest.mark.parametrize("sign", [1, -1])
def test_widths_hold_the_largest_currents_and_membranes_that_there_are(bits, sign):
    """Weights of one sign, every input a spike, the longest run: nothing wraps, nor do outputs of padding."""
    rng = np.random.default_rng(0)
    neuron = Neuron("continuous", 700, 0, "subtract", 1, Synapse(15))
    mask, signs = np.ones((2, 3), bool), np.full((5, 24), sign)
    first = Spiking("a", BlockSparse.from_dense(signs, mask, bits, 4, 8), np.zeros(5, np.int32), neuron)
    last = Spiking("b", block_sparse(rng, 3, 5, block_in=5, block_out=3), np.zeros(3, np.int32), None)
    network = Network("n", EventInput(24, 1, 1), (first, last))
    plan = SpikingPlan(network, Datapath(lanes=3))
    spikes = np.ones((2, 16, 24), np.uint8)
    found, error, _ = classify(
        SpikingTop(plan, tables(plan)), [event_frame(plan, one) for one in spikes], results=2
    )
    golden = run_spikes(network, spikes)
    assert not error and [row[:-1] for row in found] == golden.scores[:, -1].tolist()
    assert golden.spikes[1].any() == (sign > 0)


def test_a_sample_that_is_dropped_or_stops_early_leaves_nothing_to_the_next():
    network = lasting(spiking_network(leak=0, reset="zero"), Synapse(3), Synapse(2))
    plan = SpikingPlan(network, Datapath(lanes=5, stream="events", early_stop=True))
    spikes = random_spikes(np.random.default_rng(4), 4, 9, 30, density=0.5)
    frames = [event_frame(plan, sample) for sample in spikes]
    frames.insert(2, [(3, 0), (MARK, 0), (1 << 20, 0), (MARK, 1)])  # out of range, in its second timestep
    golden = run_spikes(network, spikes)
    margin = next(lead for lead in range(1, 99) if 1 < golden.stopped(lead).min() < 9)
    used = golden.stopped(margin)
    found, error, _ = classify(SpikingTop(plan, tables(plan)), frames, results=4, config={"margin": margin})
    assert error == 1 << ERRORS.index("range")
    wanted = golden.final(used).tolist()
    assert [row[:-1] for row in found] == wanted and [row[-1] >> 16 for row in found] == used.tolist()


def test_ports_are_those_that_are_asked_for():
    for weights, early_stop in (("rom", False), ("ram", True)):
        plan = SpikingPlan(spiking_network(), Datapath(weights=weights, early_stop=early_stop))
        members = SpikingEngine(plan, tables(plan)).signature.members
        assert ("load_codes" in members) == (weights == "ram") and ("margin" in members) == early_stop
