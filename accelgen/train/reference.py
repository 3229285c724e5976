"""The float reference: the same topology without any of the hardware's limits.

It is a figure to compare with, and a teacher; it is never exported.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from accelgen.train.recipe import Recipe

__all__ = ["FloatNet", "build_float"]

DROPOUT = 0.2


class FloatNet(nn.Sequential):
    """Linear, batch norm, ReLU and dropout, and again; one linear layer gives the scores."""

    def encode(self, images: Tensor) -> Tensor:
        """Return the inputs float[n, pixels] of ``images`` float[n, height, width] of 0 to 255."""
        return images.flatten(1) / 255

    def logits(self, scores: Tensor) -> Tensor:
        """Return scores on the scale of the loss."""
        return scores

    def groups(self, learning_rate: float) -> list[dict]:
        """Return the optimiser's parameter groups."""
        return [{"params": list(self.parameters()), "lr": learning_rate}]

    def calibrate(self, images: Tensor) -> None:
        """Nothing needs to be measured before the first step."""

    def settle(self) -> None:
        """Nothing needs to be frozen."""

    def penalty(self) -> float:
        """Nothing but the classes counts."""
        return 0.0

    def keep_in_range(self) -> None:
        """Nothing has a range."""

    def cut(self, recipe: Recipe) -> None:
        """Nothing is sparse."""


def build_float(recipe: Recipe, seed: int) -> FloatNet:
    """Return a new float network with the recipe's topology, its weights drawn from ``seed``."""
    layers, entering = [], recipe.inputs
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for choice in recipe.layers[:-1]:
            linear = nn.Linear(entering, choice.outputs, bias=False)
            layers += [linear, nn.BatchNorm1d(choice.outputs), nn.ReLU(), nn.Dropout(DROPOUT)]
            entering = choice.outputs
        layers.append(nn.Linear(entering, recipe.layers[-1].outputs))
    return FloatNet(*layers)
