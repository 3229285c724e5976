"""The float reference has the recipe's topology and no sparsity, and is measured as its task is."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from accelgen.train import run
from accelgen.train.recipe import load_recipe
from accelgen.train.recipe_layers import ConvChoice
from accelgen.train.reference import build_float
from tests.train.drawn import conv_recipe, floated, patches, stripes, tiny_recipe


def test_topology_is_the_recipes():
    net = build_float(tiny_recipe(), 0)
    shapes = [tuple(layer.weight.shape) for layer in net if isinstance(layer, torch.nn.Linear)]
    assert shapes == [(20, 784), (15, 20), (10, 15)]


def test_the_seed_decides_the_weights_and_nothing_else_is_disturbed():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    first, again, other = (build_float(tiny_recipe(), seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first[0].weight, again[0].weight)
    assert not torch.equal(first[0].weight, other[0].weight)


def test_pixels_enter_as_zero_to_one():
    x = build_float(tiny_recipe(), 0).encode(stripes(3, 0).images)
    assert x.shape == (3, 784)
    assert (x.min().item(), x.max().item()) == (0, 1)


def test_convolutions_pool_as_the_recipe_says():
    recipe = floated(conv_recipe("cifar10"))
    net = build_float(recipe, 0)
    x = net.encode(patches(4, 0).images)
    assert x.shape == (4, 3, 32, 32) and x.max() <= 1
    shapes = []
    for layer in net:
        x = layer(x)
        shapes.append(tuple(x.shape[1:]))
    for shape in recipe.shapes[1:]:  # (height, width, channels), or (outputs,)
        assert (shape if len(shape) == 1 else (shape[2], *shape[:2])) in shapes
    assert shapes[-1] == (10,)
    assert build_float(floated(conv_recipe()), 0).encode(stripes(3, 0).images).shape == (3, 1, 28, 28)


def test_sides_of_their_own_are_those_of_the_recipe():
    recipe = floated(conv_recipe())
    odd = ConvChoice(6, kernel=[5, 2], stride=[2, 1], padding=[4, 0, 0, 1], pool=[1, 3])
    net = build_float(replace(recipe, layers=(odd, *recipe.layers[1:])), 0)
    x = net.encode(stripes(3, 0).images)
    assert x.shape == (3, 1, 28, 28) and isinstance(net[0], torch.nn.ZeroPad2d)
    height, width, channels = odd.leaving((28, 28, 1))
    for layer in net[:5]:
        x = layer(x)
    assert x.shape == (3, channels, height, width) and isinstance(net[4], torch.nn.ReLU)
    assert net.eval()(net.encode(stripes(3, 0).images)).shape == (3, 10)


TASKS = ["regression", "reconstruction", "labels", "threshold"]
OWN = """
[data]
path = "own.npz"
task = "{}"
[train]
arithmetic = "float"
epochs = 25
batch = 16
learning_rate = 0.01
[[layer]]
outputs = 16
[[layer]]
outputs = {}
"""


def trained(task, folder):
    """Train a float network of 16 hidden outputs on 300 made-up samples; return its recipe and its facts."""
    x = np.random.default_rng(0).normal(size=(300, 4))
    x[:, 3] *= 100
    y = {
        "regression": np.stack([10 * x[:, 0] - 5, x[:, 1] + x[:, 2]], axis=1),
        "labels": np.stack([x[:, 0] > 0, x[:, 1] > x[:, 2]], axis=1).astype(int),
        "threshold": (x[:, 0] + x[:, 1] > 0).astype(int),
    }
    np.savez(folder / "own.npz", x=x, **({"y": y[task]} if task in y else {}))
    outputs = {"threshold": 1, "reconstruction": 4}.get(task, 2)
    (folder / "recipe.toml").write_text(OWN.format(task, outputs))
    facts = json.loads(run.train(folder, progress=False).read_text())
    return load_recipe(folder / "recipe.toml"), facts


def scores(recipe):
    """Return what the network of a recipe that is trained says of its test set, float64[n, outputs]."""
    splits = run.load_splits(recipe.data_set, None)
    net = run.train_one(recipe, splits, recipe.folder / "checkpoints", progress=False).net
    with torch.no_grad():
        return net(net.encode(run.load_split(recipe.data_set, "test", None).images)).double().numpy()


def naive_auc(found, right):
    """Return the share of pairs of a yes and a no in which yes has the higher score."""
    return float(np.mean([yes > no for yes in found[right == 1] for no in found[right == 0]]))


@pytest.mark.parametrize("task", TASKS)
def test_a_reference_is_measured_on_its_test_set_in_the_measures_of_its_task(task, tmp_path):
    recipe, facts = trained(task, tmp_path)
    data, found = recipe.data_set, scores(recipe)
    learned, test = data.load("train"), data.load("test")
    assert (facts["test_images"], facts["test_data"]) == (60, "own.npz test set") and len(found) == 60
    measured = {name: value for name, value in facts.items() if name.startswith("test_")}
    del measured["test_images"], measured["test_data"]
    if task in ("labels", "threshold"):
        columns = test.labels.reshape(60, -1).T
        wanted = {"test_auc": np.mean([naive_auc(*pair) for pair in zip(found.T, columns, strict=True)])}
    else:
        numbers = [part.labels for part in (learned, test)]
        if task == "reconstruction":
            numbers = [data.coding.middle(part.pixels) for part in (learned, test)]
        known, right = numbers
        unit = np.array(data.coding.scale) if task == "reconstruction" else 1  # codes of 8 bits
        error = (found * known.std(axis=0) + known.mean(axis=0) - right) / unit
        left, spread = error**2, ((right - right.mean(axis=0)) / unit) ** 2
        along = 0 if task == "regression" else None
        shares = left.sum(axis=along) / spread.sum(axis=along)
        wanted = {"test_r2": 1 - np.mean(shares), "test_rmse": np.sqrt(left.mean())}
    assert measured == pytest.approx(wanted, abs=2e-5)
    assert wanted.get("test_auc", 1) > 0.8 and wanted.get("test_r2", 1) > 0.5
