"""A convolution with block-sparse weights, and the max pooling that may follow it.

Activations of an image lie in the order (y, x, channel). For unsigned inputs x, a `Conv` layer computes

    acc[v, u, o] = bias[o] + sum_{j, i, c} W[o, c, j, i] x[v stride + j - top, u stride' + i - left, c]

where activations outside the image are 0, then requantises as its rule says (see `Requantise`), and gives
of every square of the pooling the largest activation; rows and columns that fill no square are dropped. The
stride of rows, of v, and that of columns, of u, may differ, and so may the sides of a kernel and of a square.
(Requantising never falls as its sum rises, so the largest sum gives the largest activation.)

Its weights are one `BlockSparse` matrix. A block joins ``block_out`` output channels and ``block_in`` input
channels and holds their whole window: its ``window.positions * block_in`` columns are, in order, (j, i, c).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from accelgen.errors import InvalidNetwork, at
from accelgen.network.blocks import BlockSparse, padding_code
from accelgen.network.fields import check_type, whole
from accelgen.network.layer import Value, check_blocks, check_parts, check_size
from accelgen.network.multiply import Multiply
from accelgen.network.rule import Requantise, Rule
from accelgen.network.thresholds import Thresholds
from accelgen.network.window import Window
from accelgen.values import integers

__all__ = ["Conv"]


@dataclass(frozen=True, slots=True, eq=False)
class Conv:
    """A convolution, and the pooling after it.

    Attributes
    ----------
    name : str
        Name for messages and reports, one line of printable ASCII.
    window : Window
        What it looks at.
    weights : BlockSparse
        W, of ``channels x (input blocks * window.positions * block_in)``; see the top of this file. Columns
        of channels that do not exist hold the padding code.
    bias : int32[channels]
        Start value of each accumulator, below 2**24 in magnitude.
    rule : Requantise, Thresholds or Multiply
        Never None: a convolution is not the last layer.
    reads : tuple of str
        The layer that it reads, or "input"; none means the layer just before.

    Raises
    ------
    InvalidNetwork
        If a field has another type, dtype, shape or range.
    """

    kind: ClassVar[str] = "conv"
    spiking: ClassVar[bool] = False
    arity: ClassVar[int] = 1
    rule_type: ClassVar[type[Rule]] = Requantise
    parts: ClassVar[dict[str, type]] = {"window": Window}

    name: str
    window: Window
    weights: BlockSparse
    bias: np.ndarray
    rule: Requantise | Thresholds | Multiply
    reads: tuple[str, ...] = ()

    def __post_init__(self):
        check_type("window", self.window, Window)
        check_parts(self)
        if self.rule is None:
            raise InvalidNetwork("requantise: a convolution must have a shift and bits")
        with at("codes"):
            self._check_codes()

    def _check_codes(self):
        positions, entering = self.window.positions, self.window.channels
        if self.weights.block_in % positions:
            raise InvalidNetwork(
                f"a block must hold windows of {positions} positions, not {self.weights.block_in} columns"
            )
        needed = -(-entering // self.word) * self.weights.block_in
        if self.weights.inputs != needed:
            raise InvalidNetwork(
                f"{entering} channels in blocks of {self.word} need {needed} columns, "
                f"not {self.weights.inputs}"
            )
        if used := entering % self.word:
            last = self.weights.codes[self.weights.index == self.weights.input_blocks - 1]
            last = last.reshape(*last.shape[:2], positions, self.word)
            pad = padding_code(self.weights.bits)
            if (last[..., used:] != pad).any():
                raise InvalidNetwork(f"columns past channel {entering - 1} must hold {pad}")

    @property
    def word(self) -> int:
        """Input channels of a block: those of a pixel that lie in one memory word."""
        return self.weights.block_in // self.window.positions

    @property
    def positions(self) -> int:
        """Words of a kept block: the positions of the kernel."""
        return self.window.positions

    @property
    def lives(self) -> bool:
        """Nothing is kept for a next timestep: there is none."""
        return False

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

    @property
    def leaves(self) -> Value:
        """What the layers that read it get: an image."""
        image = self.window.out_height, self.window.out_width, self.channels
        return Value(self.outputs, self.rule.bits_out, image)

    def check_reads(self, values: Sequence[Value]) -> None:
        """Raise `InvalidNetwork` unless the one of ``values`` is the image that the window looks at."""
        (value,), window = values, self.window
        check_size(self, value)
        if value.raw:
            check_blocks(self, window.channels)
        elif value.image is None:
            raise InvalidNetwork("kind: a convolution cannot follow a dense layer")
        elif value.image != (window.height, window.width, window.channels):
            height, width, channels = value.image
            raise InvalidNetwork(
                f"window: must be {height} x {width} pixels of {channels} channels to fit what comes before"
            )

    def kernels(self) -> np.ndarray:
        """Return W with zeros where no block is kept, int32[channels, input channels, height, width]."""
        sides, blocks = _sides(self.window), self.weights.input_blocks
        matrix = self.weights.dense().reshape(self.channels, blocks, *sides, self.word)
        return matrix.transpose(0, 1, 4, 2, 3).reshape(self.channels, -1, *sides)[:, : self.window.channels]

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
        rule: Requantise | Thresholds | Multiply,
    ) -> Conv:
        """Keep the blocks of ``kernels`` that ``mask`` names.

        Parameters
        ----------
        name, window, bias, rule
            See the class.
        kernels : integer[channels, window.channels, kernel height, kernel width]
            All weights, of any signed or unsigned dtype, those that are kept within `code_range`; those
            outside the mask are dropped. Real weights are for the caller to scale and to round.
        mask : bool[block_rows, input_blocks]
            The kept blocks, the same number in every row.
        bits : int
            Bits per weight, 1 to 8.
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
        high, wide = _sides(window)
        if kernels.shape[1:] != (window.channels, high, wide) or not kernels.size:
            raise InvalidNetwork(
                f"weights: must have shape [channels, {window.channels}, {high}, {wide}], "
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
        return cls(name, window, weights, bias, rule)


def _sides(window: Window) -> tuple[int, int]:
    """Return rows and columns of a window's kernel."""
    return window.rows.kernel, window.columns.kernel
