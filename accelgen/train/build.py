"""From a recipe to a module that can be trained."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
import torch

from accelgen.network.encoding import RateInput
from accelgen.train.conv import BlockConv
from accelgen.train.layers import BlockLinear, Hidden, Output
from accelgen.train.mask import fixed_mask
from accelgen.train.nets import IntegerNet, SpikingNet
from accelgen.train.recipe import Recipe
from accelgen.train.recipe_layers import ConvChoice, LayerChoice
from accelgen.train.recipe_tables import SpikingChoice
from accelgen.train.spiking import Counting, Firing

__all__ = ["build"]


class _Blocks(TypedDict):
    """What weights of all kinds are cut by."""

    block_out: int
    block_in: int
    mask: np.ndarray
    generator: torch.Generator


def build(recipe: Recipe, seed: int) -> IntegerNet:
    """Return a new network with its weights drawn from ``seed``.

    A layer with a learned mask starts dense.
    """
    generator = torch.Generator().manual_seed(seed)
    rng = np.random.default_rng(seed)
    linears = [
        _linear(choice, shape, rng, generator)
        for choice, shape in zip(recipe.layers, recipe.shapes, strict=True)
    ]
    return _spiking(recipe, recipe.spiking, linears) if recipe.spiking else _dense(recipe, linears)


def _dense(recipe: Recipe, linears: list[BlockLinear]) -> IntegerNet:
    hidden = [
        Hidden(linear, choice.activation_bits, recipe.train.fill)
        for linear, choice in zip(linears[:-1], recipe.layers[:-1], strict=True)
    ]
    bits, activity = recipe.data.pixel_bits, recipe.train.activity
    coding = recipe.data_set.coding
    return IntegerNet(*hidden, Output(linears[-1]), pixel_bits=bits, activity=activity, coding=coding)


def _spiking(recipe: Recipe, choice: SpikingChoice, linears: list[BlockLinear]) -> SpikingNet:
    hidden = [Firing(linear, choice) for linear in linears[:-1]]
    last = Counting(linears[-1], choice) if choice.readout == "count" else Output(linears[-1])
    rate = None
    if not recipe.data_set.events:
        bits, coding = recipe.data.pixel_bits, recipe.data_set.coding
        rate = RateInput(recipe.inputs, bits, choice.encoder, coding=coding)
    return SpikingNet(*hidden, last, choice=choice, rate=rate, data=recipe.data_set)


def _linear(
    choice: LayerChoice, shape: tuple[int, ...], rng: np.random.Generator, generator: torch.Generator
) -> BlockLinear:
    inputs = choice.cut_from(shape)
    columns = choice.columns(inputs)
    kept = columns if choice.mask == "learned" else columns // choice.compression
    rows = -(-choice.outputs // choice.block_out)
    blocks: _Blocks = {
        "block_out": choice.block_out,
        "block_in": choice.block_in,
        "mask": fixed_mask(rows, columns, kept, rng),
        "generator": generator,
    }
    if isinstance(choice, ConvChoice):
        return BlockConv(choice.window(shape), choice.outputs, choice.weight_bits, **blocks)
    return BlockLinear(choice.outputs, inputs, choice.weight_bits, **blocks)
