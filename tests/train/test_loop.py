"""A run learns, can be killed at any epoch, and chooses by the validation images."""

from dataclasses import replace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from accelgen.errors import InvalidRecipe
from accelgen.golden import run
from accelgen.network.file import dump
from accelgen.train import loop, teacher
from accelgen.train.adam import Adam
from accelgen.train.build import build
from accelgen.train.export import export
from accelgen.train.layers import BlockLinear
from accelgen.train.loop import accuracy, fit
from accelgen.train.nets import IntegerNet
from accelgen.train.recipe_tables import SpikingChoice
from accelgen.train.reference import build_float
from accelgen.train.teacher import Teacher
from tests.train.drawn import conv_recipe, floated, patches, spiking_recipe, stripes, tiny_recipe
from tests.train.test_adam import Torchs
from tests.train.test_products import gathered_recipe


class Killed(Exception):
    pass


def kill_after(number):
    def on_epoch(epoch):
        if epoch.number == number:
            raise Killed

    return on_epoch


@pytest.mark.parametrize("kill", [1, 2])
@pytest.mark.parametrize("kind", ["fixed", "learned", "float"])
def test_a_resumed_run_ends_where_an_uninterrupted_one_does(tmp_path, kind, kill):
    recipe = floated(tiny_recipe()) if kind == "float" else tiny_recipe(mask=kind)
    training, validation = stripes(96, 0), stripes(64, 1)
    whole = fit(recipe, 5, training, validation, tmp_path / "whole.pt")
    with pytest.raises(Killed):
        fit(recipe, 5, training, validation, tmp_path / "killed.pt", on_epoch=kill_after(kill))
    resumed = fit(recipe, 5, training, validation, tmp_path / "killed.pt")
    assert (resumed.epoch, resumed.accuracy) == (whole.epoch, whole.accuracy)
    for name, tensor in whole.net.state_dict().items():
        assert torch.equal(tensor, resumed.net.state_dict()[name])


def test_the_best_epoch_is_returned_and_a_learned_mask_is_cut_by_then(tmp_path):
    seen = []
    recipe = tiny_recipe(mask="learned")
    validation = stripes(64, 1)
    best = fit(recipe, 0, stripes(96, 0), validation, tmp_path / "run.pt", on_epoch=seen.append)
    assert [epoch.number for epoch in seen] == [0, 1, 2, 3]
    assert best.epoch >= recipe.train.mask_epochs
    assert best.accuracy == max(epoch.accuracy for epoch in seen[recipe.train.mask_epochs :])
    assert best.accuracy == accuracy(best.net, validation)
    assert best.net[0].linear.index.shape[1] == 7


def test_a_small_network_learns(tmp_path):
    recipe = tiny_recipe(epochs=8, learning_rate=0.05)
    best = fit(recipe, 0, stripes(1000, 0), stripes(300, 1), tmp_path / "run.pt")
    assert best.accuracy > 0.5


def test_the_teacher_changes_what_is_learned(tmp_path):
    training, validation = stripes(96, 0), stripes(64, 1)
    recipe = tiny_recipe(distill="teacher", distill_weight=1.0, epochs=1, mask_epochs=1)
    teacher = fit(floated(recipe), 0, training, validation, tmp_path / "teacher.pt").net
    alone = fit(recipe, 0, training, validation, tmp_path / "alone.pt").net
    taught = fit(recipe, 0, training, validation, tmp_path / "taught.pt", teacher=teacher).net
    assert not torch.equal(alone[0].linear.weight, taught[0].linear.weight)


def test_without_resume_a_run_starts_anew(tmp_path):
    seen = []
    data = stripes(96, 0)
    for _ in range(2):
        fit(tiny_recipe(epochs=2), 0, data, data, tmp_path / "run.pt", resume=False, on_epoch=seen.append)
    assert [epoch.number for epoch in seen] == [0, 1, 0, 1]
    assert seen[:2] == seen[2:]


def test_a_cut_network_is_calibrated_anew(tmp_path, monkeypatch):
    kept = []
    calibrate = IntegerNet.calibrate

    def spy(net, images):
        kept.append(net[0].linear.index.shape[1])
        calibrate(net, images)

    monkeypatch.setattr(IntegerNet, "calibrate", spy)
    data = stripes(96, 0)
    fit(tiny_recipe(mask="learned"), 0, data, data, tmp_path / "run.pt")
    fit(tiny_recipe(mask="fixed"), 0, data, data, tmp_path / "other.pt")
    assert kept == [56, 7, 7]


def test_another_teacher_starts_a_run_anew(tmp_path):
    seen = []
    data = stripes(96, 0)
    recipe = tiny_recipe(distill="teacher", epochs=1, mask_epochs=1)
    for seed in (0, 0, 1):
        teacher = fit(floated(recipe), seed, data, data, tmp_path / f"teacher{seed}.pt").net
        fit(recipe, 0, data, data, tmp_path / "run.pt", teacher=teacher, on_epoch=seen.append)
    learned, resumed, anew = seen
    assert learned == resumed != anew


def test_a_resumed_run_tells_of_its_last_epoch_first(tmp_path):
    seen, data = [], stripes(96, 0)
    with pytest.raises(Killed):
        fit(tiny_recipe(), 5, data, data, tmp_path / "run.pt", on_epoch=kill_after(1))
    fit(tiny_recipe(), 5, data, data, tmp_path / "run.pt", on_epoch=seen.append)
    assert [epoch.number for epoch in seen] == [1, 2, 3]


def test_a_start_from_a_teacher_needs_one_and_a_network_that_can_take_its_weights(tmp_path):
    data = stripes(96, 0)
    recipe = tiny_recipe(distill="teacher", start_from_teacher=True)
    teacher = fit(floated(tiny_recipe(epochs=1, mask_epochs=1)), 0, data, data, tmp_path / "teacher.pt").net
    neurons = replace(recipe, spiking=SpikingChoice())
    wanted = "start_from_teacher: needs a "
    for plan, taught_by, message in (
        (recipe, None, f"{wanted}teacher, and integer arithmetic"),
        (floated(recipe), teacher, f"{wanted}teacher, and integer arithmetic"),
        (neurons, teacher, f"{wanted}network that does not spike"),
    ):
        with pytest.raises(InvalidRecipe, match=message):
            fit(plan, 0, data, data, tmp_path / "run.pt", teacher=taught_by)


def test_a_run_that_ends_before_its_masks_are_cut_has_no_best_epoch(tmp_path):
    data = stripes(96, 0)
    with pytest.raises(InvalidRecipe, match="no epoch came after the masks were cut"):
        fit(tiny_recipe(mask="learned", epochs=2), 0, data, data, tmp_path / "run.pt")


def test_training_ends_where_nothing_has_become_better_for_long_enough(tmp_path):
    recipe = tiny_recipe()
    patient = replace(recipe, train=replace(recipe.train, epochs=60, patience=3))
    seen = []
    training, validation = stripes(96, 0), stripes(64, 1)
    best = fit(patient, 0, training, validation, tmp_path / "run.pt", on_epoch=seen.append)
    first = [epoch.accuracy for epoch in seen].index(best.accuracy)
    assert len(seen) == first + 4 < 60
    again = fit(patient, 0, training, validation, tmp_path / "run.pt", on_epoch=seen.append)
    assert (again.epoch, seen[-1]) == (best.epoch, seen[-2])  # it has ended, and goes on no further


def weights_of(recipe, folder, **more):
    data = patches if recipe.convolves else stripes
    trained = fit(recipe, 0, data(96, 0), data(64, 1), folder / "run.pt", resume=False, **more)
    return torch.cat([one.flatten() for one in trained.net.state_dict().values()])


@pytest.mark.parametrize("kind", ["dense", "spiking", "learned", "float"])
def test_bfloat16_is_the_same_each_time_and_near_to_float32(tmp_path, kind):
    how = {"epochs": 1, "mask_epochs": 1, "precision": "bfloat16"}
    recipe = {
        "dense": tiny_recipe(**how),
        "spiking": spiking_recipe(schedule=how),
        "learned": conv_recipe("cifar10", **how),
        "float": floated(conv_recipe("cifar10", **how)),
    }[kind]
    first, again = (weights_of(recipe, tmp_path) for _ in range(2))
    exact = weights_of(replace(recipe, train=replace(recipe.train, precision="float32")), tmp_path)
    assert torch.equal(first, again)
    assert not torch.equal(first, exact) and (first - exact).norm() < 0.1 * exact.norm()


def test_what_a_network_of_bfloat16_is_chosen_by_is_exact(tmp_path):
    recipe = conv_recipe("cifar10", epochs=1, mask_epochs=1, precision="bfloat16")
    validation = patches(64, 1)
    trained = fit(recipe, 0, patches(96, 0), validation, tmp_path / "run.pt")
    network = export(trained.net, "exact")
    found = run(network, validation.images.flatten(1).numpy()).classes
    assert (found == validation.labels.numpy()).mean() == trained.accuracy


@pytest.mark.parametrize("kind", ["dense", "gathered", "conv", "spiking", "timeless", "learned"])
def test_short_cuts_make_the_same_network_file(tmp_path, monkeypatch, kind):
    spiking = {"distill": "x", "epochs": 3}
    how = spiking | {"activity": 0.3}
    recipe = {
        "dense": tiny_recipe(**how),
        "gathered": gathered_recipe(**how),
        "conv": conv_recipe("cifar10", **how),
        "spiking": spiking_recipe(schedule=spiking),
        "timeless": spiking_recipe("discontinuous", schedule=spiking, readout="membrane"),
        "learned": tiny_recipe(mask="learned", **how),
    }[kind]
    data = patches if recipe.convolves else stripes
    knows = build_float(floated(recipe if recipe.convolves else tiny_recipe()), 0).eval()
    made = []
    for plain in (False, True):
        if plain:  # torch's own Adam, layers and batches one by one, images as floats
            monkeypatch.setattr(loop, "Adam", Torchs)
            monkeypatch.setattr(loop, "in_bytes", lambda images: images)
            monkeypatch.setattr(teacher, "AHEAD", 1)
            monkeypatch.setattr(BlockLinear, "chains", lambda self, n: False)
        torch.manual_seed(plain)  # what was drawn before does not matter
        trained = fit(recipe, 0, data(96, 0), data(64, 1), tmp_path / f"{plain}.pt", teacher=knows)
        made.append(dump(export(trained.net, "made")))
    assert made[0] == made[1]


class Asked(TorchDispatchMode):
    """Refuses whatever makes the CPU wait for a device: a number, or a shape that depends on values."""

    WAITS = ("_local_scalar_dense", "nonzero", "equal", "is_nonzero", "unique")

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        assert not any(func.name().startswith(f"aten::{name}") for name in self.WAITS), func.name()
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("recipe", [tiny_recipe(distill="x", activity=0.1), spiking_recipe(), conv_recipe()])
def test_a_step_asks_its_device_for_nothing(monkeypatch, recipe):
    data = stripes(64, 0)
    taught = build_float(floated(tiny_recipe()), 0).eval() if recipe.train.distill else None
    net = build(recipe, 0)
    net.calibrate(data.images)
    optimiser = Adam(net.groups(0.01), loop.ADAM_EPSILON)
    how = {"seed": 0, "teacher": Teacher(taught) if taught else None, "images": data.images}
    loop._epoch(net, optimiser, recipe, data, number=0, **how)  # scales are read once

    def refused(*_):
        raise AssertionError("tensors became arrays")

    with Asked(), monkeypatch.context() as patched:
        patched.setattr(torch.Tensor, "numpy", refused)
        patched.setattr(torch.Tensor, "tolist", lambda losses: [0.0] * len(losses))  # once an epoch
        loop._epoch(net, optimiser, recipe, data, number=1, **how)


def test_what_refuses_to_be_asked_does():
    with pytest.raises(AssertionError, match="_local_scalar_dense"), Asked():
        torch.ones(1).item()
