"""The trainable layers: the integer arithmetic of the network file, on floats that hold integers.

A hidden layer is ``acc[o] = sum_i Q(W)[o, i] x[i]`` and what `accelgen.train.rules` makes of it.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from accelgen.network.window import Window
from accelgen.train.mask import spread_mask, strongest_mask
from accelgen.train.products import BlockProduct, Kept, Settings
from accelgen.train.quantise import SMALL, clamp_shadow_, quantise_weights
from accelgen.train.rules import MOMENTUM, Requantiser, Scorer
from accelgen.train.sums import add_up

__all__ = ["BlockLinear", "Hidden", "Output"]

#: Standard deviation of new shadow weights, in steps, by weight bits.
INITIAL_SPREAD = {1: 0.3, 2: 0.7, 3: 1.2, 4: 2.4, 5: 4.8, 6: 9.6, 7: 19.2, 8: 38.4}

#: Block rows of fewer outputs than this are not gathered: multiplying by their zeros is faster.
GATHERED = 8

#: The largest whole number up to which all are floats, and sums of them exact.
EXACT = 1 << 24


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
        self.across = False  # see `lie_across`
        # Tensors, and how often they had been written into when they were looked at.
        self._kept: tuple[Kept, int] | None = None
        self._within: tuple[Tensor, int] | None = None  # the weights, when they were all in their range
        self._chains: dict[int, bool] = {}  # by samples
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
        if not self.gathers:
            return add_up(x, self._dense(codes).T)[:, : self.outputs]
        sums = BlockProduct.apply(x, codes, self.index)[:, : self.outputs]
        return sums if self.across and not self.training else sums.contiguous()

    @property
    def gathers(self) -> bool:
        """Whether inputs are gathered for each block row: that is faster than to multiply by zeros."""
        return self.index.shape[1] < self.columns and self.block_out >= GATHERED

    def lie_across(self) -> None:
        """Let sums lie in memory as a `Chain` has them, and weights as it takes them."""
        self.across = self.window is None
        if self.across:
            self.weight.data = _by_outputs(self.weight.data)

    def chains(self, n: int) -> bool:
        """Return whether a `Chain` of ``n`` samples may have this layer, with the same bits.

        So it is where sums may lie across, inputs are gathered, no block is padded, and the mean of the
        sums is exact in any order.
        """
        if n not in self._chains:
            rows, kept = self.index.shape
            padded = (rows * self.block_out, self.columns * self.block_in) != (self.outputs, self.inputs)
            exact = n * kept * self.block_in * (255 << self.bits - 1) <= EXACT and n * self.outputs <= SMALL
            self._chains[n] = self.across and self.gathers and exact and not padded
        return self._chains[n]

    def settings(self) -> tuple[Kept, int, bool]:
        """Return the first of the `Settings` of a layer."""
        index, weight = self.index, self.weight
        if self._kept is None or self._kept[0].places is not index or self._kept[1] != index._version:
            self._kept = Kept.of(index, self.columns), index._version
        within = self._within
        inside = within is not None and within[0] is weight and within[1] == weight._version
        return self._kept[0], self.bits, inside

    def keep_in_range(self) -> None:
        """Pull all shadow weights back into what their bits can hold."""
        weight = self.weight
        clamp_shadow_(weight, self.bits)
        self._within = weight, weight._version

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
        strength = self.weight.contiguous().square().sum((2, 3)).cpu().numpy()
        mask = (spread_mask if spread else strongest_mask)(strength, kept)
        places = torch.from_numpy(np.nonzero(mask)[1].reshape(-1, kept))
        places = places.to(self.index.device)
        rows = torch.arange(len(places), device=places.device)[:, None]
        weight = self.weight[rows, places].clone()
        self.weight = nn.Parameter(_by_outputs(weight) if self.across else weight)
        self.index = self.index.gather(1, places)
        self._chains.clear()

    @torch.no_grad()
    def dense_codes(self) -> np.ndarray:
        """Return Q(W) with zeros where no block is kept, int64[outputs, inputs]."""
        matrix = self._dense(quantise_weights(self.weight, self.bits)).to(torch.int64)
        return matrix[: self.outputs, : self.inputs].cpu().numpy()


def _by_outputs(blocks: Tensor) -> Tensor:
    """Return a copy of ``blocks`` [rows, kept, block_out, block_in] that lies as matrices of the rows do."""
    return blocks.transpose(1, 2).contiguous().transpose(1, 2)


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

    def settings(self) -> Settings:
        """Return what a `Chain` needs to know."""
        momentum = 0.0 if self.settled else MOMENTUM
        return Settings(*self.linear.settings(), self.bits, self.step, self.mean, momentum)


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

    def settings(self) -> Settings:
        """Return what a `Chain` needs to know."""
        return Settings(*self.linear.settings(), factor=torch.exp(-self.log_scale.detach()))
