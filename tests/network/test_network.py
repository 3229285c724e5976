import dataclasses

import numpy as np
import pytest

from accelgen.errors import InvalidNetwork, InvalidRequest
from accelgen.network import EventInput, Network, Requantise
from accelgen.network.file import dump
from tests.skip import skip_layer, skip_network, skips
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import small_network, spiking_network

__all__ = ["skips"]  # a fixture

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
            changed(0, rule=None),
            "layer 0 (a): requantise: every layer but the last must have a shift and bits",
        ),
        (
            changed(2, rule=Requantise(1, 1)),
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


def test_pixels_enter_or_events_do():
    assert SMALL.pixel_input is SMALL.input
    events = Network("n", EventInput(6, 5, 1), spiking_network().layers)
    with pytest.raises(InvalidRequest, match="^n takes events, not pixels$"):
        events.pixel_input  # noqa: B018


def test_spikes_are_made_of_pixels_or_enter_as_they_are():
    rate = spiking_network()
    assert rate.rate_input is rate.input
    events = Network("n", EventInput(6, 5, 1), spiking_network().layers)
    for network, kind in ((SMALL, "pixels"), (events, "events")):
        message = f"^{network.name} makes no spikes of pixels: its input is {kind}$"
        with pytest.raises(InvalidRequest, match=message):
            network.rate_input  # noqa: B018


def test_values_are_what_layers_hand_on():
    assert [(value.size, value.bits) for value in SMALL.values] == [(30, 3), (24, 3), (16, 2), (5, 0)]
    assert [value.raw for value in SMALL.values] == [True, False, False, False]


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


def test_a_layer_reads_the_one_before_unless_it_says_otherwise():
    assert SMALL.reads == ((-1,), (0,), (1,)) and SMALL.chained
    named = [dataclasses.replace(x, reads=(r,)) for x, r in zip(SMALL.layers, "iab", strict=True)]
    named[0] = dataclasses.replace(named[0], reads=("input",))
    network = Network("small", SMALL.input, named)
    assert network.reads == SMALL.reads and network.chained
    assert (network.first, network.hidden, network.last) == (named[0], tuple(named[:2]), named[2])


def test_a_layer_may_read_what_is_not_just_before_it(skips):
    network = skip_network()
    assert network.reads == ((-1,), (0,), (1, 0), (2,)) and not network.chained
    assert network.input_bits == [3, 3, 3, 3]  # of the wider of b, of 2 bits, and a


@pytest.mark.parametrize(
    ("reads", "message"),
    [
        ({"c": ("b", "x")}, "layer 2 (c): reads: 'x' is no layer before this one, nor 'input'"),
        ({"c": ("b", "d")}, "layer 2 (c): reads: 'd' is no layer before this one, nor 'input'"),
        ({"c": ("b", "c")}, "layer 2 (c): reads: 'c' is no layer before this one, nor 'input'"),
        ({"c": ("b",)}, "layer 2 (c): reads: a skip layer reads 2 values, not 1"),
        ({"c": ()}, "layer 2 (c): reads: a skip layer reads 2 values, not 1"),
        ({"d": ("c", "a")}, "layer 3 (d): reads: a dense layer reads 1 value, not 2"),
        ({"d": ("b",)}, "layer 2 (c): reads: no later layer reads what this one gives"),
        ({"d": ("input",)}, "layer 3 (d): inputs: must be 12 to fit what comes before, not 8"),
    ],
)
def test_what_a_layer_reads_is_there_and_all_is_read(skips, reads, message):
    network = skip_network()
    layers = [dataclasses.replace(x, reads=reads.get(x.name, x.reads)) for x in network.layers]
    with pytest.raises(InvalidNetwork) as error:
        Network("skips", network.input, layers)
    assert str(error.value) == message


def test_no_layer_is_called_as_the_input_where_names_are_read(skips):
    rng = np.random.default_rng(0)
    a, b, _, d = skip_network().layers
    called = dataclasses.replace(a, name="input")
    layers = (called, b, skip_layer(rng, "c", 8, ("b", "input")), d)
    with pytest.raises(InvalidNetwork, match=r"^layer 0 \(input\): name: where layers name what they read"):
        Network("skips", skip_network().input, layers)
    assert Network("small", SMALL.input, changed(1, name="input")).chained


def test_the_kind_is_that_of_the_first_layer():
    kinds = [network.kind for network in (small_network(), small_conv_network(), spiking_network())]
    assert kinds == ["dense", "convolutional", "spiking"]
