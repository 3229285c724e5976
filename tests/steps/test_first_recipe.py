import numpy as np
import pytest

from accelgen import steps
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.train.recipe import load_recipe
from tests.data.made import blobs, write_csv, write_events, write_npz, write_pictures, write_tones

X, Y = blobs(100)


def test_a_recipe_for_a_table_can_be_read(tmp_path):
    write_csv(tmp_path / "a.csv", X, Y, "kind")
    made = steps.first_recipe(tmp_path / "a.csv", tmp_path / "models" / "mine", label="kind")
    recipe = load_recipe(made.written)
    assert recipe.name == made.name == "mine" and recipe.data.label == "kind"
    assert [layer.outputs for layer in recipe.layers] == [32, 3] and recipe.train.epochs == 60


def test_a_relative_path_is_one_from_the_recipe(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    x = X.copy()
    x[0, 0] = np.nan
    write_npz(tmp_path / "a.npz", x, Y)
    made = steps.first_recipe("a.npz", "models/mine", missing="0.5")
    recipe = load_recipe(made.written)
    assert recipe.data.path == "../../a.npz" and recipe.data.missing == 0.5


@pytest.mark.parametrize(
    ("size", "mode"), [((6, 8), "L"), ((8, 12), "RGB"), ((9, 11), "L"), ((10, 14), "RGB")]
)
def test_pictures_that_are_large_enough_get_convolutions(tmp_path, size, mode):
    write_pictures(tmp_path / "p", size=size, mode=mode)
    recipe = load_recipe(steps.first_recipe(tmp_path / "p", tmp_path / "models" / "mine").written)
    assert recipe.convolves == (min(size) >= 8)


@pytest.mark.parametrize(("steps_of_time", "pools"), [(64, [(1, 2), (1, 2)]), (10, [(1, 2), 1]), (7, [])])
def test_series_that_are_long_enough_get_filters_of_one_row(tmp_path, steps_of_time, pools):
    x = np.random.default_rng(0).normal(size=(60, 1, steps_of_time, 3))
    path = write_npz(tmp_path / "a.npz", x, np.arange(60) % 3)
    recipe = load_recipe(steps.first_recipe(path, tmp_path / "models" / "mine").written)
    filters = [layer for layer in recipe.layers if layer.convolves]
    assert [layer.pool for layer in filters] == pools
    assert all((layer.kernel, layer.padding) == ((1, 5), (0, 2)) for layer in filters)


def test_nothing_is_written_over(tmp_path):
    path = write_npz(tmp_path / "a.npz", X, Y)
    steps.first_recipe(path, tmp_path / "mine")
    with pytest.raises(InvalidRequest, match="recipe.toml: is there already$"):
        steps.first_recipe(path, tmp_path / "mine")
    with pytest.raises(InvalidRequest, match="gives the network its name: must be lower-case letters"):
        steps.first_recipe(path, tmp_path / "My-Net")
    with pytest.raises(InvalidOption, match="^missing: must be"):
        steps.first_recipe(path, tmp_path / "other", missing="median")
    assert not (tmp_path / "other").exists()


def test_columns_that_are_left_out_are_in_the_recipe(tmp_path):
    path = write_csv(tmp_path / "a.csv", X, Y)
    made = steps.first_recipe(path, tmp_path / "mine", ignore=["a"])
    assert load_recipe(made.written).data.reading.ignore == ("a",)
    assert steps.check_data(path, ignore=["a", "b"]).shape == (1, 2, 1)


def test_recordings_get_a_spiking_recipe_and_sounds_convolutions(tmp_path):
    moves = load_recipe(
        steps.first_recipe(write_events(tmp_path / "e"), tmp_path / "models" / "moves").written
    )
    assert moves.spiking.timesteps == 4 and moves.inputs == 128 and moves.data_set.events
    write_tones(tmp_path / "s", 4, seconds=0.5)
    sounds = load_recipe(steps.first_recipe(tmp_path / "s", tmp_path / "models" / "sounds").written)
    assert sounds.convolves and sounds.data_set.shape == (14, 16, 1)


def test_a_recipe_for_another_task_asks_for_it(tmp_path):
    write_csv(tmp_path / "a.csv", X, Y, "kind")
    made = steps.first_recipe(
        tmp_path / "a.csv", tmp_path / "models" / "mine", label=("a", "b"), task="regression"
    )
    recipe = load_recipe(made.written)
    assert (recipe.data.task, recipe.data.label) == ("regression", ["a", "b"])
    assert [layer.outputs for layer in recipe.layers] == [32, 2]
    assert made.written.read_text().startswith("# a.csv: 3 features, 2 outputs (regression), 72 samples")
