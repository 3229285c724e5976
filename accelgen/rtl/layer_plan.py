"""How a folded engine runs one layer: its passes, its words, and its rule in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.network.layer import Layer
from accelgen.network.multiply import Multiply
from accelgen.network.rule import Requantise
from accelgen.network.thresholds import Thresholds

__all__ = ["LayerPlan", "layer_plan", "padded_bias", "pads"]


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """How the engine runs one layer.

    Attributes
    ----------
    rows, passes, kept : int
        Block rows, passes of each, and blocks that a pass walks.
    indexed : bool
        False if all blocks are kept, so that the k-th block is block k and no index is stored.
    block_in : int
        Activations of an input word that this layer uses.
    positions : int
        Words that a kept block has: the positions of the window of a convolution, else 1.
    slots : int
        Weight words that a word of weight memory holds, a power of two: several, if codes are narrow.
    code_bits : int
        Bits of a code in weight memory: its own where there are several slots, else those of the widest.
    last_pass : int
        Outputs of the last pass of a row; the others have ``lanes``.
    shift, bits : int
        Requantisation; ``bits`` is 0 for the layer that gives scores. Spikes have one bit and no shift.
    block_next : int
        Activations of a word as the next layer reads it; 0 for the layer that gives scores.
    columns : tuple of int or None
        Of a layer with thresholds: each of them where all channels have the same, and None where a table
        has a threshold for each channel.
    multiplied : int
        Of a layer with multipliers: outputs of a pass, as many as its widest has; else 0.
    even : bool
        Its ties go to even numbers: see `accelgen.network.multiply`.
    """

    rows: int
    passes: int
    kept: int
    indexed: bool
    block_in: int
    positions: int
    slots: int
    code_bits: int
    last_pass: int
    shift: int
    bits: int
    block_next: int
    columns: tuple[int | None, ...] = ()
    multiplied: int = 0
    even: bool = False

    @property
    def weight_words(self) -> int:
        """Words of ``lanes`` codes that a walk of the layer has."""
        return self.rows * self.passes * self.kept * self.positions * self.block_in


def layer_plan(
    layer: Layer, before: Layer | None, block_next: int, *, lanes: int, weight_bits: int
) -> LayerPlan:
    """Return how an engine runs a layer.

    Parameters
    ----------
    layer : Layer
        What to run.
    before : Layer or None
        The layer that it reads; None if that is the input.
    block_next : int
        Activations of a word as the layer after it reads them; 0 for the layer that gives scores.
    lanes : int
        Lanes of the engine.
    weight_bits : int
        Bits of the widest code of any layer.
    """
    weights = layer.weights
    # Pixels with words that hold no channel spread the blocks of a layer without a window, which then needs
    # an index.
    spread = layer.window is None and before is not None and before.window is not None and pads(before)
    passes = -(-weights.block_out // lanes)
    slots = 1 << ((weight_bits // weights.bits).bit_length() - 1)
    rule = layer.rule if block_next else None  # the last layer may have a neuron, and gives scores
    return LayerPlan(
        rows=weights.block_rows,
        passes=passes,
        kept=weights.kept,
        indexed=weights.kept < weights.input_blocks or spread,
        block_in=layer.word,
        positions=layer.positions,
        slots=slots,
        code_bits=weights.bits if slots > 1 else weight_bits,
        last_pass=weights.block_out - (passes - 1) * lanes,
        shift=rule.shift if isinstance(rule, Requantise | Multiply) else 0,
        bits=rule.bits_out if rule else 0,
        block_next=block_next,
        columns=_columns(layer, rule) if isinstance(rule, Thresholds) else (),
        multiplied=min(lanes, weights.block_out) if isinstance(rule, Multiply) else 0,
        even=isinstance(rule, Multiply) and rule.even,
    )


def _columns(layer: Layer, rule: Thresholds) -> tuple[int | None, ...]:
    """Return the thresholds that are no table's.

    An output that does not exist has a sum of 0 or less and must give 0, so a layer with such outputs shares
    no threshold that such a sum reaches.
    """
    alike = [column[0] if len(set(column)) == 1 else None for column in rule.columns]
    return tuple(None if value is not None and value < 1 and pads(layer) else value for value in alike)


def pads(layer: Layer) -> bool:
    """Return whether the last block row has outputs that do not exist."""
    return layer.weights.outputs % layer.weights.block_out > 0


def padded_bias(first: Layer, signed_bits: int) -> int:
    """Return the bias of outputs of the ``first`` layer that do not exist.

    Their activations must be zero. Weights of one bit are all -1 there, and with signed inputs, of
    ``signed_bits`` bits (0 of unsigned ones), their products add up to as much as this takes away.
    """
    if not (signed_bits and first.weights.bits == 1 and pads(first)):
        return 0
    return -(first.weights.kept * first.weights.block_in << (signed_bits - 1))
