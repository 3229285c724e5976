"""Weights in blocks: sums of integers, to be followed by a rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from accelgen.errors import InvalidOption
from accelgen.network.blocks import MAX_WEIGHT_BITS
from accelgen.network.fields import whole
from accelgen.network.sides import Sides, each
from accelgen.network.window import MAX_KERNEL, Window
from accelgen.train import conv, layers
from accelgen.train.mask import fixed_mask

__all__ = ["BlockConv1d", "BlockConv2d", "BlockLinear", "Flatten", "block_width"]

#: Outputs and inputs of a block, at most, where nothing else is said.
BLOCK_OUT, BLOCK_IN = 16, 16


def block_width(inputs: int, compression: int, *, whole_blocks: bool) -> int:
    """Return the widest block, up to `BLOCK_IN` inputs, that lets ``compression`` be met exactly.

    Parameters
    ----------
    inputs : int
        Inputs of a layer, or channels that enter a convolution.
    compression : int
        All blocks over those that are kept.
    whole_blocks : bool
        Only widths that divide ``inputs``: a convolution, and what follows one, reads whole pixels.

    Raises
    ------
    InvalidOption
        If there is none.
    """
    fitting = [
        width
        for width in range(min(BLOCK_IN, inputs), 0, -1)
        if -(-inputs // width) % compression == 0 and not (whole_blocks and inputs % width)
    ]
    if not fitting:
        raise InvalidOption(
            f"compression: {inputs} inputs cannot be cut into a multiple of {compression} blocks"
        )
    # Blocks that divide the inputs store no padding.
    return next((width for width in fitting if inputs % width == 0 and width > 2), fitting[0])


def _mask(rows: int, columns: int, compression: int) -> np.ndarray:
    if columns % compression:
        raise InvalidOption(f"compression: {columns} blocks in a row are no multiple of {compression}")
    seed = int(torch.randint(1 << 31, (1,)))
    return fixed_mask(rows, columns, columns // compression, np.random.default_rng(seed))


def _drawing() -> torch.Generator:
    """Return a generator seeded by torch's own, so that `torch.manual_seed` decides all draws."""
    return torch.Generator().manual_seed(int(torch.randint(1 << 31, (1,))))


class BlockLinear(layers.BlockLinear):
    """A fully connected layer with block-sparse integer weights; its sums have no bias: rules add it.

    Parameters
    ----------
    in_features, out_features : int
        Inputs and outputs.
    bits : int
        Bits of a weight, 1 to 8.
    compression : int
        All blocks over those that are kept; it must be met exactly.
    block : (int, int), optional
        Outputs and inputs of a block; by default at most 16 of each, so that compression can be met. After
        a convolution the inputs of a block must divide the channels of a pixel.

    Raises
    ------
    InvalidOption
        If a number is out of its range, or the compression cannot be met.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bits: int = 4,
        *,
        compression: int = 1,
        block: tuple[int, int] | None = None,
    ):
        inputs = whole("in_features", in_features, 1, error=InvalidOption)
        outputs = whole("out_features", out_features, 1, error=InvalidOption)
        bits = whole("bits", bits, 1, MAX_WEIGHT_BITS, error=InvalidOption)
        compression = whole("compression", compression, 1, error=InvalidOption)
        out, into = block or (
            min(BLOCK_OUT, outputs),
            block_width(inputs, compression, whole_blocks=False),
        )
        mask = _mask(-(-outputs // out), -(-inputs // into), compression)
        super().__init__(outputs, inputs, bits, block_out=out, block_in=into, mask=mask, generator=_drawing())

    def prune(self, compression: int) -> None:
        """Keep strong blocks only, and not the same ones in all rows; an optimiser must be made anew."""
        if self.columns % compression:
            raise InvalidOption(
                f"compression: {self.columns} blocks in a row are no multiple of {compression}"
            )
        self.keep_strongest(self.columns // compression, spread=True)

    def extra_repr(self) -> str:
        """Return what is printed of it."""
        kept = self.index.shape[1]
        blocks = f"{kept} of {self.columns} blocks of {self.block_out} x {self.block_in}"
        return f"{self.inputs}, {self.outputs}, bits={self.bits}, {blocks}"


class BlockConv2d(conv.BlockConv):
    """A convolution with block-sparse integer weights; its sums have no bias: rules add it.

    Takes and gives float[n, channels, height, width].

    Parameters
    ----------
    in_channels, out_channels : int
        Channels.
    kernel_size, stride : int or (int, int)
        One number, or one for each axis, (height, width).
    padding : int, or two or four of them
        One number, one for each axis, or one for each side, (top, bottom, left, right).
    bits, compression, block
        See `BlockLinear`; of channels. The input channels of a block must divide the channels.

    Raises
    ------
    InvalidOption, InvalidNetwork
        If a number is out of its range, or the compression cannot be met.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sides,
        stride: Sides = 1,
        padding: Sides = 0,
        bits: int = 4,
        *,
        compression: int = 1,
        block: tuple[int, int] | None = None,
    ):
        channels = whole("out_channels", out_channels, 1, error=InvalidOption)
        bits = whole("bits", bits, 1, MAX_WEIGHT_BITS, error=InvalidOption)
        compression = whole("compression", compression, 1, error=InvalidOption)
        high, wide = each("kernel_size", kernel_size, 1, (MAX_KERNEL, MAX_KERNEL))
        # As large an image as the kernel, until one comes: images of every size have the same weights.
        window = Window(high, wide, in_channels, kernel_size, stride, padding)
        out, into = block or (
            min(BLOCK_OUT, channels),
            block_width(window.channels, compression, whole_blocks=True),
        )
        mask = _mask(-(-channels // out), -(-window.channels // into), compression)
        super().__init__(
            window, channels, bits, block_out=out, block_in=into, mask=mask, generator=_drawing()
        )

    def look_at(self, height: int, width: int) -> None:
        """Take images of this size from now on, or raise `InvalidNetwork` if no window fits into one."""
        if (self.window.height, self.window.width) != (height, width):
            self.window = replace(self.window, height=height, width=width)

    def forward(self, x: Tensor) -> Tensor:
        self.look_at(*x.shape[2:])
        return super().forward(x.permute(0, 2, 3, 1).flatten(1)).permute(0, 3, 1, 2)

    prune = BlockLinear.prune

    def extra_repr(self) -> str:
        """Return what is printed of it."""
        window, kept = self.window, self.index.shape[1]
        blocks = f"{kept} of {self.columns} blocks of {self.block_out} x {self.channels_in}"
        how = f"kernel_size={window.kernel}, stride={window.stride}, padding={window.padding}"
        return f"{window.channels}, {self.outputs}, {how}, bits={self.bits}, {blocks}"


class BlockConv1d(BlockConv2d):
    """A convolution over a series: a `BlockConv2d` over images of one row.

    Takes and gives float[n, channels, length].

    Parameters
    ----------
    in_channels, out_channels, kernel_size, stride : int
        See `BlockConv2d`.
    padding : int or (int, int)
        Zeros at both ends, or before and after.
    bits, compression, block
        See `BlockConv2d`.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: Sides = 0,
        bits: int = 4,
        *,
        compression: int = 1,
        block: tuple[int, int] | None = None,
    ):
        super().__init__(
            in_channels,
            out_channels,
            (1, kernel_size),
            (1, stride),
            (0, 0, *padding) if isinstance(padding, tuple) else (0, padding),
            bits,
            compression=compression,
            block=block,
        )

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x[:, :, None])[:, :, 0]


class Flatten(nn.Module):
    """Make a row of an image, [n, channels, ...] to [n, features], with the channels of a pixel together.

    The hardware has them together, while `torch.nn.Flatten` puts all pixels of a channel together.
    """

    def forward(self, x: Tensor) -> Tensor:
        return x.movedim(1, -1).flatten(1)
