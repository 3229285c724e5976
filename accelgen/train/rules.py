"""What trainable layers do with their sums: activations of a few bits, or scores.

A rule that requantises is

    bias[o] = round((beta[o] + 1/2) 2**shift - mean[o])
    y[o]    = clamp(floor((acc[o] + bias[o]) 2**-shift), 0, 2**bits - 1)

in training and in evaluation alike; only ``mean`` differs. While training finds its way it is the mean
of the batch (batch norm without a division: the variance belongs to the layer, and the hardware divides
by a power of two, so it is settled once, as ``shift``). Evaluation, and the last epochs of training, use
the running mean. Then what is trained is exactly what is exported.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from accelgen.network.rule import MAX_SHIFT
from accelgen.train.held import Held
from accelgen.train.quantise import requantise, round_through, start_values

__all__ = ["MOMENTUM", "Requantiser", "Rule", "Scorer"]

#: How fast the running mean follows the batch mean; that of a convolution is over many pixels, and steadier.
MOMENTUM, CONV_MOMENTUM = 0.02, 0.1


class Rule(nn.Module):
    """What all rules have.

    Parameters
    ----------
    features : int
        Sums that it is given of each sample, or of each pixel of one.

    Attributes
    ----------
    beta : float[features]
        What training moves the start values of the sums by.
    settled : bool
        The means are frozen.
    """

    beta: nn.Parameter

    def __init__(self, features: int):
        super().__init__()
        self.features = features
        self.settled = False
        self.beta = nn.Parameter(torch.zeros(features))

    def scale_to(self, acc: Tensor) -> None:
        """Choose the scales from sums float[..., features]."""
        raise NotImplementedError

    def start_values(self) -> Tensor:
        """Return where the sums start in evaluation, integers, float[features]."""
        raise NotImplementedError


class Requantiser(Rule):
    """Sums become activations; see the equations at the top of this file.

    Parameters
    ----------
    features : int
        Sums of a sample, or of a pixel.
    bits : int
        Bits of the activations that leave, 1 to 8.
    fill : float
        Share of the activation range that one standard deviation of the sums should fill at the start.
    """

    mean: Tensor
    shift: Tensor

    def __init__(self, features: int, bits: int, fill: float = 0.4):
        super().__init__(features)
        self.bits, self.fill = bits, fill
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("shift", torch.tensor(0))
        self._shift = Held()

    @property
    def highest(self) -> int:
        """The largest activation."""
        return (1 << self.bits) - 1

    @property
    def step(self) -> float:
        """Sums from one activation to the next: ``2**shift``."""
        return 2.0 ** self._shift.of(self.shift)

    @torch.no_grad()
    def scale_to(self, acc: Tensor) -> None:
        """Choose the shift that spreads the sums ``acc`` float[..., features] over the activation range."""
        acc = acc.flatten(0, -2).contiguous()
        self.mean.copy_(acc.mean(0))
        spread = acc.var(0).mean().sqrt().item()
        shift = round(math.log2(max(spread, 1.0) / (self.fill * (1 << self.bits))))
        self.shift.fill_(min(max(shift, 0), MAX_SHIFT))

    def bias(self, mean: Tensor) -> Tensor:
        """Return the integer start values of the sums, float[features]; ``mean`` is theirs."""
        return start_values(self.beta, mean, self.step)

    def start_values(self) -> Tensor:
        """Return where the sums start in evaluation, integers, float[features]."""
        return self.bias(self.mean)

    def activations(self, acc: Tensor) -> Tensor:
        """Return the activations of the sums ``acc``, both float[..., features]."""
        of_batch = self.training and not self.settled
        mean = self.mean
        if of_batch:
            mean = acc.detach().flatten(0, -2).mean(0)
            self.mean.lerp_(mean, MOMENTUM if acc.dim() == 2 else CONV_MOMENTUM)
        return requantise(acc, self.beta, mean, self.step, self.bits, of_batch=of_batch)


class Scorer(Rule):
    """Sums become integer scores; a temperature is for the loss alone.

    Parameters
    ----------
    features : int
        Scores of a sample.
    """

    log_scale: nn.Parameter

    def __init__(self, features: int):
        super().__init__(features)
        self.log_scale = nn.Parameter(torch.tensor(0.0))

    @torch.no_grad()
    def scale_to(self, acc: Tensor) -> None:
        """Choose the temperature that gives the sums ``acc`` float[n, features] a spread of one."""
        self.log_scale.fill_(-math.log(max(acc.std().item(), 1.0)))

    def bias(self) -> Tensor:
        """Return the integer start values of the sums, float[features]."""
        return round_through(self.beta * torch.exp(-self.log_scale.detach()))

    def start_values(self) -> Tensor:
        """Return where the sums start in evaluation, integers, float[features]."""
        return self.bias()

    def logits(self, scores: Tensor) -> Tensor:
        """Return scores float[n, features] on the scale of the loss."""
        return scores * self.log_scale.exp()
