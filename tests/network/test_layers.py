import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Dense, Requantise
from tests.build import block_sparse

WEIGHTS = block_sparse(np.random.default_rng(0), 6, 8)


@pytest.mark.parametrize(
    ("shift", "bits", "message"),
    [
        (25, 3, "shift: must be an integer of 0 to 24, not 25"),
        (-1, 3, "shift: must be an integer of 0 to 24, not -1"),
        (2, 9, "bits: must be an integer of 1 to 8, not 9"),
        (2, 1.0, "bits: must be an integer of 1 to 8, not 1.0"),
    ],
)
def test_requantise_has_ranges(shift, bits, message):
    with pytest.raises(InvalidNetwork) as error:
        Requantise(shift, bits)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("bias", "message"),
    [
        (np.zeros(6), "bias: must be int32, not float64"),
        (np.zeros(5, np.int32), "bias: must have shape [6], not [5]"),
        (np.full(6, 1 << 24, np.int32), "bias: must stay below 2**24 in magnitude"),
    ],
)
def test_bias_is_checked(bias, message):
    with pytest.raises(InvalidNetwork) as error:
        Dense("a", WEIGHTS, bias, None)
    assert str(error.value) == message


def test_a_list_is_no_bias():
    with pytest.raises(InvalidNetwork, match="^bias: must be int32, not list$"):
        Dense("a", WEIGHTS, [0] * 6, None)


def test_integers_of_numpy_are_integers():
    rule = Requantise(np.int64(4), np.uint8(3))
    assert rule == Requantise(4, 3) and type(rule.shift) is int and type(rule.bits) is int


def test_parts_are_of_their_kinds():
    bias = np.zeros(6, np.int32)
    with pytest.raises(InvalidNetwork, match="^weights: must be a BlockSparse, not array"):
        Dense("a", np.ones((6, 8), np.int8), bias, None)
    with pytest.raises(InvalidNetwork, match="^requantise: must be a Requantise or None, not 3$"):
        Dense("a", WEIGHTS, bias, 3)
    with pytest.raises(InvalidNetwork, match="^name: must be one short line of printable ASCII$"):
        Dense(7, WEIGHTS, bias, None)
