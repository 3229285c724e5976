"""A study trains every combination and says which figure is which."""

import json

import pytest

from accelgen.errors import InvalidRecipe
from accelgen.train.recipe import load_recipe
from accelgen.train.study import main, study, varied
from tests.train.drawn import RECIPE


def choices(path):
    return [(run["mask"], run["epochs"], run["seed"]) for run in json.loads(path.read_text())["runs"]]


def test_a_study_has_a_row_for_every_choice_and_keeps_the_ones_it_had(folder):
    (folder / "recipe.toml").write_text(RECIPE.format(extra="mask_epochs = 1"))
    path = study(folder, seeds=(0, 1), progress=False)
    assert choices(path) == [("fixed", 2, 0), ("fixed", 2, 1), ("learned", 2, 0), ("learned", 2, 1)]
    study(folder, masks=["fixed"], seeds=[1], progress=False)
    study(folder, masks=["fixed"], seeds=[1], epochs=1, progress=False)
    assert choices(path)[:3] == [("fixed", 1, 1), ("fixed", 2, 0), ("fixed", 2, 1)]
    facts = json.loads(path.read_text())
    assert facts["recipe_sha256"] == load_recipe(folder / "recipe.toml").digest
    assert all(0 <= run["test_accuracy"] <= 1 for run in facts["runs"])
    assert (folder / "checkpoints" / "seed1.pt").exists()
    assert (folder / "checkpoints" / "learned2" / "seed1.pt").exists()


def test_a_changed_recipe_starts_a_new_study(folder):
    path = study(folder, masks=["fixed"], seeds=[0, 1], progress=False)
    (folder / "recipe.toml").write_text(RECIPE.format(extra="settle = 0.5"))
    study(folder, masks=["fixed"], seeds=[1], progress=False)
    assert choices(path) == [("fixed", 2, 1)]


def test_the_mask_changes_compressed_layers_alone(folder):
    (folder / "recipe.toml").write_text(RECIPE.format(extra="mask_epochs = 1"))
    plan = load_recipe(folder / "recipe.toml")
    assert varied(plan, "fixed", 2) == plan
    learned = varied(plan, "learned", 2)
    assert [layer.mask for layer in learned.layers] == ["learned", "fixed"]
    assert len({plan.digest, learned.digest, varied(plan, "learned", 3).digest}) == 3


def test_a_mask_that_does_not_fit_the_recipe_is_refused(folder):
    with pytest.raises(InvalidRecipe, match=r"^\[train\]: mask_epochs: must be below epochs, not 5$"):
        study(folder, masks=["learned"], progress=False)


def test_the_command_prints_one_line_for_each_run(folder, capsys):
    assert main([str(folder), "--masks", "fixed", "--seeds", "0"]) == 0
    assert capsys.readouterr().out.startswith("fixed      2 epochs  seed 0  validation ")
    assert main([str(folder / "nowhere")]) == 2
    assert capsys.readouterr().err.startswith("accelgen: ")


def test_neurons_are_varied_too(folder):
    (folder / "recipe.toml").write_text(RECIPE.format(extra="[spiking]\ntimesteps = 2"))
    kinds = ["continuous", "discontinuous"]
    path = study(folder, masks=["fixed"], seeds=[0], integrations=kinds, progress=False)
    study(folder, masks=["fixed"], seeds=[0], readouts=["count"], progress=False)
    runs = json.loads(path.read_text())["runs"]
    assert [(run["integration"], run["readout"]) for run in runs] == [
        ("continuous", "count"),
        ("continuous", "membrane"),
        ("discontinuous", "membrane"),
    ]


def test_neurons_of_a_dense_recipe_are_refused(folder):
    with pytest.raises(InvalidRecipe, match=r"^integration and readout: the recipe has no \[spiking\]"):
        study(folder, masks=["fixed"], readouts=["count"], progress=False)
