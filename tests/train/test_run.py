"""Recipe in, tables out: what is written beside a recipe, and what is refused."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from accelgen.data import SETS, Images
from accelgen.data.measures import MAIN, measures
from accelgen.data.recorded import recorded
from accelgen.data.targets import wanted_of
from accelgen.errors import DataError, InvalidOption, InvalidRecipe, InvalidRequest
from accelgen.golden import run as golden_run
from accelgen.golden.spiking import run_spikes
from accelgen.network.file import load
from accelgen.train import run
from accelgen.train.loop import accuracy
from accelgen.train.recipe import load_recipe
from tests.data.made import blobs, write_events, write_npz, write_pictures, write_tones
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


def test_training_in_another_precision_says_so(folder):
    assert "precision" not in load(run.train(folder, progress=False)).provenance
    (folder / "recipe.toml").write_text(RECIPE.format(extra='precision = "bfloat16"'))
    assert load(run.train(folder, progress=False)).provenance["precision"] == "bfloat16"


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


OWN = """
[data]
path = "../{path}"
[train]
epochs = {epochs}
batch = 16
{extra}
[[layer]]
outputs = 16
[[layer]]
outputs = {classes}
"""


def own_folder(tmp_path, path="blobs.npz", classes=3, epochs=30, extra=""):
    write_npz(tmp_path / "blobs.npz", *blobs(150))
    (tmp_path / "own").mkdir(exist_ok=True)
    text = OWN.format(path=path, classes=classes, epochs=epochs, extra=extra)
    (tmp_path / "own" / "recipe.toml").write_text(text)
    return tmp_path / "own"


def test_data_of_ones_own_are_learned_and_named_in_the_network(tmp_path):
    place = own_folder(tmp_path)
    network = load(run.train(place, progress=False))
    data = load_recipe(place / "recipe.toml").data_set
    facts = network.provenance
    assert (facts["data"], facts["data_path"], facts["data_sha256"]) == (
        "blobs.npz",
        "../blobs.npz",
        data.own.digest,
    )
    assert network.input.coding == data.coding and facts["classes"] == "0, 1, 2"
    test = recorded(network, None, place).load("test")
    assert golden_run(network, test.pixels).accuracy(test.labels) > 0.9


@pytest.mark.parametrize("series", [False, True])
def test_signed_codes_are_learned_and_mean_the_same_everywhere(series, tmp_path):
    extra = "[codes]\nsigned = true\nrange = 'deviation'\n" + "[augment]\nshift = 1\nscale = 0.1\n" * series
    place = own_folder(tmp_path, extra=extra)
    if series:
        x, y = blobs(150)
        write_npz(tmp_path / "blobs.npz", x.reshape(-1, 2, 2), y)
        (tmp_path / "data.toml").write_text("shape = [1, 2, 2]\n")
        text = (place / "recipe.toml").read_text().replace("[[layer]]", "[[layer]]\nblock_in = 2", 1)
        (place / "recipe.toml").write_text(text)
    network = load(run.train(place, progress=False))
    assert network.signed and len(network.input.coding.scale) == (1 if series else 4)
    test = recorded(network, None, place).load("test")
    result = golden_run(network, test.pixels)
    assert result.accuracy(test.labels) > 0.9 and result.activations[0].min() < 0
    own = recorded(network, None, place).own
    features = np.concatenate(list(own.pieces("test")))
    assert (golden_run(network, features).scores == result.scores).all()
    validation = recorded(network, None, place).load("validation")
    right = golden_run(network, validation.pixels).accuracy(validation.labels)
    assert network.provenance["validation_accuracy"] == round(right, 6)


def test_a_float_network_sees_signed_codes_about_zero(tmp_path):
    place = own_folder(tmp_path, extra="arithmetic = 'float'\n[codes]\nsigned = true\n")
    facts = json.loads(run.train(place, progress=False).read_text())
    assert facts["test_accuracy"] > 0.9


def test_training_goes_on_only_from_a_checkpoint_of_the_same_data(tmp_path):
    place = own_folder(tmp_path, epochs=2)
    first = run.train(place, progress=False).read_bytes()
    assert run.train(place, progress=False).read_bytes() == first
    x, y = blobs(150, seed=1)
    write_npz(tmp_path / "blobs.npz", x, y)
    resumed, fresh = (
        run.train(place, progress=False, resume=resume).read_bytes() for resume in (True, False)
    )
    assert resumed == fresh != first


@pytest.mark.parametrize("extra", ["[spiking]\ntimesteps = 3", "arithmetic = 'float'"])
def test_other_kinds_of_networks_learn_them_too(tmp_path, extra):
    path = run.train(own_folder(tmp_path, epochs=2, extra=extra), progress=False)
    if path.suffix == ".json":
        assert json.loads(path.read_text())["data"] == "blobs.npz"
    else:
        assert load(path).input.coding is not None


def test_pictures_of_ones_own_are_learned_by_convolutions(tmp_path):
    write_pictures(tmp_path / "p", count=12)
    place = own_folder(tmp_path, "p", 2, 2)
    conv = '[[layer]]\nkind = "conv"\noutputs = 4\nkernel = 3\nblock_in = 1\nblock_out = 4\n'
    text = (place / "recipe.toml").read_text().replace("[[layer]]", f"{conv}[[layer]]\nblock_in = 4", 1)
    (place / "recipe.toml").write_text(text)
    network = load(run.train(place, progress=False))
    assert (
        network.kind == "convolutional"
        and network.input.coding is None
        and network.provenance["classes"] == "dark, light"
    )


def test_small_networks_of_ones_own_data_are_trained_in_one_thread_and_others_as_they_were(
    tmp_path, folder, monkeypatch
):
    seen = []
    monkeypatch.setattr(torch, "set_num_threads", seen.append)
    run.train(own_folder(tmp_path, epochs=1), progress=False)
    assert seen == [1, torch.get_num_threads()]
    seen.clear()
    run.train(folder, progress=False)
    assert seen == [torch.get_num_threads()]


def test_recordings_of_ones_own_are_learned(tmp_path):
    write_events(tmp_path / "moves", 50)
    place = tmp_path / "own"
    place.mkdir()
    (place / "recipe.toml").write_text(
        "[data]\npath = '../moves'\n[train]\nepochs = 10\nbatch = 8\n[spiking]\ntimesteps = 4\n"
        "[[layer]]\noutputs = 16\n[[layer]]\noutputs = 2\nblock_out = 2\n"
    )
    path = run.train(place, progress=False)
    network = load(path)
    assert network.input == recorded(network, None, place).events and network.input.inputs == 128
    images = recorded(network, None, place).load("validation")
    scores = run_spikes(network, images.spikes(0, len(images))).scores[:, -1]
    right = (scores.argmax(axis=1) == images.labels).mean()
    assert len(images) == 8 and network.provenance["validation_accuracy"] == round(float(right), 6) > 0.6


def test_recordings_need_as_many_timesteps_as_they_have(tmp_path):
    write_events(tmp_path / "moves")
    (tmp_path / "own").mkdir()
    layers = "[[layer]]\noutputs = 2\nblock_out = 2\n"
    for spiking, message in (
        ("", r"\[data\]: set: events need a \[spiking\] table"),
        ("[spiking]\ntimesteps = 5\n", r"\[spiking\]: timesteps: the ../moves take 4, not 5"),
    ):
        (tmp_path / "own" / "recipe.toml").write_text(f"[data]\npath = '../moves'\n{spiking}{layers}")
        with pytest.raises(InvalidRecipe, match=message):
            run.train(tmp_path / "own", progress=False)


def test_sound_is_learned_by_the_front_end_of_the_recipe(tmp_path):
    write_tones(tmp_path / "tones", 12)
    (tmp_path / "tones" / "data.toml").write_text("[frontend]\nframe = 512\n")
    (tmp_path / "own").mkdir()
    text = (
        "[data]\npath = '../tones'\n[frontend]\nframe = 256\nbands = 8\n[train]\nepochs = 12\nbatch = 8\n"
        "[[layer]]\noutputs = 3\nblock_out = 3\nblock_in = 8\n"
    )
    (tmp_path / "own" / "recipe.toml").write_text(text)
    network = load(run.train(tmp_path / "own", progress=False))
    front = json.loads(network.provenance["data_frontend"])
    assert front == {
        **{"rate": 8000, "frame": 256, "hop": 128, "bands": 8},
        **{"low": 0, "high": 4000, "frames": 14},
    }
    images = recorded(network, None, tmp_path / "own").load("test")
    assert (golden_run(network, images.pixels).classes == images.labels).mean() >= 0.8
    changed = replace(network, provenance={**network.provenance, "data_frontend": "[]"})
    with pytest.raises(InvalidRequest, match="provenance: data_frontend: "):
        recorded(changed, None, tmp_path / "own")


def test_a_front_end_is_of_sound_alone(tmp_path):
    place = own_folder(tmp_path, extra="[frontend]\nframe = 256\n")
    with pytest.raises(DataError, match=r"blobs.npz: is of no WAV files, and a recipe with \[frontend\] is"):
        load_recipe(place / "recipe.toml")
    text = "[frontend]\nframe = 4\n[[layer]]\noutputs = 10\n"
    (place / "recipe.toml").write_text(text)
    with pytest.raises(InvalidRecipe) as error:
        load_recipe(place / "recipe.toml")
    assert "[frontend]: is of data of one's own: path in [data] is missing" in str(error.value)
    assert "[frontend]: frame: must be an integer of 16 to 4096, not 4" in str(error.value)


def targets(task, x):
    """Return what is to be learned of features, float64[n, 4]."""
    return {
        "regression": np.stack([10 * x[:, 0] - 5, x[:, 1] + x[:, 2]], axis=1),
        "labels": np.stack([x[:, 0] > 0, x[:, 1] > x[:, 2]], axis=1).astype(int),
        "threshold": (x[:, 0] + x[:, 1] > 0).astype(int),
    }.get(task)


@pytest.mark.parametrize("task", ["regression", "labels", "threshold", "reconstruction"])
def test_other_tasks_than_classes_are_learned_and_exported(task, tmp_path):
    x = np.random.default_rng(0).normal(size=(300, 4))
    y = targets(task, x)
    np.savez(tmp_path / "blobs.npz", x=x, **({} if y is None else {"y": y}))
    outputs = {"threshold": 1, "reconstruction": 4}.get(task, 2)
    place = own_folder(tmp_path, "other.npz", classes=outputs, extra="")
    (tmp_path / "blobs.npz").unlink()
    np.savez(tmp_path / "other.npz", x=x, **({} if y is None else {"y": y}))
    text = (place / "recipe.toml").read_text().replace("[data]", f'[data]\ntask = "{task}"')
    (place / "recipe.toml").write_text(text)
    network = load(run.train(place, progress=False))
    assert network.task.kind == task and network.classes == outputs
    data = recorded(network, None, place)
    test = data.load("test")
    found = measures(
        network.task,
        golden_run(network, test.pixels).scores,
        wanted_of(test, task, network.input.coding),
        list(data.classes),
        np.array(network.input.coding.scale) if task == "reconstruction" else 1.0,
    )
    assert found.main > (0.5 if task == "reconstruction" else 0.8), found.figures
    stated = network.provenance[f"validation_{MAIN[task]}"]
    assert stated > 0.5 and network.provenance["data_task"] == task
