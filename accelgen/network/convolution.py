"""A convolution with block-sparse weights, and the max pooling that may follow it.

Activations of an image lie in the order (y, x, channel). For unsigned inputs x, a `Conv` layer computes

    acc[v, u, o] = bias[o] + sum_{j, i, c} W[o, c, j, i] x[v stride + j - padding, u stride + i - padding, c]

where activations outside the image are 0, then requantises as `accelgen.network.layers` says, and gives
of every ``pool x pool`` square the largest activation; rows and columns that fill no square are dropped.
(Requantising never falls as its sum rises, so the largest sum gives the largest activation.)

Its weights are one `BlockSparse` matrix. A block joins ``block_out`` output channels and ``block_in`` input
channels and holds their whole window: its ``window.positions * block_in`` columns are, in order, (j, i, c).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import InvalidNetwork, at
from accelgen.network.blocks import BlockSparse, padding_code
from accelgen.network.fields import check_name, check_type, keep_whole, whole
from accelgen.network.layers import Requantise, check_bias
from accelgen.values import integers

__all__ = ["Conv", "Window"]

MAX_SIDE = 1 << 10
MAX_CHANNELS = 1 << 12
MAX_KERNEL = 7
MAX_STRIDE = 4


@dataclass(frozen=True, slots=True)
class Window:
    """What a convolution looks at.

    Attributes
    ----------
    height, width, channels : int
        Of the image that enters, 1 to 1024 pixels and 1 to 4096 channels.
    kernel : int
        Side of the window, 1 to 7.
    stride : int
        Pixels from one window to the next, 1 to 4.
    padding : int
        Rows and columns of zeros on each side, 0 to ``kernel - 1``.
    pool : int
        Side of the squares of which the largest activation is kept, 1 (all are kept) to 4.

    Raises
    ------
    InvalidNetwork
        If one is no integer of Python or numpy, is out of its range, or a window does not fit the image.
    """

    height: int
    width: int
    channels: int
    kernel: int
    stride: int = 1
    padding: int = 0
    pool: int = 1

    def __post_init__(self):
        keep_whole(self, "height", 1, MAX_SIDE)
        keep_whole(self, "width", 1, MAX_SIDE)
        keep_whole(self, "channels", 1, MAX_CHANNELS)
        keep_whole(self, "kernel", 1, MAX_KERNEL)
        keep_whole(self, "stride", 1, MAX_STRIDE)
        keep_whole(self, "padding", 0, self.kernel - 1)
        keep_whole(self, "pool", 1, MAX_STRIDE)
        if min(self.out_height, self.out_width) < 1:
            raise InvalidNetwork(
                f"kernel: a window of {self.kernel} and squares of {self.pool} do not fit "
                f"{self.height} x {self.width} pixels"
            )

    @property
    def conv_height(self) -> int:
        """Rows of sums, before pooling."""
        return (self.height + 2 * self.padding - self.kernel) // self.stride + 1

    @property
    def conv_width(self) -> int:
        """Columns of sums, before pooling."""
        return (self.width + 2 * self.padding - self.kernel) // self.stride + 1

    @property
    def out_height(self) -> int:
        """Rows of activations that leave."""
        return self.conv_height // self.pool

    @property
    def out_width(self) -> int:
        """Columns of activations that leave."""
        return self.conv_width // self.pool

    @property
    def positions(self) -> int:
        """Positions of the kernel."""
        return self.kernel**2


@dataclass(frozen=True, slots=True, eq=False)
class Conv:
    """A convolution, and the pooling after it.

    Attributes
    ----------
    name : str
        For messages and reports, one line of printable ASCII.
    window : Window
        What it looks at.
    weights : BlockSparse
        W, of ``channels x (input blocks * window.positions * block_in)``; see the top of this file. Columns
        of channels that do not exist hold the padding code.
    bias : int32[channels]
        Start value of each accumulator, below 2**24 in magnitude.
    requantise : Requantise
        Never None: a convolution is not the last layer.

    Raises
    ------
    InvalidNetwork
        If a field has another type, dtype, shape or range.
    """

    name: str
    window: Window
    weights: BlockSparse
    bias: np.ndarray
    requantise: Requantise

    def __post_init__(self):
        check_name(self.name)
        check_type("window", self.window, Window)
        check_type("weights", self.weights, BlockSparse)
        check_type("requantise", self.requantise, Requantise)
        with at("bias"):
            object.__setattr__(self, "bias", check_bias(self.bias, self.channels))
        with at("codes"):
            self._check_codes()

    def _check_codes(self):
        positions, entering = self.window.positions, self.window.channels
        if self.weights.block_in % positions:
            raise InvalidNetwork(
                f"a block must hold windows of {positions} positions, not {self.weights.block_in} columns"
            )
        needed = -(-entering // self.block_in) * self.weights.block_in
        if self.weights.inputs != needed:
            raise InvalidNetwork(
                f"{entering} channels in blocks of {self.block_in} need {needed} columns, "
                f"not {self.weights.inputs}"
            )
        if used := entering % self.block_in:
            last = self.weights.codes[self.weights.index == self.weights.input_blocks - 1]
            last = last.reshape(*last.shape[:2], positions, self.block_in)
            pad = padding_code(self.weights.bits)
            if (last[..., used:] != pad).any():
                raise InvalidNetwork(f"columns past channel {entering - 1} must hold {pad}")

    @property
    def block_in(self) -> int:
        """Input channels of a block."""
        return self.weights.block_in // self.window.positions

    @property
    def channels(self) -> int:
        """Output channels."""
        return self.weights.outputs

    @property
    def inputs(self) -> int:
        """Activations that enter."""
        return self.window.height * self.window.width * self.window.channels

    @property
    def outputs(self) -> int:
        """Activations that leave."""
        return self.window.out_height * self.window.out_width * self.channels

    def kernels(self) -> np.ndarray:
        """Return W with zeros where no block is kept, int32[channels, input channels, kernel, kernel]."""
        side, blocks = self.window.kernel, self.weights.input_blocks
        matrix = self.weights.dense().reshape(self.channels, blocks, side, side, self.block_in)
        return matrix.transpose(0, 1, 4, 2, 3).reshape(self.channels, -1, side, side)[
            :, : self.window.channels
        ]

    @classmethod
    def from_kernels(
        cls,
        name: str,
        window: Window,
        kernels: np.ndarray,
        mask: np.ndarray,
        *,
        bits: int,
        block_out: int,
        block_in: int,
        bias: np.ndarray,
        requantise: Requantise,
    ) -> Conv:
        """Keep the blocks of ``kernels`` that ``mask`` names.

        Parameters
        ----------
        name, window, bias, requantise
            As in the class.
        kernels : integer[channels, window.channels, kernel, kernel]
            All weights, of any signed or unsigned dtype, those that are kept within `code_range`; those
            outside the mask are dropped. Real weights are for the caller to scale and to round.
        mask : bool[block_rows, input_blocks]
            The kept blocks, the same number in every row.
        bits : int
            Bits per weight, 1 to 4.
        block_out, block_in : int
            Output and input channels of a block, at least 1.

        Raises
        ------
        InvalidNetwork
            If an argument has another type, dtype, shape or range; nothing is truncated or wrapped.
        """
        check_type("window", window, Window)
        bits, block_in = whole("bits", bits, 1), whole("block_in", block_in, 1)
        kernels = integers("weights:", kernels, error=InvalidNetwork)
        side = window.kernel
        if kernels.shape[1:] != (window.channels, side, side) or not kernels.size:
            raise InvalidNetwork(
                f"weights: must have shape [channels, {window.channels}, {side}, {side}], "
                f"not {list(kernels.shape)}"
            )
        channels, entering = kernels.shape[:2]
        blocks = -(-entering // block_in)
        # In their own dtype until they are known to be in range: a cast would wrap them.
        padded = np.full((channels, blocks * block_in, *kernels.shape[2:]), padding_code(bits), kernels.dtype)
        padded[:, :entering] = kernels
        split = padded.reshape(channels, blocks, block_in, window.positions).transpose(0, 1, 3, 2)
        columns = window.positions * block_in
        weights = BlockSparse.from_dense(split.reshape(channels, -1), mask, bits, block_out, columns)
        return cls(name, window, weights, bias, requantise)
