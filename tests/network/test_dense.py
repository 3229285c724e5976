import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Dense, Neuron, Requantise
from tests.tiny_networks import block_sparse

WEIGHTS = block_sparse(np.random.default_rng(0), 6, 8)
BIAS = np.zeros(6, np.int32)


def test_a_rule_makes_activations_of_sums():
    assert Dense("a", WEIGHTS, BIAS, Requantise(1, 3)).leaves.bits == 3
    assert Dense("a", WEIGHTS, BIAS, None).leaves.bits == 0


def test_parts_are_of_their_kinds():
    with pytest.raises(InvalidNetwork, match="^weights: must be a BlockSparse, not array"):
        Dense("a", np.ones((6, 8), np.int8), BIAS, None)
    with pytest.raises(InvalidNetwork, match="^requantise: must be a Requantise or None, not 3$"):
        Dense("a", WEIGHTS, BIAS, 3)
    with pytest.raises(InvalidNetwork, match="^name: must be one short line of printable ASCII$"):
        Dense(7, WEIGHTS, BIAS, None)
    with pytest.raises(InvalidNetwork, match="^requantise: must be a Requantise or None, not Neuron"):
        Dense("a", WEIGHTS, BIAS, Neuron("discontinuous"))
