import json

import numpy as np
import pytest

from accelgen.cards.described import described, reference
from accelgen.errors import DataError
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
    (folder / "reference.json").write_text(json.dumps(stated))
    card = reference("fp32")
    assert (card.digest, list(card.figures), card.kind) == ("", ["accuracy"], "dense")
    accuracy = card.figures["accuracy"]
    assert (accuracy.value, accuracy.conditions["epochs"]) == (0.99, "3")
    assert "training" not in accuracy.conditions
    (folder / "reference.json").write_text(json.dumps(stated | {"precision": "bfloat16"}))
    assert reference("fp32").figures["accuracy"].conditions["training"] == "factors in bfloat16"


def test_a_reference_of_numbers_has_their_measures(folder):
    np.savez(folder / "own.npz", x=np.eye(40), y=np.arange(40.0))
    data = '[data]\npath = "own.npz"\ntask = "regression"\n'
    (folder / "recipe.toml").write_text(f"{data}[[layer]]\noutputs = 1\n")
    stated = {
        "test_r2": 0.75,
        "test_rmse": 2.5,
        "test_images": 8,
        "test_data": "own.npz test set",
        "epochs": 3,
    }
    (folder / "reference.json").write_text(json.dumps(stated))
    figures = reference("fp32").figures
    assert [(name, figure.value, figure.unit, figure.better) for name, figure in figures.items()] == [
        ("r2", 0.75, "1", "higher"),
        ("rmse", 2.5, "units", "lower"),
    ]
    assert figures["rmse"].conditions["task"] == "regression"
    del stated["test_rmse"]
    (folder / "reference.json").write_text(json.dumps(stated | {"test_accuracy": 0.5}))
    with pytest.raises(DataError, match="reference.json: is no reference: test_rmse is None$"):
        reference("fp32")
