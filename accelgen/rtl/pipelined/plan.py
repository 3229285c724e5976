"""From a network and its options to the numbers of a pipeline: a plan for the engine of each layer.

The engine of a layer is a folded engine of a network that has no other layer. Two banks hold what enters it:
it works on the image in one while the next image enters the other. So all engines work at the same time, each
on an image of its own, and images follow one another as closely as the slowest of them allows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from accelgen.errors import InvalidOption
from accelgen.network.network import Network
from accelgen.rtl.conv.window import WindowPlans
from accelgen.rtl.datapath import Datapath, check_options
from accelgen.rtl.lifetimes import check_chain
from accelgen.rtl.pipelined.part import Part, parts_of
from accelgen.rtl.plan import Plan

__all__ = ["Leaving", "PipelinedPlan", "StagePlan"]


@dataclass(frozen=True, slots=True)
class Leaving:
    """The words that leave a stage: what a `Packer` must know, and which words hold anything.

    Attributes
    ----------
    lanes, granule, word, activation_bits, bank_words, windows
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
    pixels: int
    packed: int
    wanted: int

    @property
    def bank_words(self) -> tuple[int, ...]:
        """Words of an image as they are packed."""
        return (self.pixels * self.packed,)

    @property
    def words(self) -> int:
        """Words of an image that the next stage reads."""
        return self.pixels * self.wanted


class StagePlan(Plan):
    """The numbers of the engine of one layer.

    Parameters
    ----------
    part : Part
        The layer.
    datapath : Datapath
        Options; ``lanes`` are those of this engine.
    word_after : int
        Activations of a word as the stage after it reads them; 0 of the last stage.

    Attributes
    ----------
    leaving : Leaving or None
        The words that leave it; None of the last stage.
    others
        See `Plan`. Both banks have what enters.
    """

    def __init__(self, part: Part, datapath: Datapath, word_after: int = 0):
        super().__init__(part, datapath, word_after)
        self.leaving = self._leaving(word_after) if word_after else None

    def _leaving(self, word: int) -> Leaving:
        (layer,), (part,) = self.network.layers, self.layers
        outputs, pixels = layer.weights.outputs, self._pixels(0)
        packed = part.rows * ((part.passes - 1) * self.lanes + part.last_pass)
        return Leaving(
            lanes=self.lanes,
            granule=self.granule,
            word=word,
            activation_bits=self.result_bits,
            windows=self.windows,
            pixels=pixels,
            packed=-(-packed // word),
            wanted=-(-outputs // word),
        )

    def _bank_words(self) -> tuple[int, ...]:
        layer = self.network.first
        words = layer.window.height * layer.window.width * layer.weights.input_blocks if layer.window else 0
        return (words or self.input_beats,) * 2

    @property
    def result_bits(self) -> int:
        """Bits of an activation that leaves."""
        return self.layers[-1].bits

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
        One for each layer.
    weights : "rom" or "ram"
        Where the tables live.
    pixels_per_beat, input_beats, input_width
        Shape of a frame: see `Plan`.
    word, activation_bits, bank_words
        Of what enters the first stage.
    classes, accumulator_bits : int
        Scores of an image, and bits of each.

    Raises
    ------
    InvalidOption
        If an option does not go with the network.
    InvalidNetwork
        If a score may need more than 32 bits.
    """

    def __init__(self, network: Network, datapath: Datapath):
        check_options(datapath, network.name, network.kind, events=network.input.takes == "events")
        check_chain(network)
        self.network = network
        self.weights = datapath.weights
        self.skip_zeros = datapath.skip_zeros
        asked = datapath.layer_lanes or (datapath.lanes,) * len(network.layers)
        if len(asked) != len(network.layers):
            raise InvalidOption(
                f"lanes: {network.name} has {len(network.layers)} layers, and these are lanes of {len(asked)}"
            )
        parts = parts_of(network)
        followers = [*(layer.word for layer in network.layers[1:]), 0]
        each = replace(datapath, pipelined=False, layer_lanes=())
        self.stages = [
            StagePlan(part, replace(each, lanes=lanes, tdata_width=0 if number else each.tdata_width), word)
            for number, (part, lanes, word) in enumerate(zip(parts, asked, followers, strict=True))
        ]
        first, last = self.stages[0], self.stages[-1]
        self.pixels_per_beat, self.input_beats = first.pixels_per_beat, first.input_beats
        self.word, self.activation_bits = first.word, first.activation_bits
        self.bank_words = first.bank_words
        self.classes, self.accumulator_bits = last.classes, last.accumulator_bits

    @property
    def lanes(self) -> tuple[int, ...]:
        """Lanes of each stage that are built."""
        return tuple(stage.lanes for stage in self.stages)

    @property
    def input_width(self) -> int:
        """Bits of an input beat: its pixels, rounded up to whole bytes or to what was asked for."""
        return self.stages[0].input_width
