from pathlib import Path

import numpy as np
import pytest

from accelgen.errors import InvalidRecipe
from accelgen.train.cross import cross_validate
from accelgen.train.recipe import load_recipe, recipe_of

RECIPE = """
[data]
path = "a.npz"
{data}
[train]
epochs = 30
batch = 16
learning_rate = 0.05
{train}
[[layer]]
outputs = 16
block_out = 16
block_in = 4

[[layer]]
outputs = {outputs}
weight_bits = 4
block_out = {outputs}
block_in = 16
"""


def recipe(folder: Path, outputs=2, data="", train=""):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 4))
    np.savez(folder / "a.npz", x=x, y=(x[:, 0] > 0).astype(int))
    (folder / "recipe.toml").write_text(RECIPE.format(outputs=outputs, data=data, train=train))
    return load_recipe(folder / "recipe.toml")


def test_each_fold_is_measured_by_a_network_that_has_not_seen_it(tmp_path, monkeypatch):
    folder = tmp_path / "small"
    folder.mkdir()
    plan = recipe(folder)
    seen = []
    from accelgen.data.own import Own

    real = Own.images
    monkeypatch.setattr(
        Own, "images", lambda own, part, coding: (seen.append((own, part)), real(own, part, coding))[1]
    )
    found = cross_validate(plan, 3, tmp_path / "checkpoints", progress=False)
    assert len(found) == 3 and all(0.7 < one <= 1 for one in found)
    aside = plan.data_set.own.parts["test"][1]
    assert seen and not any((own.parts[part][1] & aside).any() for own, part in seen)
    assert found == cross_validate(plan, 3, tmp_path / "checkpoints", progress=False)
    assert not list(folder.glob("network*"))


def test_folds_are_for_data_without_a_name_and_without_a_teacher(tmp_path):
    table = {"data": {"set": "mnist"}, "layer": [{"outputs": 10}]}
    with pytest.raises(InvalidRecipe, match=r"^\[data\]: folds are for data of one's own: mnist"):
        cross_validate(recipe_of("x", table, ""), 3, tmp_path)
    folder = tmp_path / "small"
    folder.mkdir()
    with pytest.raises(
        InvalidRecipe, match=r"^\[train\]: distill: a teacher has learned from what folds are"
    ):
        cross_validate(recipe(folder, train='distill = "other"'), 3, tmp_path)
