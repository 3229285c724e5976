"""A recipe and a seed decide the module."""

import numpy as np
import torch

from accelgen.network.encoding import quantise_pixels
from accelgen.train.build import build
from tests.train.drawn import stripes, tiny_recipe


def test_the_seed_decides_weights_and_masks():
    first, again, other = (build(tiny_recipe(), seed) for seed in (1, 1, 2))
    for name, tensor in first.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name])
    assert not torch.equal(first[0].linear.weight, other[0].linear.weight)
    assert not torch.equal(first[0].linear.index, other[0].linear.index)


def test_pixels_are_quantised_by_the_contract():
    net = build(tiny_recipe(pixel_bits=3), 0)
    images = stripes(5, 0).images + 0.4
    wanted = quantise_pixels(images.clamp(max=255).numpy().astype(np.uint8).reshape(5, -1), 3)
    assert np.array_equal(net.encode(images.clamp(max=255)).numpy(), wanted)


def test_learned_masks_start_dense_and_are_cut_to_the_compression():
    recipe = tiny_recipe(mask="learned")
    net = build(recipe, 0)
    assert all(layer.linear.mask.all() for layer in net)
    net.cut(recipe)
    assert [layer.linear.index.shape[1] for layer in net] == [56 // 8, 4 // 2, 4]


def test_shadow_weights_stay_in_range():
    net = build(tiny_recipe(bits=2), 0)
    with torch.no_grad():
        net[1].linear.weight.mul_(100)
    net.keep_in_range()
    assert (net[1].linear.weight.min().item(), net[1].linear.weight.max().item()) == (-2, 1)
