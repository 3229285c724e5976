import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Neuron, Spiking
from tests.tiny_networks import block_sparse


@pytest.mark.parametrize(
    ("neuron", "membrane", "fired", "left"),
    [
        (Neuron("discontinuous"), 9, 1, 0),
        (Neuron("discontinuous"), -9, 0, 0),
        (Neuron("continuous", 4, 0, "subtract"), 9, 1, 5),
        (Neuron("continuous", 4, 0, "subtract"), 4, 1, 0),
        (Neuron("continuous", 4, 0, "subtract"), -9, 0, -9),
        (Neuron("continuous", 4, 0, "zero"), 9, 1, 0),
        (Neuron("continuous", 4, 2, "subtract"), 9, 1, 9 - 2 - 4),
        (Neuron("continuous", 4, 2, "subtract"), 3, 0, 3),
        (Neuron("continuous", 4, 2, "zero"), -9, 0, -9 + 3),
        (Neuron("continuous", 4, 2, "zero"), -1, 0, 0),
    ],
)
def test_a_timestep_leaves_what_the_equations_say(neuron, membrane, fired, left):
    assert neuron.left(membrane, fired) == left
    assert neuron.left(np.array([membrane]), np.array([fired])).tolist() == [left]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"integration": "sometimes"}, "integration: must be"),
        ({"integration": "continuous", "threshold": 0}, "threshold: must be an integer of 1"),
        ({"integration": "continuous", "leak": 16}, "leak: must be an integer of 0 to 15"),
        ({"integration": "continuous", "multiplier": 0}, "multiplier: must be an integer of 1 to 32767"),
        ({"integration": "continuous", "leak": 3, "multiplier": 6}, "multiplier: must be 1, or odd and"),
        (
            {"integration": "continuous", "leak": 3, "multiplier": 9},
            r"multiplier: .* 2\*\*3 with leak 3",
        ),
        ({"integration": "continuous", "multiplier": 3}, r"multiplier: .* 2\*\*0 with leak 0, not 3"),
        ({"integration": "continuous", "reset": "hard"}, "reset: must be"),
        ({"integration": "discontinuous", "threshold": 2}, "integration: a discontinuous membrane"),
    ],
)
def test_a_neuron_that_cannot_be_is_refused(fields, message):
    with pytest.raises(InvalidNetwork, match=f"^{message}"):
        Neuron(**fields)


def test_a_layer_keeps_its_bias_to_itself():
    weights = block_sparse(np.random.default_rng(0), 8, 8)
    bias = np.zeros(8, np.int32)
    layer = Spiking("a", weights, bias, None)
    bias[0] = 7
    assert layer.bias[0] == 0 and not layer.bias.flags.writeable
    with pytest.raises(InvalidNetwork, match=r"^bias: must have shape \[8\]"):
        Spiking("a", weights, np.zeros(7, np.int32), None)


def test_integers_of_numpy_are_integers():
    neuron = Neuron("continuous", np.int64(4), np.uint8(2), "zero")
    assert neuron == Neuron("continuous", 4, 2, "zero") and type(neuron.threshold) is int


def test_parts_are_of_their_kinds():
    weights, bias = block_sparse(np.random.default_rng(0), 8, 8), np.zeros(8, np.int32)
    with pytest.raises(InvalidNetwork, match="^neuron: must be a Neuron or None, not 'continuous'$"):
        Spiking("a", weights, bias, "continuous")
    with pytest.raises(InvalidNetwork, match="^weights: must be a BlockSparse, not "):
        Spiking("a", weights.codes, bias, None)
    with pytest.raises(InvalidNetwork, match="^integration: must be 'discontinuous' or 'continuous', not 1$"):
        Neuron(1)
