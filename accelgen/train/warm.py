"""A start from the float twin: its weights, scaled and rounded, instead of random ones.

With a batch norm folded in, a float layer is ``y = relu(g (W x - mean) + b)``, with a gain ``g`` for each
output. Shadow weights are ``g W`` scaled to the spread of new ones, by one factor for the layer. What leaves
is then about ``s y``, and ``s b`` is its beta. The scale ``s`` is measured: the spread of the sums, in steps
of ``2**shift``, over that of the float layer's. What rounding and cut blocks take from it adds up from layer
to layer: without measuring, deep networks would start with offsets that bury all else.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from accelgen.errors import InvalidRecipe
from accelgen.train.layers import INITIAL_SPREAD, Hidden, Output
from accelgen.train.nets import IntegerNet
from accelgen.train.recipe import Recipe
from accelgen.train.reference import FloatNet

__all__ = ["start_from"]

#: Of what does not spread at all.
SMALLEST = 1e-6


@torch.no_grad()
def start_from(net: IntegerNet, twin: FloatNet, recipe: Recipe, images: Tensor) -> None:
    """Put the weights of ``twin`` into ``net``, cut learned masks to the strongest blocks, and calibrate.

    Parameters
    ----------
    net : IntegerNet
        New, with layers of learned masks still dense.
    twin : FloatNet
        Trained, of the same topology.
    recipe : Recipe
        The recipe of ``net``.
    images : float[n, height, width] or uint8[n, height, width, channels]
        Pixels of 0 to 255 that the scales are chosen from.

    Raises
    ------
    InvalidRecipe
        If the network spikes.
    """
    folded = _folded(twin)
    for layer, shape, (matrix, _) in zip(net, recipe.shapes, folded, strict=True):
        layer.linear.load(_ordered(matrix, shape))
    net.cut(recipe)
    net.eval()
    x = net.encode(images)
    for layer, (_, beta), spread in zip(net, folded, _spreads(twin, images), strict=True):
        linear = layer.linear
        linear.weight.mul_(INITIAL_SPREAD[linear.bits] / linear.weight.contiguous().std())
        layer.calibrate(x)
        scale = _spread(linear(x).flatten(0, -2)) / spread
        if isinstance(layer, Output):
            layer.log_scale.fill_(-math.log(scale))
            layer.beta.copy_(beta)
        elif isinstance(layer, Hidden):
            scale *= 2.0 ** -layer.shift.item()
            layer.beta.copy_(scale * beta)
        else:
            raise InvalidRecipe("[train]: start_from_teacher: needs a network that does not spike")
        x = layer(x)


def _spreads(twin: FloatNet, images: Tensor) -> list[float]:
    """Return the spread of what each layer of ``twin`` gives its ReLU, and of the scores."""
    found, x = [], twin.encode(images)
    for module in twin.eval():
        x = module(x)
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            found.append(_spread(x.movedim(1, -1).flatten(0, -2)))
    return [*found, _spread(x)]


def _spread(x: Tensor) -> float:
    """Return the root of the mean variance of the columns of ``x`` float[n, features]; never 0."""
    return max(x.contiguous().var(0).mean().sqrt().item(), SMALLEST)


def _folded(twin: FloatNet) -> list[tuple[Tensor, Tensor]]:
    """Return weights and offsets of each layer, with the batch norm behind it folded in."""
    weighted = [module for module in twin if isinstance(module, nn.Conv2d | nn.Linear)]
    norms = [module for module in twin if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)]
    pairs = []
    for module, norm in zip(weighted, norms, strict=False):
        gain = norm.weight / (norm.get_buffer("running_var") + norm.eps).sqrt()
        pairs.append((module.weight * gain.view(-1, *[1] * (module.weight.dim() - 1)), norm.bias))
    return [*pairs, (weighted[-1].weight, weighted[-1].get_parameter("bias"))]


def _ordered(weights: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return weights with the channel of an input varying fastest, as activations have it.

    A convolution's [outputs, channels, height, width] becomes [outputs, height, width, channels]; the
    columns of a dense layer that reads an image of ``shape``, (channel, y, x), become (y, x, channel).
    """
    if weights.dim() == 4:
        return weights.permute(0, 2, 3, 1)
    if len(shape) == 3:
        height, width, channels = shape
        weights = weights.unflatten(1, (channels, height, width)).permute(0, 2, 3, 1).flatten(1)
    return weights
