"""From a network to the numbers of an unrolled engine."""

from __future__ import annotations

from functools import cached_property

from accelgen.errors import InvalidOption
from accelgen.network.dense import Dense
from accelgen.network.layer import Layer
from accelgen.network.network import Network
from accelgen.network.widths import check_scores, layer_accumulator_bits
from accelgen.rtl.datapath import Datapath, Storage, beat_width, check_options
from accelgen.rtl.lifetimes import check_chain
from accelgen.rtl.unrolled.adder_graph import AdderGraph
from accelgen.rtl.unrolled.sums import shared_sums
from accelgen.rtl.words import BEAT_BITS as WORD_BITS

__all__ = ["BEAT_BITS", "UnrolledPlan"]

#: Bits of an input beat, at most: a frame should not take longer than the layers.
BEAT_BITS = 64


class UnrolledPlan:
    """The numbers of an unrolled engine.

    Parameters
    ----------
    network : Network
        What to run.
    datapath : Datapath
        Options.

    Attributes
    ----------
    layers : list of Dense
        Layers of the network, each of which becomes gates.
    pixels_per_beat, input_beats, input_width : int
        Shape of a frame: beats carry as many pixels as fit into 64 bits or, with an interval, as many as let
        an image enter in so many clocks.
    output_width : int
        Bits of an output beat.
    word, bank_words
        A word holds the pixels of a beat.
    activation_bits : int
        Bits of a pixel.
    accumulator_bits : int
        Bits of a score.
    classes : int
        Scores of an image.
    interval : int
        Clocks from one image to the next, 0 for a slow stream.
    stages : int
        Ranks of registers of a pipeline.
    sums : "auto", "trees", "chains" or "cells"
        How layers add.
    word_bits : int
        Bits of a word of a result.

    Raises
    ------
    InvalidOption
        If an option does not go with the network or with unrolled hardware.
    InvalidNetwork
        If a score may need more than 32 bits.
    """

    weights: Storage = "rom"

    def __init__(self, network: Network, datapath: Datapath):
        check_options(datapath, network.name, network.kind, events=network.input.takes == "events")
        check_chain(network)
        check_scores(network)
        self.network = network
        self.layers = [self._sums(layer) for layer in network.layers]
        self.interval = datapath.interval
        self.word_bits = WORD_BITS
        self.sums = datapath.sums
        if network.signed and (self.interval or self.sums not in ("auto", "trees")):
            raise InvalidOption(
                f"signed codes enter {network.name}, and unrolled hardware takes them over a slow stream "
                "into sums of their own alone: leave out interval and sums"
            )
        self._enter(datapath)
        self.classes = network.classes
        self.accumulator_bits = layer_accumulator_bits(network)[-1]
        self.output_width = WORD_BITS * (network.results if self.interval else 1)
        least = len(self.ends)
        if datapath.stages and datapath.stages < least:
            raise InvalidOption(
                f"stages must be at least {least} for {network.name}, one for each layer{self._others}, "
                f"not {datapath.stages}"
            )
        self.stages = datapath.stages or least

    def _sums(self, layer: Layer) -> Dense:
        """Return the layer that becomes gates."""
        if not isinstance(layer, Dense):
            raise InvalidOption(f"unrolled hardware is of dense networks, and {layer.name} is {layer.kind}")
        return layer

    def _enter(self, datapath: Datapath) -> None:
        """Choose how pixels enter."""
        entering = self.network.pixel_input
        self.activation_bits = entering.bits
        each = -(-entering.pixels // self.interval) if self.interval else BEAT_BITS // self.activation_bits
        self.pixels_per_beat = min(each, entering.pixels)
        self.word = self.pixels_per_beat
        self.input_beats = -(-entering.pixels // self.pixels_per_beat)
        self.bank_words = (self.input_beats,)
        bits = self.pixels_per_beat * self.activation_bits
        self.input_width = beat_width(bits, datapath.tdata_width, self.network.name)

    @property
    def _others(self) -> str:
        """What ranks end besides layers, for a message."""
        return " and one for what ends a result" if len(self.ends) > len(self.layers) else ""

    @property
    def ends(self) -> list[str]:
        """What ends with a rank of registers: layers, and what follows the scores if anything does."""
        names = [layer.name for layer in self.layers]
        return names + (["result"] if self.network.results > self.classes else [])

    @cached_property
    def graphs(self) -> list[AdderGraph | None]:
        """How each layer shares additions."""
        sums = self.sums
        if sums == "auto":
            sums = "chains" if self.interval else "trees"
        return [
            shared_sums(layer, bits, sums)
            for layer, bits in zip(self.layers, self.network.input_bits, strict=True)
        ]
