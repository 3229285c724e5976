"""The trainable convolution: sums of integers over windows, pooled before they are requantised.

Requantising never falls as its sum rises, so the largest sum of a square gives its largest activation; what
is kept for the gradient is smaller by the size of the square.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import max_pool2d, pad

from accelgen.network.window import Window
from accelgen.train.layers import BlockLinear
from accelgen.train.quantise import quantise_weights
from accelgen.train.sums import convolve, reduced

__all__ = ["BlockConv"]


class BlockConv(BlockLinear):
    """A convolution with block-sparse integer weights, and the pooling of its sums.

    Its weights are those of a `BlockLinear` whose columns are as `accelgen.network.convolution` says.

    Parameters
    ----------
    window : Window
        What it looks at.
    channels : int
        Output channels.
    bits : int
        Bits of a weight, 1 to 8.
    block_out, block_in : int
        Output and input channels of a block.
    mask : bool[block_rows, input_blocks]
        Kept blocks, the same number in each row.
    generator : torch.Generator
        Random generator of the initial weights.
    """

    window: Window

    def __init__(
        self,
        window: Window,
        channels: int,
        bits: int,
        *,
        block_out: int,
        block_in: int,
        mask: np.ndarray,
        generator: torch.Generator,
    ):
        columns = window.positions * block_in
        super().__init__(
            channels,
            mask.shape[1] * columns,
            bits,
            block_out=block_out,
            block_in=columns,
            mask=mask,
            generator=generator,
        )
        self.window, self.channels_in = window, block_in

    def forward(self, x: Tensor) -> Tensor:
        """Return the largest sum of each square.

        Parameters
        ----------
        x : float[n, inputs]
            Activations in the order (y, x, channel).

        Returns
        -------
        float[n, rows, columns, channels]
        """
        window, rows = self.window, len(self.index)
        x = x.view(len(x), window.height, window.width, window.channels)
        if short := self.columns * self.channels_in - window.channels:
            x = pad(x, (0, short))
        # Sums are the same to the last bit; without a gradient nothing is gained by gathering.
        filters, groups = self._filters(whole=reduced(x) or not torch.is_grad_enabled()), 1
        if filters.shape[1] < x.shape[3]:
            # One small convolution per block row, over the channels that the row sees.
            blocks = x.unflatten(3, (self.columns, self.channels_in))
            x, groups = blocks[:, :, :, self.index.flatten()].flatten(3), rows
        down, across = window.rows, window.columns
        x, padding = x.permute(0, 3, 1, 2), (down.before, across.before)
        if padding != (down.after, across.after):  # which conv2d does not know
            x, padding = pad(x, (across.before, across.after, down.before, down.after)), (0, 0)
        sums = convolve(x, filters, (down.stride, across.stride), padding, groups, codes=self.codes)
        if window.pool != 1:
            sums = max_pool2d(sums, (down.pool, across.pool))
        return sums[:, : self.outputs].permute(0, 2, 3, 1)

    def _filters(self, *, whole: bool) -> Tensor:
        """Return the weights that exist, [rows * block_out, kept * block_in, kernel height, kernel width].

        A ``whole`` row has zeros where no block is kept, and so all columns.
        """
        rows, kept = self.index.shape
        sides = self._sides()
        codes = quantise_weights(self.weight, self.bits)
        if whole and kept < self.columns:
            codes, kept = self._spread(codes), self.columns
        codes = codes.view(rows, kept, self.block_out, *sides, self.channels_in)
        # The channel varies fastest in memory, as in the activations.
        codes = codes.permute(0, 2, 3, 4, 1, 5).reshape(rows * self.block_out, *sides, -1)
        return codes.permute(0, 3, 1, 2)

    @torch.no_grad()
    def load(self, kernels: Tensor) -> None:
        """Take the weights that exist from ``kernels`` float[channels, height, width, input channels]."""
        kernels = pad(kernels, (0, self.columns * self.channels_in - self.window.channels))
        blocks = kernels.unflatten(3, (self.columns, self.channels_in)).permute(0, 3, 1, 2, 4)
        super().load(blocks.flatten(1))

    @torch.no_grad()
    def kernels(self) -> np.ndarray:
        """Return Q(W) with zeros where no block is kept, int64[channels, input channels, height, width]."""
        sides = self._sides()
        split = self.dense_codes().reshape(self.outputs, self.columns, *sides, self.channels_in)
        whole = split.transpose(0, 1, 4, 2, 3).reshape(self.outputs, -1, *sides)
        return whole[:, : self.window.channels]

    def _sides(self) -> tuple[int, int]:
        """Return rows and columns of the kernel."""
        return self.window.rows.kernel, self.window.columns.kernel
