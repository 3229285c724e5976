import pytest

from accelgen.cards.summary import kind_of, reference_summary, summary
from accelgen.train.recipe import load_recipe

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
        (DENSE, "784-10"),
    ],
)
def test_a_reference_is_its_topology_in_a_word(path, text, outline):
    assert reference_summary(loaded(path, text)) == outline + REFERENCE


def test_a_network_is_its_topology_and_its_bits():
    window = {"height": 32, "width": 32, "channels": 3, "kernel": 3, "pool": 2}
    facts = {
        "kind": "dense",
        "input": {"bits": 8},
        "compression": 3.8125,
        "layers": [
            {"window": window, "channels": 8, "weight_bits": 4, "activation_bits": 4},
            {"inputs": 2048, "outputs": 10, "weight_bits": 2, "activation_bits": 0},
        ],
    }
    assert summary(facts) == (
        "32x32x3-8(3x3/2)-10, 2- to 4-bit weights, 4-bit activations, 8-bit pixels, "
        "hidden layers compressed 3.81x"
    )
