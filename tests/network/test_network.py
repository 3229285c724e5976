import dataclasses

import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Network, Requantise
from accelgen.network.file import dump
from tests.build import small_conv_network, small_network, spiking_network

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


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"input": 30}, "input: must be a PixelInput, RateInput or EventInput, not 30"),
        ({"layers": SMALL.layers[0]}, "layers: must be a tuple, not Dense"),
        ({"layers": ("dense",)}, "layer 0: must be a Dense, Conv or Spiking layer, not 'dense'"),
        ({"provenance": ["mnist"]}, "provenance: must be a dict, not "),
        ({"provenance": {"data": None}}, "provenance: data: must be text or a number, not None"),
        ({"provenance": {1: "a"}}, "provenance: a name must be text, not 1"),
    ],
)
def test_parts_are_of_their_kinds(fields, message):
    with pytest.raises(InvalidNetwork) as error:
        Network(**({"name": "small", "input": SMALL.input, "layers": SMALL.layers} | fields))
    assert str(error.value).startswith(message)


def test_numbers_of_numpy_are_numbers_and_can_be_written():
    facts = {"seed": np.int64(3), "accuracy": np.float32(0.5), "data": "mnist", "whole": True}
    made = Network("small", SMALL.input, SMALL.layers, facts)
    assert made.provenance == {"seed": 3, "accuracy": 0.5, "data": "mnist", "whole": True}
    assert dump(made)


def test_no_two_layers_have_one_name():
    with pytest.raises(InvalidNetwork, match=r"^layer 1 \(a\): name: must be no other layer's"):
        Network("twins", SMALL.input, changed(1, name="a"))


def test_the_kind_is_that_of_the_first_layer():
    kinds = [network.kind for network in (small_network(), small_conv_network(), spiking_network())]
    assert kinds == ["dense", "convolutional", "spiking"]
