"""The words of the memories that hold a network, in the order in which they are read."""

from __future__ import annotations

import numpy as np

from accelgen.network.layer import Layer
from accelgen.network.multiply import Multiply
from accelgen.network.thresholds import Thresholds
from accelgen.rtl.layer_plan import LayerPlan
from accelgen.rtl.memories import index_words, memories
from accelgen.rtl.plan import Plan
from accelgen.rtl.table import Table
from accelgen.rtl.words import BEAT_BITS

__all__ = ["load_beats", "tables"]

#: Words whose bits are taken apart at once.
PACKED = 4096


def tables(plan: Plan) -> list[Table]:
    """Return the memories of ``plan`` that hold the network, with their words; see `memories`."""
    pairs = list(zip(plan.network.layers, plan.layers, strict=True))
    words = {
        "codes": [word for pair in pairs for word in _code_words(plan, *pair)],
        "index": [word for number in range(len(pairs)) for word in index_words(plan, number)],
        "bias": [word for pair in pairs for word in _bias_words(plan, *pair)],
        "thresholds": [word for pair in pairs for word in _threshold_words(plan, *pair)],
        "multipliers": [word for pair in pairs for word in _multiplier_words(plan, *pair)],
    }
    held = [memory for memory in memories(plan) if memory.role == "table"]
    return [Table(memory.name, memory.width, words[memory.name]) for memory in held]


def load_beats(loaded: list[Table]) -> np.ndarray:
    """Return the words of all memories as the beats that load them, little end first, uint32[beats]."""
    beats = []
    for table in loaded:
        for word in table.words:
            for part in range(-(-table.width // BEAT_BITS)):
                beats.append(word >> (part * BEAT_BITS) & 0xFFFFFFFF)
    return np.array(beats, dtype="<u4")


def _code_words(plan: Plan, layer: Layer, part: LayerPlan) -> list[int]:
    """Word order: row, pass, kept block, position in it; lane 0, and slot 0, in the low bits."""
    weights = layer.weights
    codes = weights.codes.copy()
    if weights.bits == 1 and weights.outputs % weights.block_out:
        # There is no zero among 1-bit weights: -1 makes the accumulator of an output that does not
        # exist end at zero or below, so that its activation is zero (and no neuron there fires).
        codes[-1, :, weights.outputs % weights.block_out :] = -1
    padded = np.zeros((*codes.shape[:2], part.passes * plan.lanes, weights.block_in), np.int8)
    padded[:, :, : weights.block_out] = codes
    split = padded.reshape(part.rows, part.kept, part.passes, plan.lanes, weights.block_in)
    words = split.transpose(0, 2, 1, 4, 3).reshape(-1, plan.lanes)
    if part.code_bits == 1:
        words = words < 0  # the one bit is the sign
    short = -len(words) % part.slots
    words = np.pad(words.astype(np.int8), ((0, short), (0, 0)))
    return _pack(words.reshape(-1, part.slots * plan.lanes), part.code_bits)


def _bias_words(plan: Plan, layer: Layer, part: LayerPlan) -> list[int]:
    """Word order: row, pass, sums that leave at a time; lane 0 in the low bits."""
    weights = layer.weights
    missing = plan.padded_bias if layer is plan.network.first else 0
    rows = np.full((part.rows, weights.block_out), missing, np.int64)
    rows.reshape(-1)[: weights.outputs] = layer.bias
    padded = np.zeros((part.rows, plan.leaves(part) * plan.leaving), np.int64)
    padded[:, : weights.block_out] = rows
    return _pack(padded.reshape(-1, plan.leaving), plan.bias_bits)


def _threshold_words(plan: Plan, layer: Layer, part: LayerPlan) -> list[int]:
    """Word order as of biases; lane 0 in the low bits, and in it the lowest threshold that is not shared."""
    own = [number for number, value in enumerate(part.columns) if value is None]
    if not own or not isinstance(layer.rule, Thresholds):
        return []
    weights = layer.weights
    rows = np.ones((part.rows * weights.block_out, plan.threshold_slots), np.int64)
    rows[: weights.outputs, : len(own)] = np.array(layer.rule.levels)[:, own]
    padded = np.ones((part.rows, plan.leaves(part) * plan.leaving, plan.threshold_slots), np.int64)
    padded[:, : weights.block_out] = rows.reshape(part.rows, weights.block_out, -1)
    return _pack(padded.reshape(-1, plan.leaving * plan.threshold_slots), plan.threshold_bits)


def _multiplier_words(plan: Plan, layer: Layer, part: LayerPlan) -> list[int]:
    """Word order: row, pass, output of it; the multiplier in the low bits, the offset above it.

    Outputs that do not exist have zeros, and so give 0.
    """
    rule = layer.rule
    if not isinstance(rule, Multiply):
        return []
    low = plan.factor_bits[0]
    words = [m | r << low for m, r in zip(rule.multipliers, rule.offsets, strict=True)]
    words += [0] * (part.rows * layer.weights.block_out - len(words))
    rows = [
        words[start : start + layer.weights.block_out]
        for start in range(0, len(words), layer.weights.block_out)
    ]
    return [word for row in rows for word in row + [0] * (plan.leaves(part) * part.multiplied - len(row))]


def _pack(values: np.ndarray, bits: int) -> list[int]:
    """Pack each row of signed ``values`` into one unsigned integer of ``bits`` bits a value."""
    packed: list[int] = []
    for start in range(0, len(values), PACKED):  # the bits of all at once are many times as large
        rows = values[start : start + PACKED].astype(np.int64)
        planes = ((rows[:, :, None] >> np.arange(bits)) & 1).astype(np.uint8).reshape(len(rows), -1)
        lines = np.packbits(planes, axis=1, bitorder="little")
        packed += [int.from_bytes(line.tobytes(), "little") for line in lines]
    return packed
