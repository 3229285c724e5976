"""Random distortions of pictures and of series, drawn anew each time a sample is seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, partial

import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from accelgen.network.coding import Coding
from accelgen.train.recipe_tables import Augmentation

__all__ = ["augment", "crop_and_mirror", "distort", "sway"]


def augment(
    images: Tensor,
    augmentation: Augmentation,
    generator: torch.Generator,
    coding: Coding | None = None,
    parts: Sequence[int] = (),
) -> Tensor:
    """Distort images as ``augmentation`` says, and return them with the same shape and type.

    Codes of features, which have a ``coding``, are given to `sway`, grey images float[n, height, width] to
    `distort`, and coloured ones to `crop_and_mirror`. Where nothing is to be done, nothing is: to
    interpolate between the places where pixels are changes them.

    ``parts`` are the sizes of batches that come one after the other, each with numbers drawn for itself;
    there is one if they are left out.
    """
    if augmentation == Augmentation():
        return images
    parts = parts or [len(images)]
    if coding is None and images.dim() == 3:
        return distort(images, augmentation, generator, parts)
    change = partial(sway, coding=coding) if coding is not None else crop_and_mirror
    changed = [
        change(some, augmentation=augmentation, generator=generator) for some in images.split(list(parts))
    ]
    return torch.cat(changed) if len(changed) > 1 else changed[0]


def sway(codes: Tensor, augmentation: Augmentation, coding: Coding, generator: torch.Generator) -> Tensor:
    """Shift each series by its own number of whole steps, make it stronger or weaker, and add noise.

    Parameters
    ----------
    codes : [n, height, steps] or [n, height, steps, channels]
        Codes of 0 to 255, or signed ones.
    augmentation : Augmentation
        Says how far: steps to either side, the half-width of a uniform factor around 1, and noise as a share
        of the range of codes.
    coding : Coding
        Whose features they are: a factor leaves a feature of 0 where it is.
    generator : torch.Generator
        Random generator.

    Returns
    -------
    Tensor
        Codes of the same shape and type. Where a series has moved away from its end, the last value stays.
    """
    count, steps, most, device = len(codes), codes.shape[2], int(augmentation.shift), codes.device
    # Drawn on the CPU, so that every device sees the same distortions.
    moved = torch.randint(-most, most + 1, (count, 1), generator=generator).to(device)
    factors = 1 + augmentation.scale * (2 * torch.rand(count, generator=generator).to(device) - 1)
    noise = torch.randn(codes.shape, generator=generator).to(device) * (255 * augmentation.noise)
    places = (torch.arange(steps, device=device) + moved).clamp(0, steps - 1)
    swayed = (
        codes.transpose(1, 2)[torch.arange(count, device=device)[:, None], places].transpose(1, 2).float()
    )
    zero = torch.tensor(coding.offset, dtype=torch.float64) / torch.tensor(coding.scale, dtype=torch.float64)
    zero = -zero.float().to(device)
    zero = zero.view(codes.shape[1:]) if len(zero) > 1 else zero
    swayed = zero + (swayed - zero) * factors.view(-1, *[1] * (codes.dim() - 1)) + noise
    return swayed.round().clamp(*coding.ends).to(codes.dtype)


def crop_and_mirror(images: Tensor, augmentation: Augmentation, generator: torch.Generator) -> Tensor:
    """Shift each image by its own random number of whole pixels, and mirror half of them.

    Parameters
    ----------
    images : [n, height, width, channels]
        Pixels of 0 to 255.
    augmentation : Augmentation
        Says how far, and whether to mirror.
    generator : torch.Generator
        Random generator.

    Returns
    -------
    [n, height, width, channels]
        Images of the same type, black where nothing was.
    """
    count, height, width = images.shape[:3]
    device = images.device
    # Drawn on the CPU, so that every device sees the same distortions.
    down, right = torch.randint(2 * augmentation.crop + 1, (2, count, 1), generator=generator).to(device)
    mirrored = torch.rand(count, 1, generator=generator).to(device) < 0.5
    rows, columns = (torch.arange(n, device=device) + by for n, by in ((height, down), (width, right)))
    if augmentation.mirror:
        columns = torch.where(mirrored, columns.flip(1), columns)
    framed = torch.nn.functional.pad(images, (0, 0, *[augmentation.crop] * 4))
    return framed[torch.arange(count, device=device)[:, None, None], rows[:, :, None], columns[:, None, :]]


def distort(
    images: Tensor, augmentation: Augmentation, generator: torch.Generator, parts: Sequence[int] = ()
) -> Tensor:
    """Rotate, scale, shear and shift each image by its own random amounts.

    Parameters
    ----------
    images : float[n, height, width]
        Pixels of 0 to 255.
    augmentation : Augmentation
        Half-widths of the uniform distributions.
    generator : torch.Generator
        Random generator.
    parts : sequence of int
        See `augment`.

    Returns
    -------
    float[n, height, width]
        Pixels of 0 to 255, black where nothing was.
    """
    (height, width), parts = images.shape[1:], list(parts or [len(images)])
    drawn = torch.cat([torch.rand(6, count, generator=generator) for count in parts], 1).to(images.device)
    angle, stretch_x, stretch_y, shear, move_x, move_y = (2 * drawn - 1).unbind()
    # Of a few angles together a library may make another last bit than of each batch alone.
    angles = (angle * math.radians(augmentation.rotation)).split(parts)
    cos, sin = torch.cat([one.cos() for one in angles]), torch.cat([one.sin() for one in angles])
    shear = shear * augmentation.shear
    stretch_x, stretch_y = 1 + stretch_x * augmentation.scale, 1 + stretch_y * augmentation.scale
    # Output to input coordinates, -1 to 1 across the image: rotation x shear x scale, then the shift.
    move_x, move_y = move_x * augmentation.shift * 2 / width, move_y * augmentation.shift * 2 / height
    top = torch.stack([cos * stretch_x, (cos * shear - sin) * stretch_y, move_x], 1)
    bottom = torch.stack([sin * stretch_x, (sin * shear + cos) * stretch_y, move_y], 1)
    matrices = torch.stack([top, bottom], 1)
    # Batch by batch: the places that all pixels come from are more than a processor keeps at hand.
    seen = [
        grid_sample(some[:, None], _grid(of_some, height, width), align_corners=False)[:, 0]
        for some, of_some in zip(images.split(parts), matrices.split(parts), strict=True)
    ]
    return torch.cat(seen) if len(seen) > 1 else seen[0]


def _grid(matrices: Tensor, height: int, width: int) -> Tensor:
    """Return what `torch.nn.functional.affine_grid` does, float[n, height, width, 2].

    That one multiplies matrices of three columns, which takes twenty times as long, and rounds as each
    processor does.
    """
    right, down = _places(height, width, matrices.device)
    of_right, of_down, shift = matrices[..., None].unbind(2)
    # All places of an image are one row: long enough for the processor's vectors, as 28 are not.
    grid = (right * of_right).add_(down * of_down).add_(shift)
    return grid.view(-1, 2, height, width).permute(0, 2, 3, 1)


@cache
def _places(height: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return how far right and how far down the middle of each pixel is, -1 to 1, float[height * width]."""
    right, down = (torch.linspace(-1, 1, size, device=device) * (size - 1) / size for size in (width, height))
    return right.repeat(height), down.repeat_interleave(width)
