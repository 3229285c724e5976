from dataclasses import replace

import pytest

from accelgen.cards.summary import kind_of, reference_summary, summary
from accelgen.train.recipe import load_recipe
from tests.stand_ins import overview
from tests.tiny_convolutions import conv_network, series_network
from tests.tiny_networks import mnist_spiking_network

CONV = """[train]
arithmetic = "float"
[data]
set = "cifar10"
[[layer]]
kind = "conv"
outputs = 8
kernel = 3
{}
[[layer]]
outputs = 10
block_in = 8
"""
DENSE = "[[layer]]\noutputs = 10\n"
REFERENCE = " in float32: the reference, without limits and without hardware"


def loaded(path, text):
    path.write_text(text)
    return load_recipe(path)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "recipe.toml"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("convolutional", CONV.format("")),
        ("dense", DENSE),
        ("spiking", "[spiking]\n" + DENSE),
    ],
)
def test_kinds_are_told_apart(path, kind, text):
    assert kind_of(loaded(path, text)) == kind


@pytest.mark.parametrize(
    ("text", "outline"),
    [
        (CONV.format("pool = 2"), "32x32x3-8(3x3/2)-10"),
        (CONV.format(""), "32x32x3-8(3x3)-10"),
        (CONV.format("pool = [1, 2]").replace("kernel = 3", "kernel = [1, 5]"), "32x32x3-8(1x5/1x2)-10"),
        (DENSE, "784-10"),
    ],
)
def test_a_reference_is_its_topology_in_a_word(path, text, outline):
    assert reference_summary(loaded(path, text)) == outline + REFERENCE


def test_a_network_is_its_topology_and_its_bits():
    assert summary(overview()) == (
        "30-24-16-5, 3-bit weights, 2- to 3-bit activations, 3-bit pixels, hidden layers compressed 1.88x"
    )
    assert summary(overview(series_network())).startswith("1x64x3-6(1x5/1x2)-4(1x3/1x3)-5, ")
    assert summary(overview(conv_network())) == (
        "9x7x3-10(3x3/2)-6(2x2)-8-5, "
        "3-bit weights, 2- to 3-bit activations, 3-bit pixels, hidden layers compressed 1.75x"
    )


def test_a_network_that_spikes_says_what_enters_and_what_leaves():
    pixels = overview(mnist_spiking_network(), readout="membrane", timesteps=3)
    assert summary(pixels) == (
        "784-16-10 spiking neurons of continuous integration, 3-bit weights, spikes from 4-bit pixels, "
        "readout by membrane, hidden layers compressed 8.17x"
    )
    last = replace(pixels, layers=pixels.layers[-1:])
    assert "10 spiking neurons, 3-bit weights" in summary(last)
