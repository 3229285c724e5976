"""A start from the float twin: its weights, scaled and rounded, instead of random ones.

With a batch norm folded in, a float layer is ``y = relu(g (W x - mean) + b)``, with a gain ``g`` for each
output. Shadow weights are ``g W`` scaled to the spread of new ones, by one factor for the layer. What they
round to is nearest to ``k g W``, by least squares, for ``k = sum(Q Q) / sum(Q g W)``; what leaves is then
``s y`` with ``s = k 2**-shift`` times the ``s`` of what entered, and ``s b`` is its beta.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from accelgen.errors import InvalidRecipe
from accelgen.train.layers import INITIAL_SPREAD, Hidden, Output
from accelgen.train.nets import IntegerNet
from accelgen.train.quantise import quantise_weights
from accelgen.train.recipe import Recipe
from accelgen.train.reference import FloatNet

__all__ = ["start_from"]


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
    x, scale = net.encode(images), float((1 << net.pixel_bits) - 1)
    for layer, (_, beta) in zip(net, folded, strict=True):
        linear = layer.linear
        wanted = linear.weight.clone()
        linear.weight.mul_(INITIAL_SPREAD[linear.bits] / wanted.std())
        layer.calibrate(x)
        codes = quantise_weights(linear.weight, linear.bits)
        scale *= (codes.square().sum() / (codes * wanted).sum()).item()
        if isinstance(layer, Output):
            layer.log_scale.fill_(-math.log(scale))
            layer.beta.copy_(beta)
        elif isinstance(layer, Hidden):
            scale *= 2.0 ** -layer.shift.item()
            layer.beta.copy_(scale * beta)
        else:
            raise InvalidRecipe("[train]: start_from_teacher: needs a network that does not spike")
        x = layer(x)


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
