"""What a training loop of one's own asks of a network."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from accelgen.errors import InvalidRequest
from accelgen.nn.rules import Scaled
from accelgen.train.layers import BlockLinear
from accelgen.train.nets import SCALE_RATE
from accelgen.train.quantise import clamp_shadow_
from accelgen.train.rules import Rule

__all__ = ["calibrate", "groups", "keep_in_range", "settle"]


@torch.no_grad()
def calibrate(net: nn.Module, samples: Tensor) -> None:
    """Choose all scales anew from samples, such as after `prune`; new rules also take those of a first step.

    Raises
    ------
    InvalidRequest
        If there is nothing in ``net`` that has scales.
    """
    rules = [module for module in net.modules() if isinstance(module, Scaled)]
    if not rules:
        raise InvalidRequest("there is no module of accelgen.nn that has scales")
    trains = net.training
    try:
        for rule in rules:
            rule.calibrating = True
        net.eval()(samples)
    finally:
        net.train(trains)
        for rule in rules:
            rule.calibrating = False


def groups(net: nn.Module, learning_rate: float) -> list[dict]:
    """Return the groups of an optimiser: temperatures of the loss move slower than weights.

    The unit of ``learning_rate`` is a weight step, 0.01 to 0.05 as a rule, and more for weights of more than
    4 bits. Gradients are small: Adam needs ``eps=1e-12``.
    """
    named = dict(net.named_parameters())
    slow = [parameter for name, parameter in named.items() if name.rpartition(".")[2] == "log_scale"]
    fast = [parameter for name, parameter in named.items() if name.rpartition(".")[2] != "log_scale"]
    parts = [{"params": fast, "lr": learning_rate}, {"params": slow, "lr": learning_rate * SCALE_RATE}]
    return [part for part in parts if part["params"]]


def keep_in_range(net: nn.Module) -> None:
    """Pull all weights back into what their bits can hold: to be called after each step."""
    for module in net.modules():
        if isinstance(module, BlockLinear):
            clamp_shadow_(module.weight, module.bits)


def settle(net: nn.Module) -> None:
    """Freeze the means: from now on training computes exactly what is exported. For the last epochs."""
    for module in net.modules():
        if isinstance(module, Rule):
            module.settled = True
