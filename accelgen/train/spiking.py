"""Trainable spiking layers: the equations of `accelgen.network.spiking`, on floats that hold integers.

The bias holds the batch norm, as it does in `accelgen.train.rules`:

    bias[o] = round(beta[o] spread - mean[o])

with ``spread``, the standard deviation of the currents when training began, as the unit of ``beta`` and as
the half-width of the box through which gradients pass a spike. A spike's gradient also passes through the
reset and, in continuous integration, through time.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from accelgen.train.held import Held
from accelgen.train.layers import BlockLinear
from accelgen.train.quantise import fire, floor_through, round_through
from accelgen.train.recipe_tables import SpikingChoice
from accelgen.train.rules import MOMENTUM, Rule

__all__ = ["Counting", "Firing", "Neurons"]

#: First ``beta`` of discontinuous neurons: below threshold, so that about a quarter of them fire.
QUIET = -0.6


class Neurons(Rule):
    """Currents become spikes.

    Parameters
    ----------
    features : int
        Neurons.
    choice : SpikingChoice
        How they integrate.
    synapse : int
        Shift of the leak of currents, 1 to 15, where these last for more than a timestep; else 0.
    """

    #: The largest activation: a spike.
    highest = 1

    mean: Tensor
    spread: Tensor
    threshold: Tensor

    def __init__(self, features: int, choice: SpikingChoice, synapse: int = 0):
        super().__init__(features)
        self.choice = choice
        self.synapse = synapse
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("spread", torch.tensor(1.0))
        self.register_buffer("threshold", torch.tensor(1))
        self._spread, self._threshold = Held(), Held()

    @torch.no_grad()
    def scale_to(self, currents: Tensor) -> None:
        """Choose the box, and the threshold of continuous integration, from currents float[..., features].

        Where currents last these are float[timesteps, n, features], and what counts is how they then spread.
        """
        self.mean.copy_(currents.flatten(0, -2).mean(0))
        currents = (self._lasting(currents - self.mean) if self.synapse else currents).flatten(0, -2)
        self.spread.fill_(max(currents.var(0).mean().sqrt().item(), 1.0))
        if self.choice.continuous:
            self.threshold.fill_(round(self.spread.item()))
        else:
            self.beta.fill_(QUIET)

    def bias(self, mean: Tensor) -> Tensor:
        """Return the integer currents of silent inputs; ``mean`` is that of all currents, float[features]."""
        return round_through(self.beta * self._spread.of(self.spread) - mean)

    def start_values(self) -> Tensor:
        """Return the currents of silent inputs in evaluation, integers, float[features]."""
        return self.bias(self.mean)

    def spikes(self, currents: Tensor) -> Tensor:
        """Return the spikes of currents, both float[timesteps, n, features]."""
        mean = self.mean
        if self.training and not self.settled:
            mean = currents.mean((0, 1))
            self.mean.lerp_(mean.detach(), MOMENTUM)
        currents = currents + self.bias(mean)
        if not self.choice.continuous:
            return fire(currents - self._threshold.of(self.threshold), self._spread.of(self.spread))
        return self._integrate(self._lasting(currents) if self.synapse else currents)

    def _lasting(self, currents: Tensor) -> Tensor:
        """Return currents with what is left of those before; see `accelgen.network.synapse`."""
        found, left = [], torch.zeros_like(currents[0])
        for current in currents:
            lasts = left + current
            found.append(lasts)
            left = lasts - floor_through(lasts * 2.0**-self.synapse)
        return torch.stack(found)

    def _integrate(self, currents: Tensor) -> Tensor:
        threshold, half = self._threshold.of(self.threshold), self._spread.of(self.spread)
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


class Firing(Neurons):
    """A layer of neurons.

    Parameters
    ----------
    linear : BlockLinear
        Its weights.
    choice : SpikingChoice
        How the neurons integrate.
    """

    def __init__(self, linear: BlockLinear, choice: SpikingChoice):
        super().__init__(linear.outputs, choice)
        self.linear = linear

    def calibrate(self, x: Tensor) -> None:
        """Choose box and threshold from the spikes ``x`` that enter, float[timesteps, n, inputs]."""
        with torch.no_grad():
            self.scale_to(self.linear(x))

    def forward(self, x: Tensor) -> Tensor:
        """Return the spikes float[timesteps, n, outputs] of the spikes ``x`` float[timesteps, n, inputs]."""
        return self.spikes(self.linear(x))


class Counting(Firing):
    """The last layer of a network that counts spikes, and a temperature that only the loss sees."""

    log_scale: nn.Parameter

    def __init__(self, linear: BlockLinear, choice: SpikingChoice):
        super().__init__(linear, choice)
        self.log_scale = nn.Parameter(torch.tensor(0.0))

    def scale_to(self, currents: Tensor) -> None:
        """Calibrate as a hidden layer, and choose the temperature that gives a spike the weight of five."""
        super().scale_to(currents)
        with torch.no_grad():
            self.log_scale.fill_(math.log(5.0))

    def logits(self, scores: Tensor) -> Tensor:
        """Return scores float[n, classes] on the scale of the loss."""
        return scores * self.log_scale.exp()
