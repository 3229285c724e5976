import json
from dataclasses import replace

import numpy as np
import pytest

from accelgen.cards.measure import measured_figure
from accelgen.cards.twin import against_twin, of_twin
from accelgen.errors import DataError
from accelgen.figures import Figure
from accelgen.train.recipe import load_recipe

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
CONDITIONS = {"images": "4", "data": "made up"}
ACCURACY = Figure("accuracy", 0.80, "1", "higher", "accelgen eval small", CONDITIONS)


def written(folder, text, **measured):
    """Write a recipe and, if measures are given, what its training would have left."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recipe.toml").write_text(text)
    if measured:
        recipe = load_recipe(folder / "recipe.toml")
        own = {"data_sha256": recipe.data_set.own.digest} if recipe.data_set.own else {}
        facts = {"recipe_sha256": recipe.digest, "test_images": 4, "test_data": "made up", **own, **measured}
        (folder / "reference.json").write_text(json.dumps(facts))


def changed(folder, **how):
    path = folder / "reference.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | how))


@pytest.fixture
def models(tmp_path, monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    return tmp_path / "models"


@pytest.fixture
def home(models):
    """A model, a float recipe that is not trained, one of another pooling, and the twin."""
    written(models / "a_fp32", FLOAT + CONV.format(""))
    written(models / "b_fp32", FLOAT + CONV.format("pool = 2"), test_accuracy=0.5)
    written(models / "c_fp32", FLOAT + CONV.format(""), test_accuracy=0.8125)
    written(models / "small", CONV.format("weight_bits = 2\nactivation_bits = 4\nblock_in = 3"))
    return models


def test_a_model_is_held_against_the_trained_float_network_of_its_shape(home):
    twin, gap = against_twin("small", [ACCURACY, replace(ACCURACY, name="other")])
    assert (twin.name, twin.value, twin.command) == ("accuracy_fp32", 0.8125, "accelgen train c_fp32")
    assert (gap.name, gap.value, gap.better) == ("accuracy_gap", 0.0125, "lower")
    assert gap.conditions == CONDITIONS | {"twin": "c_fp32"} and gap.command == "accelgen eval small"
    assert of_twin(twin) and of_twin(gap) and not of_twin(ACCURACY)


def test_without_a_twin_nothing_is_said(home):
    assert against_twin("small", []) == []
    (home / "c_fp32" / "reference.json").unlink()
    assert against_twin("small", [ACCURACY]) == []
    (home / "small" / "recipe.toml").rename(home / "small" / "network.safetensors")
    assert against_twin("small", [ACCURACY]) == []


def test_a_twin_is_of_the_recipe_and_the_test_set_of_today(home):
    path = home / "c_fp32" / "reference.json"
    changed(path.parent, test_images=5)
    wrong = "is of 5 samples of the made up, and its integer model was measured with 4 of the made up"
    with pytest.raises(DataError, match=f"^{path}: {wrong}: train it again with accelgen train c_fp32$"):
        against_twin("small", [ACCURACY])
    changed(path.parent, test_images=4, recipe_sha256="of yesterday")
    with pytest.raises(DataError, match=f"^{path}: is of another recipe.toml, or of other data, than are"):
        against_twin("small", [ACCURACY])
    changed(path.parent, test_accuracy="much")
    with pytest.raises(DataError, match=f"^{path}: is no reference: test_accuracy is 'much'$"):
        against_twin("small", [ACCURACY])


OWN = """[data]
path = "../../{path}.npz"
task = "{task}"
{more}
[[layer]]
outputs = 6
[[layer]]
outputs = {outputs}
"""
MEASURES = {
    "classes": {"accuracy": 0.75},
    "threshold": {"auc": 0.75, "f1": 0.5, "sensitivity": 0.5},
    "labels": {"auc": 0.75, "f1": 0.5},
    "regression": {"r2": 0.75, "rmse": 2.0},
    "reconstruction": {"r2": 0.75, "rmse": 2.0},
}
OUTPUTS = {"classes": 2, "threshold": 1, "labels": 2, "regression": 2, "reconstruction": 3}


def own(task, more="", path="own"):
    return OWN.format(path=path, task=task, outputs=OUTPUTS[task], more=more)


def made(place, task, seed=0):
    """Write data of a task: 40 samples of 3 features."""
    rng = np.random.default_rng(seed)
    right = {
        "classes": rng.integers(0, 2, 40),
        "threshold": rng.integers(0, 2, 40),
        "labels": rng.integers(0, 2, (40, 2)),
        "regression": rng.normal(size=(40, 2)),
    }
    np.savez(place, x=rng.normal(size=(40, 3)), **({"y": right[task]} if task in right else {}))


def measured(task):
    conditions = CONDITIONS | {"task": task}
    return [
        measured_figure(name, value, "accelgen eval m", conditions) for name, value in MEASURES[task].items()
    ]


@pytest.mark.parametrize("task", MEASURES)
def test_data_of_ones_own_have_a_twin_in_the_measure_of_their_task(task, models, tmp_path):
    made(tmp_path / "own.npz", task)
    np.savez(tmp_path / "again.npz", **np.load(tmp_path / "own.npz"))
    names = [name for name in MEASURES[task] if name in ("accuracy", "auc", "r2", "rmse")]
    better = {f"test_{name}": 1.75 if name == "rmse" else 0.875 for name in names}
    written(models / "m", own(task))
    written(models / "m_fp32", FLOAT + own(task, path="again"), **better)
    found = against_twin("m", measured(task))
    assert [figure.name for figure in found] == [f"{n}_{end}" for end in ("fp32", "gap") for n in names]
    assert [figure.value for figure in found[: len(names)]] == list(better.values())
    gaps = found[len(names) :]
    assert [gap.value for gap in gaps] == [0.25 if name == "rmse" else 0.125 for name in names]
    assert {gap.better for gap in gaps} == {"lower"}, "what is lost is lost, whichever way the measure points"


@pytest.mark.parametrize(
    ("more", "path"),
    [("test = 0.4", "own"), ("seed = 1", "own"), ("", "other")],
    ids=["share", "seed", "data"],
)
def test_what_was_tested_with_other_samples_is_no_twin(more, path, models, tmp_path):
    for seed, name in enumerate(("own", "other")):
        made(tmp_path / f"{name}.npz", "classes", seed)
    written(models / "m", own("classes"))
    written(models / "m_fp32", FLOAT + own("classes", more, path), test_accuracy=0.875)
    assert against_twin("m", measured("classes")) == []
    written(models / "n_fp32", FLOAT + own("classes"), test_accuracy=0.875)
    assert against_twin("m", measured("classes"))[0].conditions["twin"] == "n_fp32"


def test_classes_are_no_twin_of_a_threshold_and_integers_of_nothing(models, tmp_path):
    made(tmp_path / "own.npz", "threshold")
    written(models / "m", own("threshold"))
    text = own("threshold").replace('task = "threshold"', 'task = "classes"').replace("= 1\n", "= 2\n")
    written(models / "a_fp32", FLOAT + text, test_accuracy=0.875)
    written(models / "b_fp32", own("threshold"), test_auc=0.875)
    assert against_twin("m", measured("threshold")) == []


def test_a_reference_of_data_that_have_changed_is_no_longer_one(models, tmp_path):
    made(tmp_path / "own.npz", "regression")
    written(models / "m", own("regression"))
    written(models / "m_fp32", FLOAT + own("regression"), test_r2=0.875, test_rmse=1.75)
    assert len(against_twin("m", measured("regression"))) == 4
    made(tmp_path / "own.npz", "regression", seed=1)
    with pytest.raises(DataError, match="reference.json: is of another recipe.toml, or of other data"):
        against_twin("m", measured("regression"))
