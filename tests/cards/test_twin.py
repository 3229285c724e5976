import json

import pytest

from accelgen.cards.twin import against_twin
from accelgen.figures import Figure

CONV = """[data]
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
FLOAT = '[train]\narithmetic = "float"\n'
ACCURACY = Figure("accuracy", 0.80, "1", "higher", "accelgen eval small", {"images": "4"})


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A model, a float recipe that is not trained, one of another pooling, and the twin."""
    recipes = {
        "a_fp32": FLOAT + CONV.format(""),
        "b_fp32": FLOAT + CONV.format("pool = 2"),
        "c_fp32": FLOAT + CONV.format(""),
        "small": CONV.format("weight_bits = 2\nactivation_bits = 4\nblock_in = 3"),
    }
    for name, text in recipes.items():
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        (folder / "recipe.toml").write_text(text)
        if name in ("b_fp32", "c_fp32"):
            (folder / "reference.json").write_text(json.dumps({"test_accuracy": 0.8125}))
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    return tmp_path / "models"


def test_a_model_is_held_against_the_trained_float_network_of_its_shape(home):
    twin, gap = against_twin("small", ACCURACY)
    assert (twin.value, twin.command) == (0.8125, "accelgen train c_fp32")
    assert gap.value == 0.0125 and gap.better == "lower"
    assert gap.conditions == {"images": "4", "twin": "c_fp32"}


def test_without_a_twin_nothing_is_said(home):
    (home / "c_fp32" / "reference.json").unlink()
    assert against_twin("small", ACCURACY) == []
    (home / "small" / "recipe.toml").rename(home / "small" / "network.safetensors")
    assert against_twin("small", ACCURACY) == []
