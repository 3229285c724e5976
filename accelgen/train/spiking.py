"""Trainable spiking layers: the equations of `accelgen.network.spiking`, on floats that hold integers.

The bias holds the batch norm, as it does in `accelgen.train.layers`:

    bias[o] = round(beta[o] spread - mean[o])

with ``spread``, the standard deviation of the currents when training began, as the unit of ``beta`` and as
the half-width of the box through which gradients pass a spike. A spike's gradient also passes through the
reset and, in continuous integration, through time.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from accelgen.train.layers import MOMENTUM, BlockLinear, Layer
from accelgen.train.quantise import fire, floor_through, round_through
from accelgen.train.recipe_tables import SpikingChoice

__all__ = ["Counting", "Firing"]

#: First ``beta`` of discontinuous neurons: below threshold, so that about a quarter of them fire.
QUIET = -0.6


class Firing(Layer):
    """A layer of neurons.

    Parameters
    ----------
    linear : BlockLinear
        Its weights.
    choice : SpikingChoice
        How the neurons integrate.
    """

    #: The largest activation: a spike.
    highest = 1

    mean: Tensor
    spread: Tensor
    threshold: Tensor

    def __init__(self, linear: BlockLinear, choice: SpikingChoice):
        super().__init__(linear)
        self.choice = choice
        self.register_buffer("mean", torch.zeros(linear.outputs))
        self.register_buffer("spread", torch.tensor(1.0))
        self.register_buffer("threshold", torch.tensor(1))

    @torch.no_grad()
    def calibrate(self, x: Tensor) -> None:
        """Choose the box, and the threshold of continuous integration, from the currents of ``x``.

        ``x`` are the spikes that enter, float[timesteps, n, inputs].
        """
        currents = self.linear(x).flatten(0, -2)
        self.mean.copy_(currents.mean(0))
        self.spread.fill_(max(currents.var(0).mean().sqrt().item(), 1.0))
        if self.choice.continuous:
            self.threshold.fill_(round(self.spread.item()))
        else:
            self.beta.fill_(QUIET)

    def bias(self, mean: Tensor) -> Tensor:
        """Return the integer currents of silent inputs; ``mean`` is that of all currents, float[outputs]."""
        return round_through(self.beta * self.spread.item() - mean)

    def forward(self, x: Tensor) -> Tensor:
        """Return the spikes float[timesteps, n, outputs] of the spikes ``x`` float[timesteps, n, inputs]."""
        currents = self.linear(x)
        mean = self.mean
        if self.training and not self.settled:
            mean = currents.mean((0, 1))
            self.mean.lerp_(mean.detach(), MOMENTUM)
        currents = currents + self.bias(mean)
        if not self.choice.continuous:
            return fire(currents - self.threshold.item(), self.spread.item())
        return self._integrate(currents)

    def _integrate(self, currents: Tensor) -> Tensor:
        threshold, half = self.threshold.item(), self.spread.item()
        spikes, left = [], torch.zeros_like(currents[0])
        for current in currents:
            membrane = left + current
            fired = fire(membrane - threshold, half)
            spikes.append(fired)
            if self.choice.leak:
                membrane = membrane - floor_through(membrane * 2.0**-self.choice.leak)
            zero = self.choice.reset == "zero"
            left = membrane * (1 - fired) if zero else membrane - fired * threshold
        return torch.stack(spikes)


class Counting(Firing):
    """The last layer of a network that counts spikes, and a temperature that only the loss sees."""

    log_scale: nn.Parameter

    def __init__(self, linear: BlockLinear, choice: SpikingChoice):
        super().__init__(linear, choice)
        self.log_scale = nn.Parameter(torch.tensor(0.0))

    @torch.no_grad()
    def calibrate(self, x: Tensor) -> None:
        """Calibrate as a hidden layer, and choose the temperature that gives a spike the weight of five."""
        super().calibrate(x)
        self.log_scale.fill_(math.log(5.0))

    def logits(self, scores: Tensor) -> Tensor:
        """Return scores float[n, classes] on the scale of the loss."""
        return scores * self.log_scale.exp()
