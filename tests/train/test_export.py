"""The exported network computes what the module computes, score for score."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.data.saccades import SACCADES, saccades
from accelgen.errors import InvalidNetwork
from accelgen.golden import run_spikes, run_spiking
from accelgen.network.encoding import quantise_pixels
from accelgen.network.file import dump
from accelgen.train.build import build
from accelgen.train.export import export
from accelgen.train.layers import Output
from accelgen.train.nets import IntegerNet
from tests.train.drawn import conv_recipe, spiking_recipe, stripes, tiny_recipe


def scores(network, pixels):
    """Execute the contract's equations on raw pixels."""
    x = quantise_pixels(pixels, network.input.bits).astype(np.int64)
    for layer in network.layers:
        acc = x @ layer.weights.dense().astype(np.int64).T + layer.bias
        if layer.rule is None:
            return acc
        x = np.clip(acc >> layer.rule.shift, 0, (1 << layer.rule.bits) - 1)
    raise AssertionError("a network ends in scores")


@settings(max_examples=25)
@given(
    st.integers(1, 4),
    st.integers(1, 8),
    st.integers(1, 8),
    st.sampled_from(["fixed", "learned"]),
    st.integers(0, 10_000),
)
def test_export_equals_the_module_exactly(bits, activation_bits, pixel_bits, mask, seed):
    recipe = tiny_recipe(bits, activation_bits, pixel_bits, mask)
    net = build(recipe, seed)
    data = stripes(64, seed)
    net.calibrate(data.images)
    net.cut(recipe)
    with torch.no_grad():
        for layer in net:
            layer.beta.normal_()
        net.train()(net.encode(data.images))  # moves the means
        wanted = net.eval()(net.encode(data.images)).numpy()
    network = export(net, recipe.name)
    pixels = data.images.flatten(1).numpy().astype(np.uint8)
    assert np.array_equal(scores(network, pixels), wanted)
    assert [layer.weights.compression for layer in network.layers] == [8, 2, 1]
    assert [layer.weights.bits for layer in network.layers] == [bits] * 3


CHOICES = st.fixed_dictionaries(
    {
        "integration": st.sampled_from(["discontinuous", "continuous"]),
        "readout": st.sampled_from(["membrane", "count"]),
        "timesteps": st.integers(1, 16),
        "encoder": st.sampled_from(["dither", "lfsr"]),
    }
)


@settings(max_examples=40, deadline=None)
@given(CHOICES, st.sampled_from([0, 1, 3]), st.sampled_from(["subtract", "zero"]), st.integers(0, 10_000))
def test_export_of_neurons_equals_the_module_at_every_timestep(choice, leak, reset, seed):
    if choice["integration"] == "continuous":
        choice |= {"leak": leak, "reset": reset}
    net = build(spiking_recipe(**choice), seed)
    data = stripes(16, seed)
    net.calibrate(data.images)
    with torch.no_grad():
        for layer in net:
            layer.beta.normal_()
        net.train()(net.encode(data.images))  # moves the means
        spikes = [net.eval().encode(data.images)]
        for layer in net:
            spikes.append(layer(spikes[-1]))
    found = run_spiking(export(net, "tiny"), data.images.flatten(1).byte().numpy(), choice["timesteps"])
    for entering, golden in zip(spikes[:-1], found.spikes, strict=True):
        assert np.array_equal(entering.transpose(0, 1).numpy(), golden)
    assert np.array_equal(spikes[-1].cumsum(0).transpose(0, 1).numpy(), found.scores)


def test_events_are_exported_as_events():
    net = build(spiking_recipe(data="saccades"), 0)
    data = stripes(8, 0)
    net.calibrate(data.images)
    with torch.no_grad():
        wanted = net.eval()(net.encode(data.images)).numpy()
    network = export(net, "tiny")
    assert network.input == SACCADES
    found = run_spikes(network, saccades(data.images.flatten(1).byte().numpy()))
    assert np.array_equal(found.scores[:, -1], wanted)


def test_the_same_module_gives_the_same_bytes():
    net = build(tiny_recipe(), 0)
    facts = {"seed": 0}
    assert dump(export(net, "tiny", facts)) == dump(export(net, "tiny", facts))
    assert export(net, "tiny", facts).provenance == facts


def test_a_convolution_cannot_be_the_last_layer():
    hidden = build(conv_recipe(), 0).hidden[0]
    net = IntegerNet(Output(hidden.linear), pixel_bits=4)
    with pytest.raises(InvalidNetwork, match="^conv0: a convolution cannot be the last layer$"):
        export(net, "convs")


def test_a_bias_beyond_the_contract_is_refused():
    net = build(tiny_recipe(), 0)
    with torch.no_grad():
        net[-1].beta += 2.0**25
    with pytest.raises(InvalidNetwork, match=r"^bias: must stay below 2\*\*24 in magnitude$"):
        export(net, "tiny")
