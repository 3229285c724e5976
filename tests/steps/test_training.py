import pytest

from accelgen import steps
from accelgen.data import NMNIST
from accelgen.deliver.samples import read_samples
from accelgen.errors import DataError, InvalidOption, InvalidRecipe
from accelgen.network import load
from accelgen.steps.training import data_folder
from tests.data.made import blobs, write_npz


def test_a_recipe_is_read_where_the_model_is(home):
    (home / "models" / "small" / "recipe.toml").write_text("[data]\nset = 'cats'\n")
    with pytest.raises(
        InvalidRecipe,
        match="small/recipe.toml: .*must be 'mnist', 'saccades', 'cifar10' or 'fashion_mnist', not 'cats'",
    ):
        steps.train("small", data=home / "data")


def test_the_data_are_those_of_the_recipe(home):
    layer = "[[layer]]\noutputs = 10\n"
    for name, missing in (("mnist", "mnist: train-images-idx3-ubyte"), ("cifar10", "cifar10: neither")):
        (home / "models" / "small" / "recipe.toml").write_text(f"[data]\nset = '{name}'\n{layer}")
        with pytest.raises(DataError, match=missing):
            steps.train("small", data=home / "data")


def test_the_tables_go_beside_the_recipe(home, monkeypatch):
    path = home / "models" / "small" / "network.safetensors"
    monkeypatch.setattr(
        "accelgen.steps.training._trained", lambda recipe, data, **how: recipe.parent / path.name
    )
    assert steps.train("small").to_json() == {"name": "small", "written": str(path)}


def test_what_is_nowhere_to_be_fetched_from_is_looked_for_where_data_are(tmp_path):
    assert NMNIST.fetch is None and data_folder(NMNIST, tmp_path) == tmp_path


def test_training_keeps_samples_of_own_data_beside_the_network(home):
    write_npz(home / "blobs.npz", *blobs(60))
    (home / "models" / "own").mkdir()
    text = "[data]\npath = '../../blobs.npz'\n[train]\nepochs = 1\n[[layer]]\noutputs = 3\nblock_out = 3\n"
    (home / "models" / "own" / "recipe.toml").write_text(text)
    written = steps.train("own").written
    samples = read_samples(written.with_name("samples.npz"), load(written))
    assert len(samples) == 12 and samples.data_sha256 == load(written).provenance["data_sha256"]


@pytest.mark.parametrize("folds", [1, 101])
def test_there_are_two_folds_at_least_and_not_too_many(folds):
    with pytest.raises(InvalidOption, match=f"^folds must be 2 to 100, not {folds}$"):
        steps.cross_validate("mnist_3b_8x", folds)
