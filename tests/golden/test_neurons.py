import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.golden import neurons
from accelgen.network import BlockSparse, Neuron, Spiking
from tests.naive import naive_sums

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


def test_without_a_neuron_currents_leave():
    layer = one_neuron(None, bias=-1)
    found = neurons.activate(layer, TRAIN)
    assert found.dtype == np.int64
    assert found[0].tolist() == [naive_sums(layer, step) for step in TRAIN[0].tolist()]


def test_a_membrane_that_leaves_its_width_is_noticed(monkeypatch):
    monkeypatch.setattr(neurons, "accumulator_bits", lambda layer, bits: 3)
    with pytest.raises(InvalidNetwork, match="^a membrane left its proven width of 3 bits$"):
        neurons.activate(one_neuron(Neuron("continuous", 9)), TRAIN)
