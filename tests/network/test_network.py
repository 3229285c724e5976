import dataclasses

import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Network, Requantise
from tests.build import small_network

SMALL = small_network()


def changed(number, **fields):
    layers = list(SMALL.layers)
    layers[number] = dataclasses.replace(layers[number], **fields)
    return layers


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "layers: a network needs at least one"),
        (SMALL.layers[1:], "layer 0 (b): inputs: must be 30 to fit what comes before, not 24"),
        (
            changed(0, requantise=None),
            "layer 0 (a): requantise: every layer but the last must have a shift and bits",
        ),
        (
            changed(2, requantise=Requantise(1, 1)),
            "layer 2 (c): requantise: the last layer gives scores and must not requantise",
        ),
    ],
)
def test_layers_must_fit_together(layers, message):
    with pytest.raises(InvalidNetwork) as error:
        Network("small", SMALL.input, tuple(layers))
    assert str(error.value) == message


@pytest.mark.parametrize("name", ["", "../evil", "A", "1st", "a b", "a" * 64, "a\n", None])
def test_a_name_is_safe_as_a_folder_and_a_verilog_module(name):
    with pytest.raises(InvalidNetwork, match="^name: must be lower-case letters"):
        Network(name, SMALL.input, SMALL.layers)


def test_input_bits_follow_the_layers():
    assert SMALL.input_bits == [3, 3, 2]


def test_compression_counts_hidden_blocks():
    assert SMALL.compression == (4 * 8 + 3 * 5) / (4 * 4 + 3 * 3)
