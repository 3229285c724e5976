"""Distortions move images about, reproducibly, and leave them alone when told to."""

import pytest
import torch

from accelgen.train.augment import distort
from accelgen.train.choices import Augmentation


def picture(count=4):
    images = torch.zeros(count, 28, 28)
    images[:, 10:14, 8:20] = 200.0
    return images


def test_no_augmentation_changes_nothing():
    images = picture()
    moved = distort(images, Augmentation(), torch.Generator().manual_seed(0))
    assert torch.allclose(moved, images, atol=1e-2)


def test_the_draw_depends_on_the_generator_alone():
    how = Augmentation(10, 2, 0.1, 0.1)
    first, again, other = (distort(picture(), how, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first[0], first[1])


def test_pixels_stay_in_range_and_shifts_stay_within_theirs():
    moved = distort(picture(500), Augmentation(shift=2.0), torch.Generator().manual_seed(0))
    assert moved.min() >= 0
    assert moved.max() <= 200.001
    rows = moved.sum(2)
    centre = (rows * torch.arange(28)).sum(1) / rows.sum(1)
    assert (centre - 11.5).abs().max().item() == pytest.approx(2, abs=0.05)
