"""Small recipes and noise images for the tests of this room."""

from dataclasses import replace

import torch

from accelgen.train.loop import LabelledImages
from accelgen.train.recipe import Recipe, checked
from accelgen.train.recipe_layers import ConvChoice, LayerChoice
from accelgen.train.recipe_tables import Augmentation, DataChoice, Schedule, SpikingChoice

#: The same idea as a file, to be completed with `str.format`.
RECIPE = """
[data]
pixel_bits = 2
[train]
epochs = 2
batch = 32
{extra}
[[layer]]
outputs = 16
compression = 8
block_in = 14
[[layer]]
outputs = 10
"""


def tiny_recipe(bits=3, activation_bits=3, pixel_bits=4, mask="fixed", **schedule) -> Recipe:
    """Return a recipe of three layers whose shapes do not divide by their blocks."""
    layers = (
        LayerChoice(20, bits, activation_bits, 8, 8, 14, mask),
        LayerChoice(15, bits, activation_bits, 2, 4, 5, mask),
        LayerChoice(10, bits, activation_bits, 1, 8, 4),
    )
    how = Schedule(**({"epochs": 4, "batch": 16, "mask_epochs": 2} | schedule))
    return Recipe("tiny", DataChoice("mnist", pixel_bits), Augmentation(10, 2, 0.1, 0.1), how, layers, "tiny")


def spiking_recipe(integration="continuous", data="mnist", schedule=None, **choice) -> Recipe:
    """Return the shapes of `tiny_recipe` with neurons; the first blocks fit images and events."""
    if data == "saccades":
        choice["timesteps"] = 12
    recipe = replace(
        tiny_recipe(**(schedule or {})),
        data=DataChoice(data, 4),
        spiking=SpikingChoice(integration, **choice),
    )
    if data == "saccades":
        first = replace(recipe.layers[0], block_in=16)
        recipe = replace(recipe, layers=(first, *recipe.layers[1:]))
    return checked(recipe)


def conv_recipe(data="mnist", bits=3, activation_bits=3, mask="fixed", **schedule) -> Recipe:
    """Return a recipe of two convolutions and two dense layers for grey or coloured images."""
    first = {"mnist": 1, "cifar10": 3}[data]
    layers = (
        ConvChoice(6, bits, activation_bits, 1, 4, first, kernel=5, stride=2, padding=1, pool=2),
        ConvChoice(8, bits, activation_bits, 2, 4, 3, mask, kernel=3, padding=1, pool=2),
        LayerChoice(16, bits, activation_bits, 4, 8, 2, mask),
        LayerChoice(10, bits, activation_bits, 1, 10, 4),
    )
    how = Schedule(**({"epochs": 3, "batch": 16, "mask_epochs": 2} | schedule))
    augment = Augmentation(crop=2, mirror=True) if data == "cifar10" else Augmentation(10, 2, 0.1, 0.1)
    return checked(Recipe("convs", DataChoice(data, 4), augment, how, layers, f"convs {data}"))


def patches(count: int, seed: int) -> LabelledImages:
    """Return coloured images whose class is the brightness and the colour of a patch."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(10, (count,), generator=generator)
    images = torch.randint(60, (count, 32, 32, 3), generator=generator, dtype=torch.uint8)
    for image, label in zip(images, labels.tolist(), strict=True):
        image[8:24, 8:24, label % 3] = 80 + 40 * (label // 3)
    return LabelledImages(images, labels, "patches")


def stripes(count: int, seed: int) -> LabelledImages:
    """Return noisy images whose class is the place of a bright stripe."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(10, (count,), generator=generator)
    images = 100 * torch.rand(count, 28, 28, generator=generator)
    for place in range(2):
        images[torch.arange(count), 4 + 2 * labels + place] = 255.0
    return LabelledImages(images.floor(), labels)


def floated(recipe: Recipe) -> Recipe:
    """Return the same recipe in float arithmetic."""
    return replace(recipe, train=replace(recipe.train, arithmetic="float", learning_rate=0.001))
