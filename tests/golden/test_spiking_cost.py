import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import DataError, InvalidNetwork, InvalidOption
from accelgen.golden import count_spiking_cost, run_spikes
from accelgen.golden.cost import layer_cost
from accelgen.network import Synapse
from tests.tiny_networks import lasting, random_spikes, random_spiking_network, spiking_network


@given(st.integers(0, 2**32 - 1), st.integers(1, 20))
def test_work_is_that_of_each_timestep_together(seed, lanes):
    network = random_spiking_network(seed)
    result = run_spikes(network, random_spikes(np.random.default_rng(seed), 2, 4, network.input.inputs))
    used = np.array([4, 2])
    work = count_spiking_cost(network, result, lanes, used)
    for layer, spikes, found in zip(network.layers, result.spikes, work.layers, strict=True):
        for sample, stop in enumerate(used):
            steps = [layer_cost(layer, spikes[sample, t][None], lanes) for t in range(stop)]
            assert found.synaptic_operations[sample] == sum(step.macs[0] for step in steps)
            assert found.weight_words[sample] == sum(step.weight_words[0] for step in steps)
            assert found.events[sample] == spikes[sample, :stop].sum()
    assert (work.total("events") == sum(layer.events for layer in work.layers)).all()


def test_membranes_cost_only_where_they_live_on():
    for integration, updates in (("continuous", (24 + 16) * 3), ("discontinuous", 0)):
        network = spiking_network(integration=integration)
        result = run_spikes(network, random_spikes(np.random.default_rng(0), 1, 3, 30))
        work = count_spiking_cost(network, result, 4)
        assert work.total("membrane_updates").tolist() == [updates]
        # 4 block rows of 7 and 3 of 6, two passes each, written at 3 timesteps and read at 2
        assert work.total("membrane_words").tolist() == [(8 + 6) * 5 if updates else 0]


def test_currents_that_last_are_read_and_written_as_membranes_are():
    for synapses, words in (((None,), 8 + 6), ((Synapse(2), None), 8 * 2 + 6), ((Synapse(2),), (8 + 6) * 2)):
        network = lasting(spiking_network(), *synapses)
        result = run_spikes(network, random_spikes(np.random.default_rng(0), 1, 3, 30))
        work = count_spiking_cost(network, result, 4)
        assert work.total("membrane_updates").tolist() == [(24 + 16) * 3]
        assert work.total("membrane_words").tolist() == [words * 5]


def test_a_clock_driven_engine_walks_every_kept_position_at_every_timestep():
    network = spiking_network()
    result = run_spikes(network, np.zeros((1, 3, 30), np.uint8))
    clocked = count_spiking_cost(network, result, 8, skip_zeros=False)
    kept = sum(
        layer.weights.block_rows * layer.weights.kept * layer.weights.block_in for layer in network.layers
    )
    assert clocked.total("ideal_cycles").tolist() == [3 * kept]
    assert count_spiking_cost(network, result, 8).total("ideal_cycles")[0] < 3 * kept


def test_lanes_results_and_timesteps_are_what_they_should_be():
    network = spiking_network()
    result = run_spikes(network, random_spikes(np.random.default_rng(0), 2, 3, 30))
    for lanes in (0, 2.0):
        with pytest.raises(InvalidOption, match="^lanes: must be an integer of at least 1, not "):
            count_spiking_cost(network, result, lanes)
    with pytest.raises(DataError, match="^timesteps must be integers of 1 to 3, not 4$"):
        count_spiking_cost(network, result, 4, np.array([1, 4]))
    with pytest.raises(InvalidNetwork, match="^result: must be a SpikingResult, not "):
        count_spiking_cost(network, result.scores, 4)
