"""The float reference: the same topology without any of the hardware's limits.

It is a figure to compare with, and a teacher; it is never exported.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from accelgen.network.window import Window
from accelgen.train.recipe import Recipe
from accelgen.train.recipe_layers import ConvChoice

__all__ = ["FloatNet", "build_float"]

DROPOUT = 0.2


class FloatNet(nn.Sequential):
    """Linear, batch norm, ReLU and dropout, and again; one linear layer gives the scores.

    Before them there may be convolutions, each with its pooling, batch norm and ReLU.
    """

    def encode(self, images: Tensor) -> Tensor:
        """Return the inputs of ``images`` [n, height, width] or [n, height, width, channels] of 0 to 255.

        Signed codes are -128 to 127.

        Returns
        -------
        float[n, pixels]
            Or float[n, channels, height, width] for a convolution.
        """
        if not isinstance(self[0], nn.Conv2d | nn.ZeroPad2d):
            return images.flatten(1) / 255
        images = images if images.dim() == 4 else images[..., None]
        return images.permute(0, 3, 1, 2) / 255

    def logits(self, scores: Tensor) -> Tensor:
        """Return scores float[n, classes] on the scale of the loss."""
        return scores

    @property
    def unit(self) -> float:
        """What a step of a score is on the scale of the loss: 1."""
        return 1.0

    def groups(self, learning_rate: float) -> list[dict]:
        """Return the optimiser's parameter groups."""
        return [{"params": list(self.parameters()), "lr": learning_rate}]

    def calibrate(self, images: Tensor) -> None:
        """Do nothing: nothing needs to be measured before the first step."""

    def settle(self) -> None:
        """Do nothing: nothing needs to be frozen."""

    def penalty(self) -> float:
        """Return 0: nothing but the classes counts."""
        return 0.0

    def keep_in_range(self) -> None:
        """Do nothing: nothing has a range."""

    def cut(self, recipe: Recipe) -> None:
        """Do nothing: nothing is sparse."""


def build_float(recipe: Recipe, seed: int) -> FloatNet:
    """Return a new float network with the recipe's topology, its weights drawn from ``seed``."""
    layers: list[nn.Module] = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for number, (choice, shape) in enumerate(zip(recipe.layers, recipe.shapes, strict=True)):
            if isinstance(choice, ConvChoice):
                layers += _convolution(choice, choice.window(shape))
                continue
            if len(shape) == 3 and number:
                layers.append(nn.Flatten())
            last = number == len(recipe.layers) - 1
            linear = nn.Linear(math.prod(shape), choice.outputs, bias=last)
            layers.append(linear)
            if not last:
                layers += [nn.BatchNorm1d(choice.outputs), nn.ReLU(), nn.Dropout(DROPOUT)]
    # torch's own annotations of `to` leave the memory format out.
    return FloatNet(*layers).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def _convolution(choice: ConvChoice, window: Window) -> list[nn.Module]:
    rows, columns = window.rows, window.columns
    padding, border = (rows.before, columns.before), []
    if padding != (rows.after, columns.after):  # which Conv2d does not know
        border = [nn.ZeroPad2d((columns.before, columns.after, rows.before, rows.after))]
        padding = 0, 0
    conv = nn.Conv2d(
        window.channels,
        choice.outputs,
        (rows.kernel, columns.kernel),
        (rows.stride, columns.stride),
        padding,
        bias=False,
    )
    pool = [nn.MaxPool2d((rows.pool, columns.pool))] if window.pool != 1 else []
    # Pooled first: the batch norm has less to do, and what is trained to be compared with does the same.
    return [*border, conv, *pool, nn.BatchNorm2d(choice.outputs), nn.ReLU()]
