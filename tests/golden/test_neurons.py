import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import InvalidNetwork
from accelgen.golden import neurons, run_spikes
from accelgen.network import BlockSparse, Neuron, Spiking, Synapse
from tests.naive import naive_spiking, naive_sums
from tests.tiny_networks import lasting, random_spikes, random_spiking_network

INDEX = np.zeros((1, 1), np.int32)
ONE = BlockSparse(1, 1, 3, INDEX, np.full((1, 1, 1, 1), 3, np.int8))
TRAIN = np.array([[[1], [1], [0], [0], [1]]], np.uint8)


def one_neuron(neuron, bias=0):
    return Spiking("a", ONE, np.array([bias], np.int32), neuron)


@pytest.mark.parametrize(
    ("neuron", "spikes"),
    [
        (Neuron("discontinuous"), [1, 1, 0, 0, 1]),  # 3, 3, 0, 0, 3
        (Neuron("continuous", 4, 0, "subtract"), [0, 1, 0, 0, 1]),  # 3, 6 - 4, 2, 2, 5
        (Neuron("continuous", 4, 0, "zero"), [0, 1, 0, 0, 0]),  # 3, 6, 0, 0, 3
        (Neuron("continuous", 4, 1, "subtract"), [0, 1, 0, 0, 0]),  # 3, 2 + 3, 3 - 4, 0, 3
    ],
)
def test_a_neuron_fires_as_the_equations_say(neuron, spikes):
    assert neurons.activate(one_neuron(neuron), TRAIN)[0, :, 0].tolist() == spikes


@pytest.mark.parametrize(
    ("neuron", "spikes"),
    [
        # currents 3, 2 + 3, 3, 2, 1 + 3, membranes 3, 8, 3, 5, 9
        (Neuron("continuous", 8, 0, "zero", 1, Synapse(1)), [0, 1, 0, 0, 1]),
        # membranes 3, 8, 3, 5, 9 - 8 of 5 + 4
        (Neuron("continuous", 8, 0, "subtract", 1, Synapse(1)), [0, 1, 0, 0, 1]),
        # membranes 3, 2 + 5, 4 + 3 - 4, 2 + 2, 2 + 4 - 4 and so on
        (Neuron("continuous", 4, 1, "subtract", 1, Synapse(1)), [0, 1, 0, 1, 0]),
        # currents 3, 1 + 3, 1, 1, 1 + 3, membranes 3, 7, 8, 9, 13
        (Neuron("continuous", 8, 0, "zero", 1, Synapse(2, 3)), [0, 0, 1, 0, 0]),
    ],
)
def test_a_current_lasts_as_the_equations_say(neuron, spikes):
    assert neurons.activate(one_neuron(neuron), TRAIN)[0, :, 0].tolist() == spikes


@given(st.integers(0, 2**32 - 1))
def test_currents_that_last_are_those_of_plain_loops(seed):
    rng = np.random.default_rng(seed)
    each = [None if rng.random() < 0.3 else Synapse(int(rng.integers(1, 6))) for _ in range(3)]
    each[0] = Synapse(5, int(rng.integers(0, 16)) * 2 + 1)
    network = lasting(random_spiking_network(seed), *each)
    spikes = random_spikes(rng, 2, 16, network.input.inputs, density=0.4)
    assert run_spikes(network, spikes).scores.tolist() == [
        naive_spiking(network, sample.tolist()) for sample in spikes
    ]


def test_without_a_neuron_currents_leave():
    layer = one_neuron(None, bias=-1)
    found = neurons.activate(layer, TRAIN)
    assert found.dtype == np.int64
    assert found[0].tolist() == [naive_sums(layer, step) for step in TRAIN[0].tolist()]


def test_a_membrane_that_leaves_its_width_is_noticed(monkeypatch):
    monkeypatch.setattr(neurons, "accumulator_bits", lambda layer, bits: 3)
    with pytest.raises(InvalidNetwork, match="^a membrane left its proven width of 3 bits$"):
        neurons.activate(one_neuron(Neuron("continuous", 9)), TRAIN)
    lasts = one_neuron(Neuron("continuous", 90, synapse=Synapse(2)))
    with pytest.raises(InvalidNetwork, match="^a current left its proven width of 3 bits$"):
        neurons.activate(lasts, TRAIN)
    monkeypatch.undo()
    monkeypatch.setattr(neurons, "membrane_sum_bits", lambda layer: 4)
    with pytest.raises(InvalidNetwork, match="^a membrane left its proven width of 4 bits$"):
        neurons.activate(lasts, TRAIN)
