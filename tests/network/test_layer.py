import dataclasses

import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Dense
from accelgen.network.layer import Value
from tests.tiny_networks import block_sparse

WEIGHTS = block_sparse(np.random.default_rng(0), 6, 8)
LAYER = Dense("a", WEIGHTS, np.zeros(6, np.int32), None)


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


def test_a_bias_is_private():
    bias = np.zeros(6, np.int32)
    layer = Dense("a", WEIGHTS, bias, None)
    bias[0] = 7
    assert layer.bias[0] == 0 and not layer.bias.flags.writeable


@pytest.mark.parametrize(
    ("reads", "message"),
    [
        ("b", "reads: must be a tuple, not 'b'"),
        (3, "reads: must be a tuple, not 3"),
        ((3,), "reads: name: must be one short line of printable ASCII"),
        (("",), "reads: name: must be one short line of printable ASCII"),
    ],
)
def test_what_a_layer_reads_is_named(reads, message):
    with pytest.raises(InvalidNetwork) as error:
        dataclasses.replace(LAYER, reads=reads)
    assert str(error.value) == message


def test_a_list_of_names_is_kept_as_a_tuple():
    assert dataclasses.replace(LAYER, reads=["b"]).reads == ("b",)


def test_a_layer_refuses_a_value_of_another_size():
    LAYER.check_reads([Value(8, 3)])
    with pytest.raises(InvalidNetwork, match="^inputs: must be 9 to fit what comes before, not 8$"):
        LAYER.check_reads([Value(9, 3)])


def test_an_image_must_be_of_whole_words():
    LAYER.check_reads([Value(8, 3, (1, 1, 8))])
    with pytest.raises(InvalidNetwork, match="^codes: blocks of 4 do not divide the 2 channels of a pixel$"):
        LAYER.check_reads([Value(8, 3, (2, 2, 2))])
