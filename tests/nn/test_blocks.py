"""Blocks of weights take shapes as torch has them, and refuse what no network holds."""

import numpy as np
import pytest
import torch
from torch.nn.functional import conv1d, conv2d, pad

from accelgen import nn
from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.nn.blocks import block_width


def test_a_convolution_is_that_of_torch():
    torch.manual_seed(0)
    layer = nn.BlockConv2d(6, 10, 3, 2, 1, bits=4, compression=2, block=(4, 3))
    x = torch.randint(16, (5, 6, 9, 7)).float()
    kernels = torch.from_numpy(layer.kernels()).float()
    assert torch.equal(layer(x), conv2d(x, kernels, stride=2, padding=1))
    assert torch.equal(layer(x[:, :, :5]), conv2d(x[:, :, :5], kernels, stride=2, padding=1))
    assert (kernels == 0).any() and "1 of 2 blocks of 4 x 3" in repr(layer)


def test_axes_and_sides_may_differ():
    layer = nn.BlockConv2d(4, 6, (5, 2), (1, 2), (4, 0, 1, 0), compression=2, block=(3, 2))
    x = torch.randint(16, (5, 4, 9, 8)).float()
    kernels = torch.from_numpy(layer.kernels()).float()
    assert torch.equal(layer(x), conv2d(pad(x, (1, 0, 4, 0)), kernels, stride=(1, 2)))
    with pytest.raises(InvalidNetwork, match="^padding: left: must be an integer of 0 to 1, not 2$"):
        nn.BlockConv2d(4, 6, (5, 2), 1, (0, 0, 2, 0))


@pytest.mark.parametrize(("padding", "ends"), [(1, (1, 1)), ((3, 0), (3, 0))])
def test_a_series_is_an_image_of_one_row(padding, ends):
    layer = nn.BlockConv1d(2, 4, 5, 2, padding)
    x = torch.randint(16, (5, 2, 30)).float()
    kernels = torch.from_numpy(layer.kernels()).float()
    assert torch.equal(layer(x), conv1d(pad(x, ends), kernels[:, :, 0], stride=2))


def test_torch_decides_all_draws():
    made = []
    for seed in (3, 3, 4):
        torch.manual_seed(seed)
        made.append(nn.BlockLinear(64, 32, compression=4))
    assert torch.equal(made[0].weight, made[1].weight) and torch.equal(made[0].index, made[1].index)
    assert not torch.equal(made[0].weight, made[2].weight)


def test_pruning_keeps_the_strongest_and_must_be_exact():
    layer = nn.BlockLinear(32, 8, block=(8, 4))
    with torch.no_grad():
        layer.weight[0, 5] += 50
    layer.prune(8)
    assert layer.index.tolist() == [[5]]
    with pytest.raises(InvalidOption, match="^compression: 8 blocks in a row are no multiple of 3$"):
        layer.prune(3)


def test_rows_that_agree_are_not_left_with_the_same_block():
    layer = nn.BlockLinear(8, 16, block=(4, 2))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([4.0, 3.5, 3.0, 2.9])[:, None, None].expand(4, 4, 4, 2))
    layer.prune(4)
    assert sorted(layer.index.flatten().tolist()) == [0, 1, 2, 3]


def test_channels_of_a_pixel_stay_together():
    x = torch.arange(24).view(1, 2, 3, 4)
    assert nn.Flatten()(x).tolist() == [np.arange(24).reshape(2, 12).T.ravel().tolist()]


@pytest.mark.parametrize(
    ("inputs", "compression", "whole", "wanted"),
    [
        (64, 4, False, 16),
        (30, 4, False, 9),
        (30, 1, False, 15),
        (12, 2, True, 6),
        (7, 1, True, 7),
        (3, 1, True, 3),
    ],
)
def test_widths_of_blocks(inputs, compression, whole, wanted):
    assert block_width(inputs, compression, whole_blocks=whole) == wanted


def test_a_compression_that_cannot_be_met_is_refused():
    with pytest.raises(
        InvalidOption, match="^compression: 3 inputs cannot be cut into a multiple of 2 blocks$"
    ):
        block_width(3, 2, whole_blocks=True)
    with pytest.raises(InvalidOption, match="^bits: must be an integer of 1 to 8, not 9$"):
        nn.BlockLinear(4, 4, 9)
    with pytest.raises(InvalidOption, match="^compression: 3 blocks in a row are no multiple of 2$"):
        nn.BlockLinear(12, 4, block=(4, 4), compression=2)
