"""The layers of a recipe: their shapes, their bits and their blocks."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from accelgen.errors import InvalidNetwork, InvalidRecipe
from accelgen.network.sides import Sides, each, shortest
from accelgen.network.window import MAX_CHANNELS, MAX_KERNEL, MAX_STRIDE, Window
from accelgen.toml_checks import one_of, whole

__all__ = ["KINDS", "NO_IMAGE", "ConvChoice", "LayerChoice"]

#: Fields of a window that are one number or several, and how many sides they are of.
SIDES = {"kernel": 2, "stride": 2, "padding": 4, "pool": 2}
NO_IMAGE = "kind: a convolution needs an image, not what a dense layer or events give"


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """One fully connected layer, ``kind = "dense"``.

    Attributes
    ----------
    outputs : int
        Activations, or scores, that leave; the channels of a convolution.
    weight_bits, activation_bits : int
        1 to 4, and 1 to 8. The last layer gives scores, and its ``activation_bits`` mean nothing; nor do
        those of spiking layers, whose neurons give one.
    compression : int
        Blocks over kept blocks: 1, 2, 4, 8 or 16. It must be met exactly.
    block_out, block_in : int
        Shape of a block, in outputs and inputs; in channels for a convolution.
    mask : "fixed" or "learned"
        Kept blocks drawn before training, or the strongest after ``mask_epochs``.
    """

    convolves: ClassVar[bool] = False

    outputs: int
    weight_bits: int = 3
    activation_bits: int = 3
    compression: int = 1
    block_out: int = 16
    block_in: int = 16
    mask: str = "fixed"

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [
            *whole("outputs", self.outputs, 1, 1 << 16),
            *whole("weight_bits", self.weight_bits, 1, 4),
            *whole("activation_bits", self.activation_bits, 1, 8),
            *one_of("compression", self.compression, (1, 2, 4, 8, 16)),
            *whole("block_out", self.block_out, 1, 1 << 12),
            *whole("block_in", self.block_in, 1, 1 << 12),
            *one_of("mask", self.mask, ("fixed", "learned")),
        ]

    def columns(self, inputs: int) -> int:
        """Return the input blocks of a layer with ``inputs`` inputs, or input channels."""
        return -(-inputs // self.block_in)

    def cut_from(self, shape: tuple[int, ...]) -> int:
        """Return how many inputs are cut into blocks if ``shape`` enters."""
        return math.prod(shape)

    def leaving(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape that leaves if ``shape`` enters: (height, width, channels), or (outputs,).

        Raises
        ------
        InvalidRecipe
            If ``shape`` cannot enter.
        """
        return (self.outputs,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvChoice(LayerChoice):
    """One convolution and the pooling after it, ``kind = "conv"``; see `accelgen.network.Window`.

    Attributes
    ----------
    kernel, stride, pool : int, or list of two
        Shape of its window, 1 to 15 pixels: one number, or height and width.
    padding : int, or list of two or four
        Zeros around the image, 0 to ``kernel - 1``: one number; above and below, left and right; or top,
        bottom, left and right.
    """

    convolves: ClassVar[bool] = True

    kernel: Sides
    stride: Sides = 1
    padding: Sides = 0
    pool: Sides = 1

    def __post_init__(self):
        # One form for each shape, so that recipes of the same network are found to be; what is wrong is left
        # as it is, for `problems` to tell.
        for name, parts in SIDES.items():
            with suppress(InvalidNetwork):
                numbers = each(name, getattr(self, name), 0, (MAX_KERNEL,) * parts)
                object.__setattr__(self, name, shortest(numbers))

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        problems = [*LayerChoice.problems(self), *whole("outputs", self.outputs, 1, MAX_CHANNELS)]

        def check(name: str, low: int, most: tuple[int, ...]) -> tuple[int, ...]:
            try:
                return each(name, getattr(self, name), low, most)
            except InvalidNetwork as error:
                problems.append(str(error))
                return most

        high, wide = check("kernel", 1, (MAX_KERNEL, MAX_KERNEL))
        check("stride", 1, (MAX_STRIDE, MAX_STRIDE))
        check("padding", 0, (high - 1, high - 1, wide - 1, wide - 1))
        check("pool", 1, (MAX_STRIDE, MAX_STRIDE))
        return problems

    def cut_from(self, shape: tuple[int, ...]) -> int:
        """Return how many channels are cut into blocks if ``shape`` enters."""
        return shape[-1]

    def window(self, shape: tuple[int, ...]) -> Window:
        """Return what it looks at if ``shape`` enters, or raise `InvalidRecipe`."""
        if len(shape) != 3:
            raise InvalidRecipe(NO_IMAGE)
        try:
            return Window(*shape, self.kernel, self.stride, self.padding, self.pool)
        except InvalidNetwork as error:
            raise InvalidRecipe(str(error)) from error

    def leaving(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the (height, width, channels) that leave if ``shape`` enters."""
        window = self.window(shape)
        return window.out_height, window.out_width, self.outputs


#: By the name that a recipe gives them.
KINDS = {"dense": LayerChoice, "conv": ConvChoice}
