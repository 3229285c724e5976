"""The float reference has the recipe's topology and no sparsity."""

from dataclasses import replace

import torch

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
