"""Block-sparse weights: dense blocks where the index says, nothing anywhere else.

A matrix of ``outputs x inputs`` is cut into blocks of ``block_out x block_in``; where a shape does not
divide, the last blocks are padded. Every block row keeps the same number of blocks, so the hardware
needs no row pointers: the k-th kept block of row r lies at the address ``r * kept + k``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import InvalidNetwork, at
from accelgen.network.fields import keep_whole, whole
from accelgen.values import integers, shown

__all__ = ["LOOKS", "BlockSparse", "check_mask", "code_range", "padding_code"]

MAX_WEIGHT_BITS = 8

#: Kept blocks that an engine looks at in a cycle, of a layer without a window: it steps over those in which
#: every activation is zero. Their entries share a word of index memory.
LOOKS = 2


def code_range(bits: int) -> tuple[int, int]:
    """Return the smallest and largest weight of ``bits`` bits.

    Two's complement, -128 to 127 of 8 bits, except that one bit means -1 or +1 (and never 0).
    """
    return (-1, 1) if bits == 1 else (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)


def padding_code(bits: int) -> int:
    """Return the code at padded positions; it never matters, because a padded activation is 0."""
    return 1 if bits == 1 else 0


@dataclass(frozen=True, slots=True, eq=False)
class BlockSparse:
    """A weight matrix of which every block row keeps ``kept`` blocks.

    Attributes
    ----------
    outputs, inputs : int
        Shape of the matrix, without padding.
    bits : int
        Bits per weight, 1 to 8.
    index : int32[block_rows, kept]
        Kept input blocks of each block row, ascending.
    codes : int8[block_rows, kept, block_out, block_in]
        The weights of the kept blocks; see `code_range`.

    Raises
    ------
    InvalidNetwork
        If a shape, a dtype, an index or a code breaks these rules.
    """

    outputs: int
    inputs: int
    bits: int
    index: np.ndarray
    codes: np.ndarray

    def __post_init__(self):
        for name in ("outputs", "inputs", "bits"):
            keep_whole(self, name, 1)
        _check_bits(self.bits)
        object.__setattr__(self, "index", _frozen(self.index, np.int32, 2, "index"))
        object.__setattr__(self, "codes", _frozen(self.codes, np.int8, 4, "codes"))
        with at("index"):
            self._check_index()
        with at("codes"):
            self._check_codes()

    def _check_index(self):
        if self.index.shape != self.codes.shape[:2]:
            raise InvalidNetwork(
                f"has shape {list(self.index.shape)}, but the codes hold {list(self.codes.shape[:2])} blocks"
            )
        if self.block_rows != -(-self.outputs // self.block_out):
            raise InvalidNetwork(
                f"has {self.block_rows} block rows, but {self.outputs} outputs in blocks of "
                f"{self.block_out} need {-(-self.outputs // self.block_out)}"
            )
        last = self.input_blocks - 1
        for row, blocks in enumerate(self.index):
            if blocks.min() < 0 or blocks.max() > last:
                wrong = int(blocks[(blocks < 0) | (blocks > last)][0])
                raise InvalidNetwork(f"block row {row} names input block {wrong}, but the last one is {last}")
            if (np.diff(blocks) <= 0).any():
                raise InvalidNetwork(f"block row {row} must name its blocks once each, in ascending order")

    def _check_codes(self):
        _check_range(self.codes, self.bits)
        pad = padding_code(self.bits)
        if (
            self.outputs % self.block_out
            and (self.codes[-1, :, self.outputs % self.block_out :] != pad).any()
        ):
            raise InvalidNetwork(f"rows past output {self.outputs - 1} must hold {pad}")
        if self.inputs % self.block_in:
            last_blocks = self.codes[self.index == self.input_blocks - 1]
            if (last_blocks[:, :, self.inputs % self.block_in :] != pad).any():
                raise InvalidNetwork(f"columns past input {self.inputs - 1} must hold {pad}")

    @property
    def block_rows(self) -> int:
        """Rows of blocks."""
        return self.codes.shape[0]

    @property
    def kept(self) -> int:
        """Blocks kept in each block row."""
        return self.codes.shape[1]

    @property
    def block_out(self) -> int:
        """Outputs of a block."""
        return self.codes.shape[2]

    @property
    def block_in(self) -> int:
        """Inputs of a block."""
        return self.codes.shape[3]

    @property
    def input_blocks(self) -> int:
        """Blocks that a row would have if all were kept."""
        return -(-self.inputs // self.block_in)

    @property
    def compression(self) -> float:
        """All blocks over kept blocks."""
        return self.input_blocks / self.kept

    def dense(self, first: int = 0, last: int | None = None) -> np.ndarray:
        """Return the matrix with zeros where no block is kept, int32[outputs, inputs].

        Of block rows ``first`` to ``last``, the one after those wanted, only the outputs of these.
        """
        index, codes = self.index[first:last], self.codes[first:last]
        padded = np.zeros((len(index), self.block_out, self.input_blocks, self.block_in), np.int32)
        padded[np.arange(len(index))[:, None], :, index, :] = codes
        matrix = padded.reshape(len(index) * self.block_out, self.input_blocks * self.block_in)
        return matrix[: self.outputs - first * self.block_out, : self.inputs]

    @classmethod
    def from_dense(
        cls, dense: np.ndarray, mask: np.ndarray, bits: int, block_out: int, block_in: int
    ) -> BlockSparse:
        """Keep the blocks of ``dense`` that ``mask`` names.

        Parameters
        ----------
        dense : integer[outputs, inputs]
            All weights, of any signed or unsigned dtype, those that are kept within `code_range`; those
            outside the mask are dropped. Real weights are for the caller to scale and to round.
        mask : bool[block_rows, input_blocks]
            The kept blocks, the same number in every row.
        bits : int
            Bits per weight, 1 to 8.
        block_out, block_in : int
            Shape of a block, at least 1.

        Raises
        ------
        InvalidNetwork
            If an argument has another type, dtype, shape or range; nothing is truncated or wrapped.
        """
        bits = whole("bits", bits, 1)
        _check_bits(bits)
        block_out, block_in = whole("block_out", block_out, 1), whole("block_in", block_in, 1)
        dense = integers("weights:", dense, error=InvalidNetwork)
        if dense.ndim != 2 or not dense.size:
            raise InvalidNetwork(
                f"weights: must have 2 dimensions and no empty one, not shape {list(dense.shape)}"
            )
        outputs, inputs = dense.shape
        rows, columns = -(-outputs // block_out), -(-inputs // block_in)
        check_mask(mask)
        if mask.shape != (rows, columns):
            raise InvalidNetwork(f"mask: must have shape {[rows, columns]}, not {list(mask.shape)}")
        kept = mask.sum(axis=1)
        if kept.min() != kept.max() or kept[0] == 0:
            raise InvalidNetwork("mask: every block row must keep the same number of blocks, at least 1")
        # In their own dtype until they are known to be in range: a cast would wrap them.
        padded = np.full((rows * block_out, columns * block_in), padding_code(bits), dense.dtype)
        padded[:outputs, :inputs] = dense
        blocks = padded.reshape(rows, block_out, columns, block_in).transpose(0, 2, 1, 3)
        index = np.nonzero(mask)[1].reshape(rows, -1)
        codes = np.take_along_axis(blocks, index[:, :, None, None], axis=1)
        with at("weights"):
            _check_range(codes, bits)
        return cls(outputs, inputs, bits, index.astype(np.int32), codes.astype(np.int8))


def check_mask(mask: object) -> None:
    """Raise `InvalidNetwork` unless ``mask`` is an array of bool."""
    if not isinstance(mask, np.ndarray) or mask.dtype != bool:
        raise InvalidNetwork(f"mask: must be bool, not {getattr(mask, 'dtype', type(mask).__name__)}")


def _check_bits(bits: int) -> None:
    if bits > MAX_WEIGHT_BITS:
        raise InvalidNetwork(f"bits: weights have 1 to {MAX_WEIGHT_BITS} bits, not {shown(bits)}")


def _check_range(codes: np.ndarray, bits: int) -> None:
    """Raise `InvalidNetwork` unless all ``codes``, of any dtype of integers, are weights of ``bits`` bits."""
    low, high = code_range(bits)
    if int(codes.min()) < low or int(codes.max()) > high or (bits == 1 and not codes.all()):
        raise InvalidNetwork(f"{bits}-bit weights must be {'-1 or 1' if bits == 1 else f'{low} to {high}'}")


def _frozen(array: np.ndarray, dtype: type, dimensions: int, name: str) -> np.ndarray:
    """Return a private read-only copy, or raise `InvalidNetwork`."""
    if not isinstance(array, np.ndarray) or array.dtype != dtype:
        type_name = getattr(array, "dtype", type(array).__name__)
        raise InvalidNetwork(f"{name}: must be {np.dtype(dtype).name}, not {type_name}")
    if array.ndim != dimensions or array.size == 0:
        raise InvalidNetwork(
            f"{name}: must have {dimensions} dimensions and no empty one, not shape {list(array.shape)}"
        )
    array = np.ascontiguousarray(array).copy()
    array.setflags(write=False)
    return array
