"""Distortions move images about, reproducibly, and leave them alone when told to."""

import pytest
import torch

from accelgen.network import Coding
from accelgen.train.augment import _grid, augment, crop_and_mirror, distort, sway
from accelgen.train.recipe_tables import Augmentation
from tests.train.drawn import patches


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


def test_a_crop_is_a_shift_by_whole_pixels_and_half_are_mirrored():
    images = torch.zeros(400, 32, 32, 3, dtype=torch.uint8)
    images[:, 10, 9, 1] = 200
    moved = crop_and_mirror(images, Augmentation(crop=4, mirror=True), torch.Generator().manual_seed(0))
    assert (moved.shape, moved.dtype) == (images.shape, torch.uint8)
    assert (moved == 200).sum(dim=(1, 2, 3)).eq(1).all()
    _, rows, columns, channels = (moved == 200).nonzero(as_tuple=True)
    assert set(rows.tolist()) == set(range(6, 15)) and set(channels.tolist()) == {1}
    assert set(columns.tolist()) == set(range(5, 14)) | set(range(31 - 13, 31 - 4))
    assert 150 < (columns < 16).sum() < 250


def test_no_crop_changes_nothing_and_what_is_cut_off_becomes_black():
    images = patches(5, 0).images
    assert torch.equal(augment(images, Augmentation(), torch.Generator()), images)
    white = torch.full((50, 8, 8, 3), 255, dtype=torch.uint8)
    moved = augment(white, Augmentation(crop=2), torch.Generator().manual_seed(0))
    assert set(moved.unique().tolist()) == {0, 255} and (moved[:, 2:6, 2:6] == 255).all()


def test_grey_images_are_distorted():
    how = Augmentation(10, 2)
    one, two = (f(picture(), how, torch.Generator().manual_seed(0)) for f in (augment, distort))
    assert torch.equal(one, two)


@pytest.mark.parametrize("shape", [(5, 28, 28), (5, 1, 30), (5, 8, 6, 3)])
def test_where_nothing_is_to_be_done_no_value_changes(shape):
    images = torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(0)).float()
    assert torch.equal(augment(images, Augmentation(), torch.Generator().manual_seed(1)), images)


def test_a_series_sways_about_zero_and_its_ends_stay():
    coding = Coding((-1.0,), (2 / 256,))  # 0 is code 128
    codes = torch.full((300, 1, 6), 128.0)
    codes[:, :, -1] = 228
    how = Augmentation(shift=2)
    moved = sway(codes, how, coding, torch.Generator().manual_seed(0))
    assert set(moved.unique().tolist()) == {128, 228}
    assert {int(row.sum()) for row in (moved == 228)[:, 0]} == {0, 1, 2, 3}
    stronger = sway(codes, Augmentation(scale=0.5), coding, torch.Generator().manual_seed(0))
    assert (stronger[:, :, :-1] == 128).all() and 170 < stronger[:, 0, -1].min() < 185
    assert stronger[:, 0, -1].max() == 255
    noisy = augment(codes, Augmentation(noise=0.02), torch.Generator().manual_seed(0), coding)
    assert 4.5 < (noisy - codes)[:, :, :-1].std() < 5.7 and torch.equal(noisy, noisy.round())


def test_a_series_of_signed_codes_sways_about_zero():
    coding = Coding((0.0,), (2 / 256,), True)
    codes = torch.tensor([0.0, 100.0, -100.0]).expand(300, 1, 3)
    stronger = sway(codes, Augmentation(scale=0.5), coding, torch.Generator().manual_seed(0))
    assert (stronger[..., 0] == 0).all() and stronger.min() == -128 and stronger.max() == 127
    assert 45 < stronger[..., 1].min() < 55 and -55 < stronger[..., 2].max() < -45
    whole = sway(codes.to(torch.int8), Augmentation(noise=0.1), coding, torch.Generator().manual_seed(0))
    assert whole.dtype == torch.int8 and whole[..., 0].float().mean().abs() < 4


def test_a_series_of_channels_keeps_them_together():
    codes = torch.arange(2 * 5 * 3, dtype=torch.uint8).view(1, 2, 5, 3).repeat(40, 1, 1, 1)
    coding = Coding((0.0,), (1.0,))
    moved = sway(codes, Augmentation(shift=1), coding, torch.Generator().manual_seed(1))
    assert moved.dtype == torch.uint8 and moved.shape == codes.shape
    places = (moved[:, 0, :, 0] // 3)[:, None, :, None]
    assert torch.equal(moved, codes.gather(2, places.long().expand(-1, 2, -1, 3)))


@pytest.mark.parametrize(("height", "width", "count"), [(28, 28, 128), (9, 13, 5), (1, 20, 3)])
def test_the_grid_is_that_of_torch_but_for_how_processors_round(height, width, count):
    generator = torch.Generator().manual_seed(count)
    matrices = torch.eye(2, 3) + 0.2 * torch.randn(count, 2, 3, generator=generator)
    wanted = torch.nn.functional.affine_grid(matrices, [count, 1, height, width], align_corners=False)
    # Some multiply and add in one rounding, and some in two.
    assert (_grid(matrices, height, width) - wanted).abs().max() <= 2 * torch.finfo(torch.float32).eps


@pytest.mark.parametrize("kind", ["grey", "coloured", "series"])
def test_batches_in_a_row_are_distorted_as_batches_alone(kind):
    series = torch.randint(256, (37, 1, 20), generator=torch.Generator().manual_seed(3)).float()
    images, how, coding = {
        "grey": (picture(37), Augmentation(10, 2, 0.1, 0.1), None),
        "coloured": (patches(37, 0).images, Augmentation(crop=2, mirror=True), None),
        "series": (series, Augmentation(shift=2), Coding((0.0,), (1.0,))),
    }[kind]
    parts = [16, 16, 5]
    one, other = (torch.Generator().manual_seed(1) for _ in range(2))
    alone = torch.cat([augment(some, how, one, coding) for some in images.split(parts)])
    assert torch.equal(augment(images, how, other, coding, parts), alone)
    assert not torch.equal(alone, images)
