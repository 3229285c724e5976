"""The layers of a recipe: their shapes, their bits and their blocks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from accelgen.errors import InvalidNetwork, InvalidRecipe
from accelgen.network.window import MAX_CHANNELS, MAX_KERNEL, MAX_STRIDE, Window
from accelgen.toml_checks import one_of, whole

__all__ = ["KINDS", "NO_IMAGE", "ConvChoice", "LayerChoice"]

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
    kernel, stride, padding, pool : int
        Shape of its window: 1 to 7, 1 to 4, 0 to ``kernel - 1`` and 1 to 4 pixels.
    """

    convolves: ClassVar[bool] = True

    kernel: int
    stride: int = 1
    padding: int = 0
    pool: int = 1

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        kernel = whole("kernel", self.kernel, 1, MAX_KERNEL)
        return [
            *LayerChoice.problems(self),
            *whole("outputs", self.outputs, 1, MAX_CHANNELS),
            *kernel,
            *whole("stride", self.stride, 1, MAX_STRIDE),
            *whole("padding", self.padding, 0, MAX_KERNEL - 1 if kernel else self.kernel - 1),
            *whole("pool", self.pool, 1, MAX_STRIDE),
        ]

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
