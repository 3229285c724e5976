"""A study trains every combination and says which figure is which."""

import json

import pytest

from accelgen.errors import InvalidRecipe
from accelgen.train.recipe import load_recipe
from accelgen.train.study import main, study, with_mask
from tests.train.drawn import RECIPE


def test_a_study_has_a_row_for_every_mask_and_seed(folder):
    (folder / "recipe.toml").write_text(RECIPE.format(extra="mask_epochs = 1"))
    path = study(folder, seeds=(0, 1), progress=False)
    facts = json.loads(path.read_text())
    assert facts["recipe_sha256"] == load_recipe(folder / "recipe.toml").digest
    assert [(run["mask"], run["seed"]) for run in facts["runs"]] == [
        ("fixed", 0),
        ("fixed", 1),
        ("learned", 0),
        ("learned", 1),
    ]
    assert all(0 <= run["test_accuracy"] <= 1 for run in facts["runs"])
    assert (folder / "checkpoints" / "seed1.pt").exists()
    assert (folder / "checkpoints" / "learned" / "seed1.pt").exists()


def test_the_mask_changes_compressed_layers_alone(folder):
    (folder / "recipe.toml").write_text(RECIPE.format(extra="mask_epochs = 1"))
    plan = load_recipe(folder / "recipe.toml")
    assert with_mask(plan, "fixed") == plan
    learned = with_mask(plan, "learned")
    assert [layer.mask for layer in learned.layers] == ["learned", "fixed"]
    assert learned.digest != plan.digest


def test_a_mask_that_does_not_fit_the_recipe_is_refused(folder):
    with pytest.raises(InvalidRecipe, match=r"^\[train\]: mask_epochs: must be below epochs, not 5$"):
        study(folder, masks=["learned"], progress=False)


def test_the_command_prints_one_line_for_each_run(folder, capsys):
    assert main([str(folder), "--masks", "fixed", "--seeds", "0"]) == 0
    assert capsys.readouterr().out.startswith("fixed    seed 0  validation ")
    assert main([str(folder / "nowhere")]) == 2
    assert capsys.readouterr().err.startswith("accelgen: ")
