# amaranth: UnusedElaboratable=no
import numpy as np
import pytest

from accelgen.golden import count_spiking_work, run_spikes
from accelgen.network import Network, Neuron, RateInput, Spiking
from accelgen.rtl.options import Datapath
from accelgen.rtl.snn.engine import SpikingEngine
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.top import SpikingTop
from accelgen.rtl.tables import tables
from tests.build import block_sparse, random_spikes, spiking_network
from tests.drive import classify, event_frame

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
    work = count_spiking_work(network, result, plan.lanes, skip_zeros=skip)
    return cycles, sum(map(len, frames)), int(work.total("ideal_cycles").sum())


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
