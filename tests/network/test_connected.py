import numpy as np
import pytest

from accelgen.network import Dense, Neuron, Spiking
from accelgen.network.layer import Value
from tests.tiny_networks import block_sparse

WEIGHTS = block_sparse(np.random.default_rng(0), 6, 30, block_in=5)
BIAS = np.arange(6, dtype=np.int32)


@pytest.mark.parametrize("kind", [Dense, Spiking])
def test_a_word_is_a_block_and_all_inputs_are_seen_at_once(kind):
    layer = kind("a", WEIGHTS, BIAS, None)
    assert (layer.word, layer.positions, layer.window) == (5, 1, None)
    assert (layer.inputs, layer.outputs) == (30, 6)
    assert layer.leaves == Value(6, 0) and layer.reads == ()


def test_only_membranes_live_on():
    neurons = Neuron("continuous", 3), Neuron("discontinuous"), None
    assert [Spiking("a", WEIGHTS, BIAS, neuron).lives for neuron in neurons] == [True, False, False]
    assert not Dense("a", WEIGHTS, BIAS, None).lives
