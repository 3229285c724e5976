"""The trainable layers: the integer arithmetic of the network file, on floats that hold integers.

A hidden layer is

    acc[o]  = sum_i Q(W)[o, i] x[i]
    bias[o] = round((beta[o] + 1/2) 2**shift - mean[o])
    y[o]    = clamp(floor((acc[o] + bias[o]) 2**-shift), 0, 2**bits - 1)

in training and in evaluation alike; only ``mean`` differs. While training finds its way it is the mean
of the batch (batch norm without a division: the variance belongs to the layer, and the hardware divides
by a power of two, so it is settled once, as ``shift``). Evaluation, and the last epochs of training, use
the running mean. Then what is trained is exactly what is exported.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from accelgen.network.rule import MAX_SHIFT
from accelgen.network.window import Window
from accelgen.train.mask import strongest_mask
from accelgen.train.quantise import clamp_activation, quantise_weights, round_through

__all__ = ["BlockLinear", "Hidden", "Layer", "Output"]

#: Standard deviation of new shadow weights, in steps, by weight bits.
INITIAL_SPREAD = {1: 0.3, 2: 0.7, 3: 1.2, 4: 2.4}

#: Block rows of fewer outputs than this are not gathered: multiplying by their zeros is faster.
GATHERED = 8

#: How fast the running mean follows the batch mean; that of a convolution is over many pixels, and steadier.
MOMENTUM, CONV_MOMENTUM = 0.02, 0.1


class BlockLinear(nn.Module):
    """``x @ Q(W).T`` with block-sparse W; only the kept blocks exist.

    Parameters
    ----------
    outputs, inputs : int
        Shape of W.
    bits : int
        Bits of a weight, 1 to 4.
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
        np.put_along_axis(mask, self.index.numpy(), True, axis=1)
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
            return (x @ self._dense(codes).T)[:, : self.outputs]
        # One small dense product per block row, over the inputs that the row sees.
        seen = x.view(len(x), self.columns, self.block_in)[:, self.index.flatten()]
        seen = seen.view(len(x), rows, kept * self.block_in).transpose(0, 1)
        acc = seen @ codes.transpose(2, 3).reshape(rows, kept * self.block_in, self.block_out)
        return acc.transpose(0, 1).reshape(len(x), -1)[:, : self.outputs]

    def _dense(self, codes: Tensor) -> Tensor:
        """Return ``codes`` with zeros where no block is kept, [rows * block_out, columns * block_in]."""
        rows, kept = self.index.shape
        if kept < self.columns:
            blocks = codes.new_zeros(rows, self.columns, self.block_out, self.block_in)
            codes = blocks.index_put((torch.arange(rows)[:, None], self.index), codes)
        return codes.transpose(1, 2).reshape(rows * self.block_out, -1)

    @torch.no_grad()
    def load(self, matrix: Tensor) -> None:
        """Take the weights that exist from ``matrix`` float[outputs, inputs]."""
        short = (0, self.columns * self.block_in - self.inputs, 0, -self.outputs % self.block_out)
        blocks = nn.functional.pad(matrix, short)
        blocks = blocks.view(-1, self.block_out, self.columns, self.block_in).transpose(1, 2)
        self.weight.copy_(blocks[torch.arange(len(blocks))[:, None], self.index])

    @torch.no_grad()
    def keep_strongest(self, kept: int) -> None:
        """Drop all but the ``kept`` blocks of largest magnitude in each row.

        The weight becomes a new, smaller parameter: an optimiser that held the old one must be made anew.
        """
        strength = self.weight.square().sum((2, 3)).numpy()
        places = torch.from_numpy(np.nonzero(strongest_mask(strength, kept))[1].reshape(-1, kept))
        self.weight = nn.Parameter(self.weight[torch.arange(len(places))[:, None], places].clone())
        self.index = self.index.gather(1, places)

    @torch.no_grad()
    def dense_codes(self) -> np.ndarray:
        """Return Q(W) with zeros where no block is kept, int64[outputs, inputs]."""
        matrix = self._dense(quantise_weights(self.weight, self.bits)).to(torch.int64)
        return matrix[: self.outputs, : self.inputs].numpy()


class Layer(nn.Module):
    """What all layers of an integer network have.

    Parameters
    ----------
    linear : BlockLinear or BlockConv
        Its weights.

    Attributes
    ----------
    beta : float[outputs]
        What training moves the start values of the accumulators by.
    settled : bool
        The means are frozen.
    """

    beta: nn.Parameter

    def __init__(self, linear: BlockLinear):
        super().__init__()
        self.linear = linear
        self.settled = False
        self.beta = nn.Parameter(torch.zeros(linear.outputs))

    def calibrate(self, x: Tensor) -> None:
        """Choose the scales from the inputs ``x`` float[..., inputs]; each kind of layer has its own way.

        Raises
        ------
        NotImplementedError
            Here: a layer of no kind has no scales.
        """
        raise NotImplementedError


class Hidden(Layer):
    """A layer that requantises; see the equations at the top of this file.

    Parameters
    ----------
    linear : BlockLinear or BlockConv
        Its weights.
    bits : int
        Bits of the activations that leave, 1 to 8.
    fill : float
        Share of the activation range that one standard deviation of the accumulator should fill at the
        start.
    """

    mean: Tensor
    shift: Tensor

    def __init__(self, linear: BlockLinear, bits: int, fill: float = 0.4):
        super().__init__(linear)
        self.bits, self.fill = bits, fill
        self.register_buffer("mean", torch.zeros(linear.outputs))
        self.register_buffer("shift", torch.tensor(0))

    @property
    def highest(self) -> int:
        """The largest activation."""
        return (1 << self.bits) - 1

    @torch.no_grad()
    def calibrate(self, x: Tensor) -> None:
        """Choose the shift that spreads the sums of ``x`` float[n, inputs] over the activation range."""
        acc = self.linear(x).flatten(0, -2)
        self.mean.copy_(acc.mean(0))
        spread = acc.var(0).mean().sqrt().item()
        shift = round(math.log2(max(spread, 1.0) / (self.fill * (1 << self.bits))))
        self.shift.fill_(min(max(shift, 0), MAX_SHIFT))

    def bias(self, mean: Tensor) -> Tensor:
        """Return the integer start values of the sums, float[outputs]; ``mean`` is theirs, float[outputs]."""
        return round_through((self.beta + 0.5) * 2.0 ** self.shift.item() - mean)

    def forward(self, x: Tensor) -> Tensor:
        """Return the activations float[n, ...] of ``x`` float[n, inputs], those of all pixels in a row."""
        acc = self.linear(x)
        mean = self.mean
        if self.training and not self.settled:
            mean = acc.flatten(0, -2).mean(0)
            self.mean.lerp_(mean.detach(), MOMENTUM if acc.dim() == 2 else CONV_MOMENTUM)
        return clamp_activation((acc + self.bias(mean)) * 2.0 ** -self.shift.item(), self.bits).flatten(1)


class Output(Layer):
    """The last layer: integer scores, and a temperature that only the loss sees.

    Parameters
    ----------
    linear : BlockLinear
        Its weights.
    """

    log_scale: nn.Parameter

    def __init__(self, linear: BlockLinear):
        super().__init__(linear)
        self.log_scale = nn.Parameter(torch.tensor(0.0))

    @torch.no_grad()
    def calibrate(self, x: Tensor) -> None:
        """Choose the temperature that gives the scores of ``x`` float[n, inputs] a spread of one."""
        self.log_scale.fill_(-math.log(max(self.linear(x).std().item(), 1.0)))

    def bias(self) -> Tensor:
        """Return the integer start values of the accumulators, float[outputs]."""
        return round_through(self.beta * torch.exp(-self.log_scale.detach()))

    def forward(self, x: Tensor) -> Tensor:
        """Return the integer scores float[n, outputs] of ``x`` float[n, inputs]."""
        return self.linear(x) + self.bias()

    def logits(self, scores: Tensor) -> Tensor:
        """Return scores float[n, classes] on the scale of the loss."""
        return scores * self.log_scale.exp()
