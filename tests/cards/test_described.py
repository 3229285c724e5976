import json

import pytest

from accelgen.cards.described import described, reference
from tests.stand_ins import overview


def test_stored_bits_are_told_by_kind_and_against_floats():
    figures = {figure.name: figure for figure in described("m", overview())}
    assert {name: figure.value for name, figure in figures.items()} == {
        "stored_bits": 7,
        "stored_bits_codes": 3,
        "stored_bits_bias": 4,
        "memory_ratio": 2.35,
    }
    assert {figure.command for figure in figures.values()} == {"accelgen info m"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "models" / "fp32"
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text("[[layer]]\noutputs = 10\n")
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    return folder


def test_a_reference_is_what_its_training_states(folder):
    stated = {"test_accuracy": 0.99, "test_images": 10000, "test_data": "MNIST test set", "epochs": 3}
    card = reference("fp32", json.loads(json.dumps(stated)))
    assert (card.digest, list(card.figures), card.kind) == ("", ["accuracy"], "dense")
    accuracy = card.figures["accuracy"]
    assert (accuracy.value, accuracy.conditions["epochs"]) == (0.99, "3")
    assert "training" not in accuracy.conditions
    rounded = reference("fp32", stated | {"precision": "bfloat16"}).figures["accuracy"]
    assert rounded.conditions["training"] == "factors in bfloat16"
