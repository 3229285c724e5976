"""From a network and its options to the numbers of a folded engine: passes, words, widths, depths.

A block row of ``block_out`` outputs is computed in ``passes`` passes of up to ``lanes`` outputs. A pass
walks the kept blocks of its row; each nonzero activation in them costs one cycle and one weight word
of ``lanes`` codes. Everything below follows from that sentence; what convolutions add to it is in
`accelgen.rtl.conv.window`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from accelgen.network.convolution import Conv
from accelgen.network.encoding import EventInput
from accelgen.network.layers import Dense
from accelgen.network.network import Network
from accelgen.network.spiking import MAX_TIMESTEPS, Spiking
from accelgen.network.widths import bias_bits, check_scores, engine_accumulator_bits, signed_bits
from accelgen.rtl.conv.window import WindowPlans, window_plans
from accelgen.rtl.options import Datapath, check_options

__all__ = ["LayerPlan", "Plan"]


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

    @property
    def weight_words(self) -> int:
        """Words of ``lanes`` codes that a walk of the layer has."""
        return self.rows * self.passes * self.kept * self.positions * self.block_in


class Plan:
    """The numbers of a folded engine.

    Parameters
    ----------
    network : Network
        What to run.
    datapath : Datapath
        Options.

    Attributes
    ----------
    lanes : int
        Lanes that are built: the option, or the largest block row if that is smaller.
    layers : list of LayerPlan
        One for each layer.
    windows : WindowPlans
        A `WindowPlan` for each layer of a network with convolutions; none of any other.
    word : int
        Activations in a word of activation memory: the largest ``block_in``.
    activation_bits, weight_bits, bias_bits, accumulator_bits : int
        Widths that serve every layer.
    bank_words : tuple of int
        Words of the activation banks: see `ActivationMemory` and `ImageMemory`.
    input_beats, pixels_per_beat : int
        Shape of a frame: a beat is an input block.
    granule : int
        Activations that the packer moves each cycle: it divides every pass and every word.
    skip_zeros : bool
        The option.

    Raises
    ------
    InvalidOption
        If an option does not go with the network.
    InvalidNetwork
        If a score may need more than 32 bits.
    """

    def __init__(self, network: Network, datapath: Datapath):
        self.network = network
        self.weights = datapath.weights
        self.skip_zeros = datapath.skip_zeros
        check_options(datapath, network.name, network.kind, events=isinstance(network.input, EventInput))
        check_scores(network)
        layers = network.layers
        self.lanes = min(datapath.lanes, max(layer.weights.block_out for layer in layers))
        self.weight_bits = max(layer.weights.bits for layer in layers)
        followers = [_block_in(layer) for layer in layers[1:]] + [0]
        pairs = zip(layers, (None, *layers[:-1]), followers, strict=True)
        self.layers = [self._layer(*pair) for pair in pairs]
        convolutional = isinstance(layers[0], Conv)
        self.windows = window_plans(layers, self.layers) if convolutional else WindowPlans()

        self.word = max(layer.block_in for layer in self.layers)
        self.activation_bits = max(network.input_bits)
        self.bias_bits = max(bias_bits(layer) for layer in layers)
        self.accumulator_bits = max(engine_accumulator_bits(network), self._padded_row_bits(), self.bias_bits)

        self.pixels_per_beat = _block_in(layers[0])
        self.input_beats = -(-layers[0].inputs // self.pixels_per_beat)
        self.bank_words = self._bank_words()
        hidden = self.layers[:-1]
        self.granule = gcd(
            *(layer.last_pass for layer in hidden),
            *(layer.block_next for layer in hidden),
            *(self.lanes for layer in hidden if layer.passes > 1),
        )  # 0 if there is no hidden layer, and then no packer either

    def _layer(
        self, layer: Dense | Conv | Spiking, before: Dense | Conv | Spiking | None, block_next: int
    ) -> LayerPlan:
        weights = layer.weights
        # Pixels with words that hold no channel spread the blocks of a dense layer: it needs an index then.
        spread = isinstance(layer, Dense) and isinstance(before, Conv) and _padded(before)
        passes = -(-weights.block_out // self.lanes)
        slots = 1 << ((self.weight_bits // weights.bits).bit_length() - 1)
        shift, bits = 0, int(block_next > 0)
        if not isinstance(layer, Spiking):
            shift, bits = (layer.requantise.shift, layer.requantise.bits) if layer.requantise else (0, 0)
        return LayerPlan(
            rows=weights.block_rows,
            passes=passes,
            kept=weights.kept,
            indexed=weights.kept < weights.input_blocks or spread,
            block_in=_block_in(layer),
            positions=weights.block_in // _block_in(layer),
            slots=slots,
            code_bits=weights.bits if slots > 1 else self.weight_bits,
            last_pass=weights.block_out - (passes - 1) * self.lanes,
            shift=shift,
            bits=bits,
            block_next=block_next,
        )

    def _padded_row_bits(self) -> int:
        """Return the width that padded outputs of 1-bit layers need: all their weights are -1."""
        widths = []
        for layer, bits in zip(self.network.layers, self.network.input_bits, strict=True):
            lives = isinstance(layer, Spiking) and layer.neuron and layer.neuron.continuous
            most = layer.weights.kept * layer.weights.block_in * (MAX_TIMESTEPS if lives else 1)
            padded = _padded(layer) and layer.weights.bits == 1
            widths.append(signed_bits(-((1 << bits) - 1) * most, 0) if padded or not lives else 1)
        return max(widths)

    def _bank_words(self) -> tuple[int, ...]:
        banks = [self.input_beats, 1, *([1] if len(self.layers) > 2 else [])]
        for number, layer in enumerate(self.layers[:-1]):
            outputs = layer.rows * ((layer.passes - 1) * self.lanes + layer.last_pass)
            bank = 1 + number % 2
            banks[bank] = max(banks[bank], self._pixels(number) * -(-outputs // layer.block_next))
        return tuple(banks)

    def _pixels(self, number: int) -> int:
        """Return the pixels that leave a layer; each begins a word."""
        window = self.windows[number].window if self.windows else None
        return window.out_height * window.out_width if window else 1

    @staticmethod
    def bank_of(number: int) -> int:
        """Return the bank that a layer reads."""
        return 2 - number % 2 if number else 0

    @property
    def bank_shapes(self) -> list[tuple[int, int]]:
        """Activations of a word, and bits of each, in each bank.

        They are alike, except in a network with convolutions, whose banks are large: there a bank holds what
        the layers that read it need.
        """
        if not self.windows:
            return [(self.word, self.activation_bits)] * len(self.bank_words)
        read = [(0, 0)] * len(self.bank_words)
        for number, layer in enumerate(self.layers):
            bank, entering = self.bank_of(number), (layer.block_in, self.network.input_bits[number])
            read[bank] = tuple(map(max, read[bank], entering))
        return read

    @property
    def flag_shapes(self) -> dict[int, tuple[int, int]]:
        """Rows of flags, and flags of a row, of each bank that a convolution reads: see `WordFlags`."""
        found = {}
        for number, part in enumerate(self.windows):
            if part.window:
                bank, image = self.bank_of(number), (part.flag_rows, part.window.width)
                found[bank] = tuple(map(max, found.get(bank, image), image))
        return found

    @property
    def classes(self) -> int:
        """Scores of an image."""
        return self.network.classes

    @property
    def weight_words(self) -> int:
        """Words of weight memory, each of ``lanes`` codes of the widest layer, or more of a narrower one."""
        return sum(-(-layer.weight_words // layer.slots) for layer in self.layers)

    @property
    def packed(self) -> bool:
        """Some layer has several weight words in a word of weight memory."""
        return any(layer.slots > 1 for layer in self.layers)

    @property
    def weight_starts(self) -> list[int]:
        """Address of the first weight word of each layer; see `weight_addresses`."""
        starts, memory = [], 0
        for layer in self.layers:
            starts.append(memory * layer.slots)
            memory += -(-layer.weight_words // layer.slots)
        return starts

    @property
    def weight_addresses(self) -> int:
        """How many addresses the weight words of a layer need, at most.

        The address of a weight word is that of its word of weight memory, times the slots of its layer, plus
        its slot. Layers of different slots may share addresses.
        """
        ends = zip(self.weight_starts, self.layers, strict=True)
        return max(start + layer.weight_words for start, layer in ends)

    @property
    def index_words(self) -> int:
        """Entries of index memory; 0 if no layer needs one."""
        return sum(layer.rows * layer.kept for layer in self.layers if layer.indexed)

    @property
    def passes(self) -> int:
        """Passes of a pixel of each layer, each with a word of biases."""
        return sum(layer.rows * layer.passes for layer in self.layers)

    @property
    def input_width(self) -> int:
        """Bits of an input beat: its pixels, rounded up to whole bytes."""
        return -(-self.layers[0].block_in * self.network.input.bits // 8) * 8


def _padded(layer: Dense | Conv | Spiking) -> bool:
    """Return whether the last block row has outputs that do not exist."""
    return layer.weights.outputs % layer.weights.block_out > 0


def _block_in(layer: Dense | Conv | Spiking) -> int:
    """Return the activations of a word as a layer reads it."""
    return layer.block_in if isinstance(layer, Conv) else layer.weights.block_in
