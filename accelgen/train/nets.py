"""The trainable networks: chains of layers that compute, in evaluation, what is exported."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from accelgen.data import DataSet
from accelgen.data.saccades import SACCADES, saccades
from accelgen.network.coding import Coding
from accelgen.network.encoding import RateInput
from accelgen.train.entering import as_bytes, upper_bits
from accelgen.train.layers import Hidden, Output
from accelgen.train.products import Chain
from accelgen.train.quantise import mean
from accelgen.train.recipe import Recipe
from accelgen.train.recipe_tables import SpikingChoice
from accelgen.train.spiking import Counting, Firing

__all__ = ["IntegerNet", "SpikingNet"]

#: Learning rate of the logarithm of the temperature, over that of the weights.
SCALE_RATE = 0.05


class IntegerNet(nn.Sequential):
    """A chain of `Hidden` layers and one `Output`: quantised pixels in, integer scores out.

    Parameters
    ----------
    layers : Hidden or Firing, the last one Output or Counting
        The chain.
    pixel_bits : int
        Bits of a pixel that enters.
    activity : float
        Weight of the mean activation in the loss.
    coding : Coding or None
        How features became the pixels that it is shown; None if they are pixels.
    """

    def __init__(
        self,
        *layers: Hidden | Firing | Output,
        pixel_bits: int,
        activity: float = 0.0,
        coding: Coding | None = None,
    ):
        super().__init__(*layers)
        self.pixel_bits = pixel_bits
        self.coding = coding
        self.activity = activity
        self._active: Tensor | float = 0.0
        for layer in layers[1:]:
            layer.linear.codes = True
        for layer in layers:
            if isinstance(layers[0], Hidden):  # neurons that spike have a dimension of time
                layer.linear.lie_across()

    def __iter__(self) -> Iterator[Hidden | Firing | Output]:
        """Go through the layers, in the order in which they compute."""
        return cast("Iterator[Hidden | Firing | Output]", super().__iter__())

    @property
    def hidden(self) -> list[Hidden | Firing]:
        """All layers but the last."""
        return cast("list[Hidden | Firing]", list(self)[:-1])

    @property
    def last(self) -> Output | Counting:
        """The layer that gives the scores."""
        return cast("Output | Counting", self[-1])

    def encode(self, images: Tensor) -> Tensor:
        """Return the inputs float[n, pixels] of ``images`` float[n, height, width] of 0 to 255.

        Where codes are signed, the images are of -128 to 127.
        """
        signed = self.coding is not None and self.coding.signed
        if images.is_floating_point() and not signed:
            return (images.flatten(1) * 2.0 ** (self.pixel_bits - 8)).floor_()  # no turn into bytes and back
        return upper_bits(images, self.pixel_bits, signed=signed).float()

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores float[n, classes] of the quantised pixels ``x`` float[n, pixels]."""
        active: Tensor | None = None
        layers = list(self)
        alone = self._alone(len(x)) if self.training else len(layers)
        for layer in self.hidden[:alone]:
            x = layer(x)
            if self.activity:
                share = mean(x) / layer.highest
                active = share if active is None else active + share
        if alone < len(layers):
            rest = cast("list[Hidden | Output]", layers[alone:])
            moved = [param for layer in rest for param in (layer.linear.weight, layer.beta)]
            settings = [layer.settings() for layer in rest]
            x, active = Chain.apply(x, active, bool(self.activity), settings, *moved)
        else:
            x = self.last(x)
        self._active = active if active is not None else 0.0
        return x

    def _alone(self, n: int) -> int:
        """Return how many layers compute ``n`` samples one by one; those behind them are a `Chain`."""
        layers = list(self)
        alone = len(layers)
        while alone and layers[alone - 1].linear.chains(n):
            alone -= 1
        return alone

    def calibrate(self, images: Tensor) -> None:
        """Choose scales and temperature from some ``images`` float[n, height, width]."""
        x = self.encode(images)
        for layer in self:
            layer.calibrate(x)
            with torch.no_grad():
                x = layer(x)

    def settle(self) -> None:
        """Freeze the means: from now on, training computes exactly what is exported."""
        for layer in self:
            layer.settled = True

    def logits(self, scores: Tensor) -> Tensor:
        """Return scores float[n, classes] on the scale of the loss."""
        return self.last.logits(scores)

    @property
    def unit(self) -> float:
        """What a step of a score is on the scale of the loss."""
        return self.last.log_scale.exp().item()

    def penalty(self) -> Tensor | float:
        """Return what the last forward pass adds to the loss, a scalar: the price of its activations."""
        return self.activity * self._active

    def groups(self, learning_rate: float) -> list[dict]:
        """Return the optimiser's parameter groups; the unit of ``learning_rate`` is a weight step."""
        return [
            {"params": [layer.linear.weight for layer in self], "lr": learning_rate},
            {"params": [layer.beta for layer in self], "lr": learning_rate},
            {"params": [self.last.log_scale], "lr": learning_rate * SCALE_RATE},
        ]

    def keep_in_range(self) -> None:
        """Pull all shadow weights back into what their bits can hold."""
        with torch.no_grad():
            for layer in self:
                layer.linear.keep_in_range()

    def cut(self, recipe: Recipe) -> None:
        """Reduce layers with a learned mask to their strongest blocks; once is enough."""
        for layer, choice in zip(self, recipe.layers, strict=True):
            if choice.mask == "learned":
                layer.linear.keep_strongest(layer.linear.columns // choice.compression)


class SpikingNet(IntegerNet):
    """A chain of `Firing` layers and a readout: spikes in, scores after the last timestep out.

    Parameters
    ----------
    layers : nn.Module
        `Firing` layers, then `Counting` or `Output`.
    choice : SpikingChoice
        How it integrates, and for how long.
    rate : RateInput or None
        How images become spikes; None if a sensor makes events of them.
    data : DataSet or None
        Whose events and sensor those are.
    """

    _levels: Tensor

    def __init__(
        self,
        *layers: Firing | Output,
        choice: SpikingChoice,
        rate: RateInput | None,
        data: DataSet | None = None,
    ):
        super().__init__(*layers, pixel_bits=rate.bits if rate else 8, activity=choice.activity)
        self.choice, self.rate = choice, rate
        self.events = (data.events if data else None) or SACCADES
        self.sensor = data.sensor if data and data.sensor else saccades
        levels = rate.thresholds()[: choice.timesteps] if rate else np.zeros((0, 0), np.uint8)
        self.register_buffer("_levels", torch.from_numpy(levels), persistent=False)

    @property
    def timeless(self) -> bool:
        """One timestep of each image is enough to train on: none remembers another, and scores add up."""
        return self.rate is not None and not self.choice.continuous and not isinstance(self.last, Counting)

    def encode(self, images: Tensor) -> Tensor:
        """Return the spikes of ``images`` float[n, height, width] of 0 to 255.

        Returns
        -------
        float[timesteps, n, inputs]
            All timesteps; one drawn at random for each image where the network is `timeless` and training.
        """
        if self.rate is None:
            events = self.sensor(as_bytes(images).cpu().numpy())
            return torch.from_numpy(events).to(images.device).transpose(0, 1).float()
        pixels = upper_bits(images, self.pixel_bits)
        if self.training and self.timeless:
            drawn = torch.randint(self.choice.timesteps, (len(pixels),), device=pixels.device)
            return (pixels > self._levels[drawn]).float()[None]
        return (pixels[None] > self._levels[:, None]).float()

    def calibrate(self, images: Tensor) -> None:
        """Choose thresholds, boxes and temperature from some ``images`` float[n, height, width]."""
        super().calibrate(images)
        if not self.timeless:
            with torch.no_grad():
                self.last.log_scale.sub_(math.log(self.choice.timesteps))

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores float[n, classes] of the spikes ``x`` float[timesteps, n, inputs]."""
        return super().forward(x).sum(0)
