"""From a recipe to a module that can be trained."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from accelgen.network.encoding import quantise_pixels
from accelgen.train.layers import BlockLinear, Hidden, Output
from accelgen.train.mask import fixed_mask
from accelgen.train.quantise import clamp_shadow_
from accelgen.train.recipe import LayerChoice, Recipe

__all__ = ["IntegerNet", "build"]

#: Learning rate of the logarithm of the temperature, over that of the weights.
SCALE_RATE = 0.05


class IntegerNet(nn.Sequential):
    """A chain of `Hidden` layers and one `Output`: quantised pixels in, integer scores out."""

    def __init__(self, *layers: nn.Module, pixel_bits: int):
        super().__init__(*layers)
        self.pixel_bits = pixel_bits

    def encode(self, images: Tensor) -> Tensor:
        """Return the inputs float[n, pixels] of ``images`` float[n, height, width] of 0 to 255."""
        bytes_ = images.flatten(1).to(torch.uint8).numpy()
        return torch.from_numpy(quantise_pixels(bytes_, self.pixel_bits)).float()

    def calibrate(self, images: Tensor) -> None:
        """Choose shifts and temperature from some ``images`` float[n, height, width]."""
        x = self.encode(images)
        for layer in self:
            layer.calibrate(x)
            with torch.no_grad():
                x = layer(x)

    def settle(self) -> None:
        """Freeze the means: from now on, training computes exactly what is exported."""
        for layer in self:
            if isinstance(layer, Hidden):
                layer.settled = True

    def logits(self, scores: Tensor) -> Tensor:
        """Return scores on the scale of the loss."""
        return self[-1].logits(scores)

    def groups(self, learning_rate: float) -> list[dict]:
        """Return the optimiser's parameter groups; the unit of ``learning_rate`` is a weight step."""
        return [
            {"params": [layer.linear.weight for layer in self], "lr": learning_rate},
            {"params": [layer.beta for layer in self], "lr": learning_rate},
            {"params": [self[-1].log_scale], "lr": learning_rate * SCALE_RATE},
        ]

    def keep_in_range(self) -> None:
        """Pull all shadow weights back into what their bits can hold."""
        for layer in self:
            clamp_shadow_(layer.linear.weight, layer.linear.bits)

    def cut(self, recipe: Recipe) -> None:
        """Reduce layers with a learned mask to their strongest blocks; once is enough."""
        for layer, choice in zip(self, recipe.layers, strict=True):
            if choice.mask == "learned":
                layer.linear.keep_strongest(layer.linear.columns // choice.compression)


def build(recipe: Recipe, seed: int) -> IntegerNet:
    """Return a new network with its weights drawn from ``seed``.

    A layer with a learned mask starts dense.
    """
    generator = torch.Generator().manual_seed(seed)
    rng = np.random.default_rng(seed)
    layers, entering = [], recipe.pixels
    for number, choice in enumerate(recipe.layers):
        linear = _linear(choice, entering, rng, generator)
        last = number == len(recipe.layers) - 1
        layers.append(Output(linear) if last else Hidden(linear, choice.activation_bits))
        entering = choice.outputs
    return IntegerNet(*layers, pixel_bits=recipe.data.pixel_bits)


def _linear(
    choice: LayerChoice, inputs: int, rng: np.random.Generator, generator: torch.Generator
) -> BlockLinear:
    columns = choice.columns(inputs)
    kept = columns if choice.mask == "learned" else columns // choice.compression
    rows = -(-choice.outputs // choice.block_out)
    mask = fixed_mask(rows, columns, kept, rng)
    return BlockLinear(
        choice.outputs,
        inputs,
        choice.weight_bits,
        block_out=choice.block_out,
        block_in=choice.block_in,
        mask=mask,
        generator=generator,
    )
