"""A start from the float twin: its weights, rounded, instead of random ones.

What leaves neuron ``j`` of the twin is ``relu(g[j] z[j] + b[j])``, of the sum ``z[j]`` of its inputs that
batch norm has brought to mean 0 and spread 1. Rounded weights, of which blocks are missing, give sums of
another spread, ``s[j]`` once they are divided by ``2**shift``; it is measured on some images. With
``beta[j] = b[j] s[j] / g[j]`` the neuron is active as often as in the twin, ``s[j] / g[j]`` times as
strongly, and the next layer's weights make up for that. So each layer starts from what those before it
really give. This is the equalisation and bias correction of Nagel et al., arXiv 1906.04721, with images
at hand.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from accelgen.train.layers import INITIAL_SPREAD, Hidden, Output
from accelgen.train.nets import IntegerNet
from accelgen.train.quantise import quantise_weights
from accelgen.train.recipe import Recipe
from accelgen.train.reference import FloatNet

__all__ = ["start_from"]

#: Spreads and gains below these are of neurons that never change.
LEAST, LEAST_GAIN = 1e-6, 1e-3


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
        Of ``net``.
    images : float[n, height, width] or uint8[n, height, width, channels]
        What spreads are measured on, 0 to 255.
    """
    weighted = [module for module in twin if isinstance(module, nn.Conv2d | nn.Linear)]
    norms = [module for module in twin if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)]
    for layer, module, norm, shape in zip(net, weighted, [*norms, None], recipe.shapes, strict=True):
        layer.linear.load(_ordered(module.weight if norm is None else _folded(module.weight, norm), shape))
    net.cut(recipe)
    net.eval()
    x = net.encode(images)
    step = torch.full((weighted[0].weight.shape[1],), 1 / ((1 << net.pixel_bits) - 1))
    for layer, module, norm, shape in zip(net, weighted, [*norms, None], recipe.shapes, strict=True):
        weights = _by_input(module.weight, step)
        if isinstance(layer, Output):
            _start_output(layer, _ordered(weights, shape), module.bias)
        else:
            weights = _by_output(weights, norm.weight.sign())
            step = _start_hidden(layer, _ordered(weights, shape), norm, x)
        x = layer(x)


def _start_hidden(layer: Hidden, weights: Tensor, norm: nn.Module, x: Tensor) -> Tensor:
    """Start a layer, and return what a step of each of its activations is in the twin, float[outputs]."""
    linear = layer.linear
    linear.load(weights)
    # By the weights of each output: what scales a whole output is measured, and made up for, below.
    wide = linear.weight.square().mean((1, 3), keepdim=True).sqrt().clamp_min(LEAST)
    linear.weight.mul_(INITIAL_SPREAD[linear.bits] / wide)
    layer.calibrate(x)
    spread = linear(x).flatten(0, -2).std(0).clamp_min(LEAST) * 2.0 ** -layer.shift.item()
    gain = norm.weight.abs().clamp_min(LEAST_GAIN)
    layer.beta.copy_(norm.bias * spread / gain)
    return gain / spread


def _start_output(layer: Output, weights: Tensor, bias: Tensor) -> None:
    """Start the scores; their temperature is that of the nearest multiple of what weights round to."""
    linear = layer.linear
    linear.load(weights)
    wanted = linear.weight.clone()
    linear.weight.mul_(INITIAL_SPREAD[linear.bits] / wanted.std())
    codes = quantise_weights(linear.weight, linear.bits)
    layer.log_scale.fill_(-math.log(codes.square().sum() / (codes * wanted).sum()))
    layer.beta.copy_(bias)


def _folded(weights: Tensor, norm: nn.Module) -> Tensor:
    """Return ``weights`` with the batch norm behind them folded in."""
    return _by_output(weights, norm.weight / (norm.running_var + norm.eps).sqrt())


def _by_output(weights: Tensor, factor: Tensor) -> Tensor:
    return weights * factor.view(-1, *[1] * (weights.dim() - 1))


def _by_input(weights: Tensor, factor: Tensor) -> Tensor:
    """Multiply by a factor for each input; for each channel where a dense layer reads an image."""
    split = weights.unflatten(1, (len(factor), -1))
    return (split * factor.view(1, -1, *[1] * (split.dim() - 2))).flatten(1, 2)


def _ordered(weights: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return weights with the channel of an input varying fastest, as activations have it.

    A convolution's [outputs, channels, kernel, kernel] becomes [outputs, kernel, kernel, channels]; the
    columns of a dense layer that reads an image of ``shape``, (channel, y, x), become (y, x, channel).
    """
    if weights.dim() == 4:
        return weights.permute(0, 2, 3, 1)
    if len(shape) == 3:
        height, width, channels = shape
        weights = weights.unflatten(1, (channels, height, width)).permute(0, 2, 3, 1).flatten(1)
    return weights
