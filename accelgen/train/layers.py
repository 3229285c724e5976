"""The trainable layers: the integer arithmetic of the network file, on floats that hold integers.

A hidden layer is ``acc[o] = sum_i Q(W)[o, i] x[i]`` and what `accelgen.train.rules` makes of it.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from accelgen.network.window import Window
from accelgen.train.mask import spread_mask, strongest_mask
from accelgen.train.quantise import quantise_weights
from accelgen.train.rules import Requantiser, Scorer
from accelgen.train.sums import add_up

__all__ = ["BlockLinear", "Hidden", "Output"]

#: Standard deviation of new shadow weights, in steps, by weight bits.
INITIAL_SPREAD = {1: 0.3, 2: 0.7, 3: 1.2, 4: 2.4, 5: 4.8, 6: 9.6, 7: 19.2, 8: 38.4}

#: Block rows of fewer outputs than this are not gathered: multiplying by their zeros is faster.
GATHERED = 8


class BlockLinear(nn.Module):
    """``x @ Q(W).T`` with block-sparse W; only the kept blocks exist.

    Parameters
    ----------
    outputs, inputs : int
        Shape of W.
    bits : int
        Bits of a weight, 1 to 8.
    block_out, block_in : int
        Shape of a block; the last row and column of blocks are padded.
    mask : bool[block_rows, input_blocks]
        Kept blocks, the same number in each row.
    generator : torch.Generator
        Random generator of the initial weights.
    """

    weight: nn.Parameter
    index: Tensor

    def __init__(
        self,
        outputs: int,
        inputs: int,
        bits: int,
        *,
        block_out: int,
        block_in: int,
        mask: np.ndarray,
        generator: torch.Generator,
    ):
        super().__init__()
        self.window: Window | None = None  # of a convolution
        self.codes = False  # what enters is known to be whole numbers of 0 to 255
        self.outputs, self.inputs, self.bits = outputs, inputs, bits
        self.block_out, self.block_in = block_out, block_in
        self.columns = mask.shape[1]
        rows, kept = len(mask), int(mask[0].sum())
        spread = INITIAL_SPREAD[bits] * torch.randn(rows, kept, block_out, block_in, generator=generator)
        self.weight = nn.Parameter(spread)
        self.register_buffer("index", torch.from_numpy(np.nonzero(mask)[1].reshape(rows, kept)))

    @property
    def mask(self) -> np.ndarray:
        """Kept blocks, bool[block_rows, input_blocks]."""
        mask = np.zeros((len(self.index), self.columns), bool)
        np.put_along_axis(mask, self.index.cpu().numpy(), True, axis=1)
        return mask

    def forward(self, x: Tensor) -> Tensor:
        """Return the accumulators float[..., outputs] of ``x`` float[..., inputs]."""
        if x.dim() > 2:
            return self(x.flatten(0, -2)).unflatten(0, x.shape[:-1])
        codes = quantise_weights(self.weight, self.bits)
        rows, kept = self.index.shape
        if short := self.columns * self.block_in - self.inputs:
            x = nn.functional.pad(x, (0, short))
        if kept == self.columns or self.block_out < GATHERED:
            return add_up(x, self._dense(codes).T)[:, : self.outputs]
        return _BlockProduct.apply(x, codes, self.index)[:, : self.outputs]

    def _dense(self, codes: Tensor) -> Tensor:
        """Return ``codes`` with zeros where no block is kept, [rows * block_out, columns * block_in]."""
        rows, kept = self.index.shape
        if kept < self.columns:
            codes = self._spread(codes)
        return codes.transpose(1, 2).reshape(rows * self.block_out, -1)

    def _spread(self, codes: Tensor) -> Tensor:
        """Return ``codes`` with zeros where no block is kept, [rows, columns, block_out, block_in]."""
        rows = len(codes)
        blocks = codes.new_zeros(rows, self.columns, self.block_out, self.block_in)
        return blocks.index_put((torch.arange(rows, device=codes.device)[:, None], self.index), codes)

    @torch.no_grad()
    def load(self, matrix: Tensor) -> None:
        """Take the weights that exist from ``matrix`` float[outputs, inputs]."""
        short = (0, self.columns * self.block_in - self.inputs, 0, -self.outputs % self.block_out)
        blocks = nn.functional.pad(matrix, short)
        blocks = blocks.view(-1, self.block_out, self.columns, self.block_in).transpose(1, 2)
        self.weight.copy_(blocks[torch.arange(len(blocks), device=blocks.device)[:, None], self.index])

    @torch.no_grad()
    def keep_strongest(self, kept: int, *, spread: bool = False) -> None:
        """Drop all but the ``kept`` blocks of largest magnitude in each row; rows may ``spread`` over them.

        The weight becomes a new, smaller parameter: an optimiser that held the old one must be made anew.
        """
        strength = self.weight.square().sum((2, 3)).cpu().numpy()
        mask = (spread_mask if spread else strongest_mask)(strength, kept)
        places = torch.from_numpy(np.nonzero(mask)[1].reshape(-1, kept))
        places = places.to(self.index.device)
        rows = torch.arange(len(places), device=places.device)[:, None]
        self.weight = nn.Parameter(self.weight[rows, places].clone())
        self.index = self.index.gather(1, places)

    @torch.no_grad()
    def dense_codes(self) -> np.ndarray:
        """Return Q(W) with zeros where no block is kept, int64[outputs, inputs]."""
        matrix = self._dense(quantise_weights(self.weight, self.bits)).to(torch.int64)
        return matrix[: self.outputs, : self.inputs].cpu().numpy()


class _BlockProduct(torch.autograd.Function):
    """One small dense product per block row, over the inputs that the row sees.

    Samples vary fastest in memory here, so that to gather a block is to copy one piece of it.
    """

    @staticmethod
    def forward(ctx, x: Tensor, codes: Tensor, index: Tensor) -> Tensor:
        (rows, kept), (block_out, block_in), n = index.shape, codes.shape[2:], len(x)
        seen = x.t().reshape(-1, block_in * n).index_select(0, index.flatten()).view(rows, kept * block_in, n)
        matrices = codes.transpose(1, 2).reshape(rows, block_out, kept * block_in)
        ctx.save_for_backward(seen, matrices, index)
        ctx.columns, ctx.shape = x.shape[1] // block_in, codes.shape
        with torch.autocast(x.device.type, enabled=False):  # too small to be faster in bfloat16
            return (matrices @ seen).view(rows * block_out, n).t().contiguous()

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, ...]:
        seen, matrices, index = ctx.saved_tensors
        rows, kept, block_out, block_in = ctx.shape
        n = len(gradient)
        of_rows = gradient.view(n, rows, block_out).transpose(0, 1)
        of_x = of_codes = None
        # Products are written so that sums run as autograd's would: results are the same to the last bit.
        if ctx.needs_input_grad[1]:
            of_codes = (seen @ of_rows).view(rows, kept, block_in, block_out).transpose(2, 3)
        if ctx.needs_input_grad[0]:
            of_seen = (of_rows @ matrices).transpose(1, 2).reshape(rows * kept, block_in * n)
            of_x = of_seen.new_zeros(ctx.columns, block_in * n).index_add_(0, index.flatten(), of_seen)
            of_x = of_x.view(ctx.columns * block_in, n).t().contiguous()
        return of_x, of_codes, None


class Hidden(Requantiser):
    """A layer that requantises.

    Parameters
    ----------
    linear : BlockLinear or BlockConv
        Its weights.
    bits, fill
        See `Requantiser`.
    """

    def __init__(self, linear: BlockLinear, bits: int, fill: float = 0.4):
        super().__init__(linear.outputs, bits, fill)
        self.linear = linear

    def calibrate(self, x: Tensor) -> None:
        """Choose the shift that spreads the sums of ``x`` float[n, inputs] over the activation range."""
        with torch.no_grad():
            self.scale_to(self.linear(x))

    def forward(self, x: Tensor) -> Tensor:
        """Return the activations float[n, ...] of ``x`` float[n, inputs], those of all pixels in a row."""
        return self.activations(self.linear(x)).flatten(1)


class Output(Scorer):
    """The last layer: integer scores, and a temperature that only the loss sees.

    Parameters
    ----------
    linear : BlockLinear
        Its weights.
    """

    def __init__(self, linear: BlockLinear):
        super().__init__(linear.outputs)
        self.linear = linear

    def calibrate(self, x: Tensor) -> None:
        """Choose the temperature that gives the scores of ``x`` float[n, inputs] a spread of one."""
        with torch.no_grad():
            self.scale_to(self.linear(x))

    def forward(self, x: Tensor) -> Tensor:
        """Return the integer scores float[n, outputs] of ``x`` float[n, inputs]."""
        return self.linear(x) + self.bias()
