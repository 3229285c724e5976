"""The words of the weight, index and bias memories, in the order in which the engine reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.spiking import Spiking
from accelgen.rtl.layer_plan import LayerPlan
from accelgen.rtl.plan import Plan

__all__ = ["Table", "load_beats", "tables"]

BEAT_BITS = 32


@dataclass(frozen=True, slots=True)
class Table:
    """The contents of a memory.

    Attributes
    ----------
    name : str
        "codes", "index" or "bias".
    width : int
        Bits of a word.
    words : list of int
        Unsigned words, word 0 first.
    """

    name: str
    width: int
    words: list[int]


def tables(plan: Plan) -> list[Table]:
    """Return the memories of ``plan``; an index that no layer needs is left out."""
    pairs = list(zip(plan.network.layers, plan.layers, strict=True))
    codes = [word for pair in pairs for word in _code_words(plan, *pair)]
    index = [word for number in range(len(pairs)) for word in _index_words(plan, number)]
    bias = [word for pair in pairs for word in _bias_words(plan, *pair)]
    found = [Table("codes", plan.lanes * plan.weight_bits, codes)]
    if index:
        found.append(Table("index", _index_bits(plan, index), index))
    found.append(Table("bias", plan.lanes * plan.bias_bits, bias))
    return found


def load_beats(found: list[Table]) -> np.ndarray:
    """Return the words of all memories as the beats that load them, little end first, uint32[beats]."""
    beats = []
    for table in found:
        for word in table.words:
            for part in range(-(-table.width // BEAT_BITS)):
                beats.append(word >> (part * BEAT_BITS) & 0xFFFFFFFF)
    return np.array(beats, dtype="<u4")


def _index_words(plan: Plan, number: int) -> list[int]:
    """Word order: row, kept block."""
    if not plan.layers[number].indexed:
        return []
    blocks = plan.network.layers[number].weights.index.ravel().tolist()
    return [plan.windows[number].word_of(block) for block in blocks] if plan.windows else blocks


def _index_bits(plan: Plan, index: list[int]) -> int:
    """Return the bits that name every block; those of dense layers after convolutions are addresses."""
    pairs = zip(plan.network.layers, plan.layers, strict=True)
    blocks = max(layer.weights.input_blocks for layer, part in pairs if part.indexed)
    return max(1, (max(blocks - 1, *index) if plan.windows else blocks - 1).bit_length())


def _code_words(plan: Plan, layer: Dense | Conv | Spiking, part: LayerPlan) -> list[int]:
    """Word order: row, pass, kept block, position in it; lane 0, and slot 0, in the low bits."""
    weights = layer.weights
    codes = weights.codes.copy()
    if weights.bits == 1 and weights.outputs % weights.block_out:
        # There is no zero among 1-bit weights: -1 makes the accumulator of an output that does not
        # exist end at zero or below, so that its activation is zero (and no neuron there fires).
        codes[-1, :, weights.outputs % weights.block_out :] = -1
    padded = np.zeros((*codes.shape[:2], part.passes * plan.lanes, weights.block_in), np.int64)
    padded[:, :, : weights.block_out] = codes
    split = padded.reshape(part.rows, part.kept, part.passes, plan.lanes, weights.block_in)
    words = split.transpose(0, 2, 1, 4, 3).reshape(-1, plan.lanes)
    if part.code_bits == 1:
        words = words < 0  # the one bit is the sign
    short = -len(words) % part.slots
    words = np.pad(words.astype(np.int64), ((0, short), (0, 0)))
    return _pack(words.reshape(-1, part.slots * plan.lanes), part.code_bits)


def _bias_words(plan: Plan, layer: Dense | Conv | Spiking, part: LayerPlan) -> list[int]:
    """Word order: row, pass; lane 0 in the low bits."""
    weights = layer.weights
    rows = np.zeros((part.rows, weights.block_out), np.int64)
    rows.reshape(-1)[: weights.outputs] = layer.bias
    padded = np.zeros((part.rows, part.passes * plan.lanes), np.int64)
    padded[:, : weights.block_out] = rows
    return _pack(padded.reshape(-1, plan.lanes), plan.bias_bits)


def _pack(values: np.ndarray, bits: int) -> list[int]:
    """Pack each row of signed ``values`` into one unsigned integer of ``bits`` bits a value."""
    shifts = np.arange(bits)
    planes = ((values[:, :, None] >> shifts) & 1).astype(np.uint8).reshape(len(values), -1)
    packed = np.packbits(planes, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]
