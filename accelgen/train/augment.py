"""Random affine distortions of a batch of images, drawn anew each time an image is seen."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from accelgen.train.choices import Augmentation

__all__ = ["distort"]


def distort(images: Tensor, how: Augmentation, generator: torch.Generator) -> Tensor:
    """Rotate, scale, shear and shift each image by its own random amounts.

    Parameters
    ----------
    images : float[n, height, width]
        Pixels of 0 to 255.
    how : Augmentation
        Half-widths of the uniform distributions.
    generator : torch.Generator
        Source of the draw.

    Returns
    -------
    float[n, height, width]
        Pixels of 0 to 255, black where nothing was.
    """
    count, height, width = images.shape
    angle, stretch_x, stretch_y, shear, move_x, move_y = 2 * torch.rand(6, count, generator=generator) - 1
    angle = angle * math.radians(how.rotation)
    cos, sin, shear = angle.cos(), angle.sin(), shear * how.shear
    stretch_x, stretch_y = 1 + stretch_x * how.scale, 1 + stretch_y * how.scale
    # Output to input coordinates, -1 to 1 across the image: rotation x shear x scale, then the shift.
    move_x, move_y = move_x * how.shift * 2 / width, move_y * how.shift * 2 / height
    top = torch.stack([cos * stretch_x, (cos * shear - sin) * stretch_y, move_x], 1)
    bottom = torch.stack([sin * stretch_x, (sin * shear + cos) * stretch_y, move_y], 1)
    grid = affine_grid(torch.stack([top, bottom], 1), [count, 1, height, width], align_corners=False)
    return grid_sample(images[:, None], grid, align_corners=False)[:, 0]
