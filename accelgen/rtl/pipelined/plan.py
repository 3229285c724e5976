"""From a network and its options to the numbers of a pipeline: a plan for the engines of each layer.

The engine of a layer is a folded engine of a network that has no other layer. Two banks hold what enters it:
it works on the image in one while the next image enters the other. So all engines work at the same time, each
on an image of its own, and images follow one another as closely as the slowest of them allows. Where one
engine with a lane for each output of a block row is too slow, several share the block rows of a layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from accelgen.errors import InvalidOption
from accelgen.network.dense import Dense
from accelgen.network.layer import Layer
from accelgen.network.network import Network
from accelgen.rtl.conv.window import WindowPlans
from accelgen.rtl.datapath import Datapath, Sums, check_options
from accelgen.rtl.layer_plan import LayerPlan
from accelgen.rtl.lifetimes import check_chain
from accelgen.rtl.pipelined.part import parts_of
from accelgen.rtl.plan import Plan
from accelgen.rtl.unrolled.adder_graph import AdderGraph
from accelgen.rtl.unrolled.sums import shared_sums

__all__ = ["GatesPlan", "Leaving", "PipelinedPlan", "StagePlan", "UnitPlan"]


@dataclass(frozen=True, slots=True)
class Leaving:
    """The words that leave a stage: what a `Packer` must know, and which words hold anything.

    Attributes
    ----------
    lanes, granule, word, activation_bits, bank_words, windows, layers
        See `Plan`; ``word`` and ``activation_bits`` are those of the stage after this one.
    pixels : int
        Pixels of an image that leaves; 1 of a dense layer.
    packed, wanted : int
        Words of a pixel as they are packed, and those that the next stage reads: the others hold outputs that
        do not exist.
    """

    lanes: int
    granule: int
    word: int
    activation_bits: int
    windows: WindowPlans
    layers: Sequence[LayerPlan]
    pixels: int
    packed: int
    wanted: int

    @property
    def bank_words(self) -> tuple[int, ...]:
        """Words of an image as they are packed."""
        return (self.pixels * self.packed,)

    def first_word(self, number: int) -> int:
        """Return the address of the first word that is packed: banks are filled whole."""
        return 0

    @property
    def words(self) -> int:
        """Words of an image that the next stage reads."""
        return self.pixels * self.wanted


class UnitPlan(Plan):
    """The numbers of an engine of one layer, or of a share of its block rows.

    Parameters
    ----------
    part : Part
        The layer, with those block rows.
    datapath : Datapath
        Options; ``lanes`` are those of this engine.
    word_after : int
        Activations of a word as the stage after it reads them; 0 of the last stage.

    Attributes
    ----------
    others
        See `Plan`. Both banks have what enters.
    """

    @property
    def part(self) -> LayerPlan:
        """How it runs its layer."""
        return self.layers[0]

    def _bank_words(self) -> tuple[int, ...]:
        layer = self.network.first
        words = layer.window.height * layer.window.width * layer.weights.input_blocks if layer.window else 0
        return (words or self.input_beats,) * 2

    @property
    def result_bits(self) -> int:
        """Bits of an activation that leaves."""
        return self.part.bits

    @property
    def score_bits(self) -> int:
        """Bits of a score, of the last layer."""
        return self.accumulator_bits

    @property
    def readers(self) -> range:
        """The layer reads either bank."""
        return range(1)

    @property
    def bank_shapes(self) -> list[tuple[int, int]]:
        """Activations of a word, and bits of each, in both banks."""
        return [(self.word, self.activation_bits)] * 2

    @property
    def flag_shapes(self) -> dict[int, tuple[int, int]]:
        """Rows of flags, and flags of a row, of both banks of a convolution."""
        flags = super().flag_shapes
        return {bank: flags[0] for bank in range(2)} if flags else {}


class StagePlan:
    """The numbers of a stage: the engines that share the block rows of a layer, and what leaves them.

    Parameters
    ----------
    layer : Layer
        The whole layer.
    units : list of UnitPlan
        Its engines: the n-th has the n-th block row, and those that follow as closely as there are engines.
    word_after : int
        Activations of a word as the stage after it reads them; 0 of the last stage.

    Attributes
    ----------
    units
        The argument.
    leaving : Leaving or None
        The words that leave it; None of the last stage.
    """

    def __init__(self, layer: Layer, units: list[UnitPlan], word_after: int):
        self.units = units
        self.leaving = self._leaving(layer, word_after) if word_after else None

    def _leaving(self, layer: Layer, word: int) -> Leaving:
        first, part, window = self.shape, self.shape.part, layer.window
        packed = layer.weights.block_rows * ((part.passes - 1) * first.lanes + part.last_pass)
        return Leaving(
            lanes=first.lanes,
            granule=first.granule,
            word=word,
            activation_bits=first.result_bits,
            windows=first.windows,
            layers=first.layers,
            pixels=window.out_height * window.out_width if window else 1,
            packed=-(-packed // word),
            wanted=-(-layer.weights.outputs // word),
        )

    @property
    def shape(self) -> UnitPlan:
        """What enters it and what scores it gives: the numbers of an engine of it."""
        return self.units[0]

    @property
    def lanes(self) -> int:
        """Lanes of each engine."""
        return self.units[0].lanes

    @property
    def part(self) -> LayerPlan:
        """How an engine runs its share of the layer."""
        return self.units[0].part

    @property
    def bank_words(self) -> tuple[int, ...]:
        """Words of the banks of each engine."""
        return self.shape.bank_words

    @property
    def frame_bits(self) -> int:
        """Bits of a word that enters."""
        return self.shape.word * self.shape.activation_bits


class GatesPlan(StagePlan):
    """The numbers of a stage whose layer is unrolled: it has no engine, no lanes and no memory.

    Parameters
    ----------
    layer : Dense
        The layer.
    shape : UnitPlan
        What an engine of it would be, of which what enters and what leaves are the same.
    word_after : int
        See `StagePlan`.
    sums : "auto", "trees", "chains" or "cells"
        How it adds; "auto" is "chains".
    signed_inputs : bool
        What enters is in two's complement; it has sums of its own then, whatever ``sums`` says.

    Attributes
    ----------
    layer, shape, signed_inputs
        The arguments.
    """

    def __init__(self, layer: Dense, shape: UnitPlan, word_after: int, sums: Sums, *, signed_inputs: bool):
        self.layer = layer
        self.sums: Sums = "trees" if signed_inputs else "chains" if sums == "auto" else sums
        self.signed_inputs = signed_inputs
        self._shape = shape
        super().__init__(layer, [], word_after)

    @property
    def shape(self) -> UnitPlan:
        """What enters it and what scores it gives."""
        return self._shape

    @property
    def lanes(self) -> int:
        """None."""
        return 0

    @cached_property
    def graph(self) -> AdderGraph | None:
        """How it shares additions."""
        return shared_sums(self.layer, self.shape.activation_bits, self.sums)

    @property
    def cycles(self) -> int:
        """Cycles from the image in its registers to the last word, or score, that leaves."""
        return 2 + (self.leaving.words if self.leaving else self.shape.classes)


class PipelinedPlan:
    """The numbers of a pipeline.

    Parameters
    ----------
    network : Network
        What to run.
    datapath : Datapath
        Options.

    Attributes
    ----------
    stages : list of StagePlan
        One for each layer; of an unrolled one a `GatesPlan`.
    weights : "rom" or "ram"
        Where the tables live.
    pixels_per_beat, input_beats, input_width
        Shape of a frame: see `Plan`.
    word, activation_bits, bank_words
        Of what enters the first stage.
    classes, score_bits : int
        Scores of an image, and bits of each.
    accumulator_bits : int
        Bits of a sum of the last layer.

    Raises
    ------
    InvalidOption
        If an option does not go with the network.
    InvalidNetwork
        If a score may need more than 32 bits.
    """

    #: The numbers of an engine.
    unit: type[UnitPlan] = UnitPlan

    def __init__(self, network: Network, datapath: Datapath):
        check_options(datapath, network.name, network.kind, events=network.input.takes == "events")
        check_chain(network)
        self.network = network
        self.weights = datapath.weights
        self.skip_zeros = datapath.skip_zeros
        count = len(network.layers)
        asked = datapath.layer_lanes or (datapath.lanes,) * count
        units = datapath.layer_units or (1,) * count
        if len(asked) != count:
            raise InvalidOption(
                f"lanes: {network.name} has {count} layers, and these are lanes of {len(asked)}"
            )
        _check_units(network, units)
        self.stages: list[StagePlan] = []
        followers = [*(layer.word for layer in network.layers[1:]), 0]
        each = replace(datapath, pipelined=False, layer_lanes=(), layer_units=(), sums="auto")
        parts = parts_of(network, units)
        for layer, own, lanes, word in zip(network.layers, parts, asked, followers, strict=True):
            how = replace(each, lanes=lanes or 1, tdata_width=0 if self.stages else each.tdata_width)
            engines = [self.unit(part, how, word) for part in own]
            if lanes:
                self.stages.append(StagePlan(layer, engines, word))
                continue
            signs = network.signed and not self.stages
            if signs and all(asked[1:]) and datapath.sums not in ("auto", "trees"):
                raise InvalidOption(
                    f"sums: {layer.name} of {network.name} alone is unrolled, and signed codes enter it, "
                    "which have sums of their own: leave out sums"
                )
            gates = GatesPlan(_unrolled(layer), engines[0], word, datapath.sums, signed_inputs=signs)
            self.stages.append(gates)
        first, last = self.stages[0].shape, self.stages[-1].shape
        self.pixels_per_beat, self.input_beats = first.pixels_per_beat, first.input_beats
        self.word, self.activation_bits = first.word, first.activation_bits
        self.bank_words = first.bank_words
        self.classes, self.accumulator_bits = last.classes, last.accumulator_bits
        self.score_bits = last.score_bits

    @property
    def lanes(self) -> tuple[int, ...]:
        """Lanes of each engine of each stage that are built; 0 of an unrolled layer."""
        return tuple(stage.lanes for stage in self.stages)

    @property
    def units(self) -> tuple[int, ...]:
        """Engines of each stage; 1 of an unrolled layer."""
        return tuple(len(stage.units) or 1 for stage in self.stages)

    @property
    def input_width(self) -> int:
        """Bits of an input beat: its pixels, rounded up to whole bytes or to what was asked for."""
        return self.stages[0].shape.input_width


def _unrolled(layer: Layer) -> Dense:
    """Return a layer that is to be unrolled, or raise `InvalidOption`."""
    if not isinstance(layer, Dense):
        raise InvalidOption(f"lanes: {layer.name} is {layer.kind}, and only dense layers are unrolled")
    return layer


def _check_units(network: Network, units: tuple[int, ...]) -> None:
    """Raise `InvalidOption` unless block rows can be shared out among so many engines of each layer."""
    for layer, count in zip(network.layers, units, strict=True):
        if count == 1:
            continue
        if layer is network.last:
            raise InvalidOption(f"lanes: {layer.name} of {network.name} gives scores, and has one engine")
        if layer.weights.block_rows % count:
            raise InvalidOption(
                f"lanes: {layer.name} of {network.name} has {layer.weights.block_rows} block rows, which "
                f"{count} engines cannot share evenly"
            )
