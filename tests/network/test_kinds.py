import dataclasses
from typing import get_type_hints

import pytest

from accelgen.network.encoding import Input
from accelgen.network.kinds import INPUTS, LAYERS
from accelgen.network.layer import Layer
from accelgen.network.rule import Rule
from tests.tiny_convolutions import conv_network
from tests.tiny_networks import mnist_spiking_network, small_network, spiking_network

NETWORKS = small_network(), conv_network(), spiking_network(), mnist_spiking_network(events=True)


def members(protocol):
    """Return what a protocol asks for: properties, methods and class variables."""
    return {name for name in {*vars(protocol), *get_type_hints(protocol)} if not name.startswith("_")}


def test_kinds_are_named_as_they_name_themselves():
    assert list(LAYERS) == ["dense", "conv", "spiking"] and list(INPUTS) == ["pixels", "rate", "events"]
    for registry in (LAYERS, INPUTS):
        assert all(made.kind == name for name, made in registry.items())


@pytest.mark.parametrize("kind", LAYERS)
def test_a_layer_has_every_member(kind):
    layer = next(layer for network in NETWORKS for layer in network.layers if layer.kind == kind)
    assert {"word", "positions", "rule", "check_reads", "kind", "parts"} < members(Layer)
    assert [name for name in members(Layer) if not hasattr(layer, name)] == []
    assert [name for name in members(Rule) if not hasattr(layer.rule, name)] == []
    assert {field.name for field in dataclasses.fields(layer)} == {
        *("name", "weights", "bias", "rule", "reads"),
        *layer.parts,
    }


@pytest.mark.parametrize("kind", INPUTS)
def test_an_input_has_every_member(kind):
    entering = next(network.input for network in NETWORKS if network.input.kind == kind)
    assert {"bits", "takes", "spiking", "value"} < members(Input)
    assert [name for name in members(Input) if not hasattr(entering, name)] == []
    assert entering.value.size == entering.inputs and entering.value.raw
    assert (entering.bits is None) == (entering.takes == "events")
