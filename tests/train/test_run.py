"""Recipe in, tables out: what is written beside a recipe, and what is refused."""

import json
import re
from dataclasses import replace

import pytest

from accelgen.data import SETS, Images
from accelgen.errors import DataError, InvalidOption, InvalidRecipe, InvalidRequest
from accelgen.golden import run as golden_run
from accelgen.network.file import load
from accelgen.train import run
from accelgen.train.loop import accuracy
from accelgen.train.recipe import load_recipe
from tests.train.drawn import RECIPE, patches


def test_training_writes_a_network_that_says_where_it_came_from(folder):
    path = run.train(folder, seed=3, progress=False)
    network = load(path)
    assert path == folder / "network.safetensors"
    assert network.name == "small"
    assert network.compression == 8
    facts = network.provenance
    assert (facts["seed"], facts["data"], facts["training_images"]) == (3, "mnist", 96)
    assert 0 <= facts["validation_accuracy"] <= 1
    assert sorted(entry.name for entry in folder.iterdir()) == [
        "checkpoints",
        "network.safetensors",
        "recipe.toml",
    ]


def test_training_again_gives_the_same_bytes_somewhere_else(folder, tmp_path):
    first = run.train(folder / "recipe.toml", progress=False).read_bytes()
    again = run.train(folder / "recipe.toml", out=tmp_path / "other", resume=False, progress=False)
    assert again.parent == tmp_path / "other"
    assert again.read_bytes() == first


def test_a_float_recipe_gives_a_figure_and_teaches(folder):
    teacher = folder.parent / "teacher"
    teacher.mkdir()
    text = RECIPE.format(extra="arithmetic = 'float'\nlearning_rate = 0.001")
    (teacher / "recipe.toml").write_text(text)
    figure = json.loads(run.train(teacher, progress=False).read_text())
    assert figure["test_images"] == 50
    assert 0 <= figure["test_accuracy"] <= 1
    (folder / "recipe.toml").write_text(RECIPE.format(extra="distill = 'teacher'"))
    assert run.train(folder, progress=False).is_file()


def test_only_a_float_recipe_can_teach(folder):
    (folder / "recipe.toml").write_text(RECIPE.format(extra="distill = 'small'"))
    message = f"{folder / 'recipe.toml'}: [train]: distill: must name a float recipe, and 'small' is not one"
    with pytest.raises(InvalidRecipe, match=f"^{re.escape(message)}$"):
        run.train(folder, progress=False)


def test_a_sample_is_not_enough_to_learn_from(folder):
    message = "training needs the full MNIST set, and only the committed sample was found"
    with pytest.raises(DataError, match=f"^{message}$"):
        run.train(folder, "sample", progress=False)


def test_the_bar_goes_to_the_error_stream(folder, capsys):
    run.train(folder)
    out, err = capsys.readouterr()
    assert out == ""
    assert "small seed 0" in err


def test_the_module_handed_back_scores_what_the_file_says(folder):
    path = run.train(folder, progress=False)
    splits = run.load_splits(SETS["mnist"], None)
    net = run.train_one(
        load_recipe(folder / "recipe.toml"), splits, folder / "checkpoints", progress=False
    ).net
    assert round(accuracy(net, splits.validation), 6) == load(path).provenance["validation_accuracy"]


CONV = """
[data]
set = "cifar10"
[augment]
crop = 2
mirror = true
[train]
epochs = 3
batch = 16
{extra}
[[layer]]
kind = "conv"
outputs = 8
kernel = 3
stride = 2
pool = 3
block_in = 3
[[layer]]
outputs = 10
block_in = 8
"""


def test_a_convolution_learns_from_its_float_twin(folder, monkeypatch):
    def drawn(count, seed):
        made = patches(count, seed)
        return Images(made.images.flatten(1).numpy(), made.labels.byte().numpy(), f"{count} patches", True)

    patched = replace(
        SETS["cifar10"],
        read=lambda *_, **__: drawn(50, 3),
        read_training=lambda data: (drawn(96, 1), drawn(64, 2)),
    )
    monkeypatch.setitem(SETS, "cifar10", patched)
    teacher = folder.parent / "teacher"
    teacher.mkdir()
    (teacher / "recipe.toml").write_text(CONV.format(extra="arithmetic = 'float'\nlearning_rate = 0.002"))
    assert json.loads(run.train(teacher, progress=False).read_text())["test_images"] == 50
    (folder / "recipe.toml").write_text(CONV.format(extra="distill = 'teacher'"))
    network = load(run.train(folder, progress=False))
    assert network.provenance["data_name"] == "96 patches"
    pixels = drawn(64, 2)
    found = golden_run(network, pixels.pixels).accuracy(pixels.labels)
    assert round(found, 6) == network.provenance["validation_accuracy"]


def test_nothing_starts_from_a_teacher_of_another_topology(folder):
    teacher = folder.parent / "teacher"
    teacher.mkdir()
    (teacher / "recipe.toml").write_text("[train]\narithmetic = 'float'\n[[layer]]\noutputs = 10\n")
    (folder / "recipe.toml").write_text(RECIPE.format(extra="distill = 'teacher'\nstart_from_teacher = true"))
    with pytest.raises(InvalidRecipe, match=r"\[train\]: distill: 'teacher' has another topology"):
        run.train(folder, progress=False)


def test_a_folder_that_cannot_be_written_is_known_before_the_first_epoch(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "fit", lambda *_, **__: pytest.fail("an epoch was spent"))
    (tmp_path / "file").touch()
    with pytest.raises(InvalidRequest, match="file/out: cannot be written: Not a directory$"):
        run.train(folder, out=tmp_path / "file" / "out", progress=False)
    (folder / "checkpoints").touch()
    with pytest.raises(InvalidRequest, match="small/checkpoints: cannot be written: File exists$"):
        run.train(folder, progress=False)
    (folder / "checkpoints").unlink()

    def full(dir):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(InvalidRequest, match="small: cannot be written: Read-only file system$"):
        run.train(folder, progress=False)


@pytest.mark.parametrize("seed", [-1, 2**31, 1.5, True])
def test_a_seed_has_a_range(folder, seed):
    with pytest.raises(InvalidOption, match="^seed: must be an integer of 0 to 2147483647, not "):
        run.train(folder, seed=seed, progress=False)
