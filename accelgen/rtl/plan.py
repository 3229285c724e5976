"""From a network and its options to the numbers of a folded engine: passes, words, widths, depths.

A block row of ``block_out`` outputs is computed in ``passes`` passes of up to ``lanes`` outputs. A pass
walks the kept blocks of its row; each nonzero activation in them costs one cycle and one weight word
of ``lanes`` codes. Everything below follows from that sentence; what convolutions add to it is in
`accelgen.rtl.conv.window`.
"""

from __future__ import annotations

from dataclasses import replace
from math import gcd

from accelgen.network.blocks import LOOKS
from accelgen.network.multiply import Multiply
from accelgen.network.network import Network
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.network.thresholds import Thresholds
from accelgen.network.widths import bias_bits, check_scores, engine_accumulator_bits, signed_bits
from accelgen.rtl.compact import CompactPacking, few
from accelgen.rtl.conv.window import WindowPlans, window_plans
from accelgen.rtl.datapath import Datapath, beat_width, check_options
from accelgen.rtl.layer_plan import LayerPlan, layer_plan, padded_bias, pads
from accelgen.rtl.lifetimes import check_chain, regions

__all__ = ["Plan"]


class Plan:
    """The numbers of a folded engine.

    Parameters
    ----------
    network : Network
        What to run.
    datapath : Datapath
        Options.
    word_after : int
        Activations of a word as another engine reads them, if the last layer gives activations; else 0.

    Attributes
    ----------
    lanes : int
        Lanes that are built: the option, or the largest block row if that is smaller.
    layers : list of LayerPlan
        One for each layer.
    windows : WindowPlans
        A `WindowPlan` for each layer of a network with convolutions; none of any other.
    regions : tuple of int
        The activation bank of each value, the input first: see `accelgen.rtl.lifetimes`.
    word : int
        Activations in a word of activation memory: the largest ``block_in``.
    activation_bits, weight_bits, bias_bits, accumulator_bits : int
        Widths that serve every layer.
    signed_bits : int
        Bits of the signed codes that enter; 0 if they have no signs.
    bank_words : tuple of int
        Words of the activation banks: see `ActivationMemory` and `ImageMemory`.
    input_beats, pixels_per_beat : int
        Shape of a frame: a beat is an input block.
    granule : int
        Activations that the packer moves each cycle: it divides every pass and every word.
    skip_zeros, compact : bool
        The options.
    leaving : int
        Sums that leave the lanes in a cycle: all of them, but a few of compact hardware.

    Raises
    ------
    InvalidOption
        If an option does not go with the network.
    InvalidNetwork
        If a score may need more than 32 bits.
    """

    def __init__(self, network: Network, datapath: Datapath, word_after: int = 0):
        self.network = network
        self.tdata_width = datapath.tdata_width
        self.weights = datapath.weights
        self.skip_zeros = datapath.skip_zeros
        self.compact = datapath.compact
        check_options(datapath, network.name, network.kind, events=network.input.takes == "events")
        check_chain(network)
        if not word_after:
            check_scores(network)
        layers = network.layers
        self.lanes = min(datapath.lanes, max(layer.weights.block_out for layer in layers))
        self.weight_bits = max(layer.weights.bits for layer in layers)
        followers = [*(layer.word for layer in layers[1:]), word_after]
        self.layers: list[LayerPlan] = [
            layer_plan(*trio, lanes=self.lanes, weight_bits=self.weight_bits)
            for trio in zip(layers, (None, *layers[:-1]), followers, strict=True)
        ]
        self.windows = window_plans(layers, self.layers) if network.first.window else WindowPlans()

        self.word = max(layer.block_in for layer in self.layers)
        self.activation_bits = max(network.input_bits)
        self.signed_bits = network.input_bits[0] if network.signed else 0
        self.padded_bias = padded_bias(network.first, self.signed_bits)
        self.bias_bits = max(signed_bits(self.padded_bias, 0), *(bias_bits(layer) for layer in layers))
        self.accumulator_bits = max(engine_accumulator_bits(network), self._padded_row_bits(), self.bias_bits)

        self.pixels_per_beat = network.first.word
        self.input_beats = -(-network.first.inputs // self.pixels_per_beat)
        self.regions = regions(network.reads)
        self.bank_words = self._bank_words()
        hidden = self.hidden
        self.granule = gcd(
            *(layer.last_pass for layer in hidden),
            *(layer.block_next for layer in hidden),
            *(self.lanes for layer in hidden if layer.passes > 1),
        )  # 0 if there is no hidden layer, and then no packer either
        self.leaving = few(gcd(self.granule, self.lanes)) if self.compact else self.lanes
        if self.compact:
            self.layers = [
                replace(layer, multiplied=min(layer.multiplied, self.leaving)) for layer in self.layers
            ]

    @property
    def hidden(self) -> list[LayerPlan]:
        """The layers that give activations: all but the one that gives scores."""
        return [layer for layer in self.layers if layer.block_next]

    @property
    def packing(self) -> Plan | CompactPacking:
        """What the packer must know: passes of so many outputs as leave in a cycle."""
        if not self.compact:
            return self
        leaving = self.leaving
        return CompactPacking(
            leaving,
            self.word,
            self.activation_bits,
            self.bank_words,
            [replace(layer, last_pass=leaving) for layer in self.layers],
            [self.first_word(number) for number in range(len(self.layers))],
        )

    def leaves(self, layer: LayerPlan) -> int:
        """Return how many words of ``leaving`` outputs leave a block row of a layer."""
        return (layer.passes - 1) * (self.lanes // self.leaving) + self.last_leaves(layer)

    def last_leaves(self, layer: LayerPlan) -> int:
        """Return how many of them are of its last pass."""
        return -(-layer.last_pass // self.leaving)

    @property
    def result_bits(self) -> int:
        """Bits of the widest activation that leaves the lanes."""
        return self.activation_bits

    @property
    def readers(self) -> range:
        """The layers that read what enters beside frames, in the order in which it enters."""
        return range(1, len(self.layers))

    def _padded_row_bits(self) -> int:
        """Return the width that padded outputs of 1-bit layers need: all their weights are -1."""
        widths = []
        for layer, bits in zip(self.network.layers, self.network.input_bits, strict=True):
            timesteps = MAX_TIMESTEPS if layer.lives else 1
            most = layer.weights.kept * layer.weights.block_in * timesteps
            padded = pads(layer) and layer.weights.bits == 1
            widths.append(signed_bits(-((1 << bits) - 1) * most, 0) if padded or not layer.lives else 1)
        return max(signed_bits(2 * self.padded_bias, 0), *widths)

    def _bank_words(self) -> tuple[int, ...]:
        # Results have a port to a bank of their own, even if there are none.
        banks = [self.input_beats, *[1] * max(*self.regions, 1)]
        for number in range(len(self.layers) - 1):
            bank = self.regions[number + 1]
            banks[bank] = max(banks[bank], self._written(number))
        return tuple(banks)

    def _written(self, number: int) -> int:
        """Return the words that a layer writes, those of outputs that do not exist among them."""
        layer = self.layers[number]
        outputs = layer.rows * ((layer.passes - 1) * self.lanes + layer.last_pass)
        return self._pixels(number) * -(-outputs // layer.block_next)

    def _pixels(self, number: int) -> int:
        """Return the pixels that leave a layer; each begins a word."""
        window = self.network.layers[number].window
        return window.out_height * window.out_width if window else 1

    def bank_of(self, number: int) -> int:
        """Return the bank that a layer reads."""
        (read,) = self.network.reads[number]
        return self.regions[read + 1]

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
            read[bank] = max(read[bank][0], entering[0]), max(read[bank][1], entering[1])
        return read

    @property
    def flag_shapes(self) -> dict[int, tuple[int, int]]:
        """Rows of flags, and flags of a row, of each bank that a convolution reads: see `WordFlags`."""
        shapes: dict[int, tuple[int, int]] = {}
        for number, part in enumerate(self.windows):
            if part.window:
                rows, width = shapes.get(bank := self.bank_of(number), (0, 0))
                shapes[bank] = max(rows, part.flag_rows), max(width, part.window.width)
        return shapes

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
    def looks(self) -> int:
        """Kept blocks that are looked at in a cycle, and whose entries share a word of index memory."""
        return 1 if self.windows else LOOKS

    @property
    def index_words(self) -> int:
        """Words of index memory; 0 if no layer needs one."""
        return sum(layer.rows * -(-layer.kept // self.looks) for layer in self.layers if layer.indexed)

    def first_word(self, number: int) -> int:
        """Return the address of the first word that a layer reads.

        Without convolutions, whoever fills a bank fills it up to its last word: see `FlaggedBank`.
        """
        if self.windows or not number:
            return 0
        return self.bank_words[self.bank_of(number)] - self._written(number - 1)

    @property
    def passes(self) -> int:
        """Passes of a pixel of each layer."""
        return sum(layer.rows * layer.passes for layer in self.layers)

    @property
    def bias_words(self) -> int:
        """Words of biases: one for each pass of a pixel, or for each word of sums that leaves."""
        return sum(layer.rows * self.leaves(layer) for layer in self.layers)

    @property
    def threshold_words(self) -> int:
        """Words of threshold memory: as of biases, for layers that have thresholds of their own channels."""
        return sum(layer.rows * self.leaves(layer) for layer in self.layers if None in layer.columns)

    @property
    def threshold_slots(self) -> int:
        """Thresholds of a lane in a word of threshold memory."""
        return max(layer.columns.count(None) for layer in self.layers)

    @property
    def threshold_bits(self) -> int:
        """Bits of a threshold in memory, signed: 1, at least, which outputs that do not exist never reach."""
        low, high = 0, 1
        for layer, part in zip(self.network.layers, self.layers, strict=True):
            if isinstance(layer.rule, Thresholds) and None in part.columns:
                low = min(low, *(row[0] for row in layer.rule.levels))
                high = max(high, *(row[-1] for row in layer.rule.levels))
        return signed_bits(low, high)

    @property
    def multiplier_words(self) -> int:
        """Words of multiplier memory: one for each output of each pass of a layer that multiplies."""
        return sum(layer.rows * self.leaves(layer) * layer.multiplied for layer in self.layers)

    @property
    def factor_bits(self) -> tuple[int, int]:
        """Bits of a multiplier and of an offset in memory, unsigned."""
        rules = [layer.rule for layer in self.network.layers if isinstance(layer.rule, Multiply)]
        return max(rule.multiplier_bits for rule in rules), max(rule.offset_bits for rule in rules)

    @property
    def input_width(self) -> int:
        """Bits of an input beat: its pixels, rounded up to whole bytes or to what was asked for."""
        bits = self.pixels_per_beat * self.network.pixel_input.bits
        return beat_width(bits, self.tdata_width, self.network.name)
