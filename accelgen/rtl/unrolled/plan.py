"""From a network to the numbers of an unrolled engine."""

from __future__ import annotations

from accelgen.errors import InvalidOption
from accelgen.network.dense import Dense
from accelgen.network.layer import Layer
from accelgen.network.network import Network
from accelgen.network.widths import check_scores, layer_accumulator_bits
from accelgen.rtl.datapath import Datapath, Storage, beat_width, check_options
from accelgen.rtl.lifetimes import check_chain

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
        Shape of a frame: beats carry as many pixels as fit into 64 bits.
    word, bank_words
        A word holds the pixels of a beat.
    activation_bits : int
        Bits of a pixel.
    accumulator_bits : int
        Bits of a score.
    classes : int
        Scores of an image.

    Raises
    ------
    InvalidOption
        If an option does not go with the network or with unrolled hardware.
    InvalidNetwork
        If a score may need more than 32 bits.
    """

    weights: Storage = "rom"

    def __init__(self, network: Network, datapath: Datapath):
        check_options(datapath, network.name, network.kind)
        check_chain(network)
        check_scores(network)
        self.network = network
        self.layers = [_dense(layer) for layer in network.layers]
        entering = network.pixel_input
        self.activation_bits = entering.bits
        self.pixels_per_beat = min(BEAT_BITS // self.activation_bits, entering.pixels)
        self.word = self.pixels_per_beat
        self.input_beats = -(-entering.pixels // self.pixels_per_beat)
        self.bank_words = (self.input_beats,)
        bits = self.pixels_per_beat * self.activation_bits
        self.input_width = beat_width(bits, datapath.tdata_width, network.name)
        self.classes = network.classes
        self.accumulator_bits = layer_accumulator_bits(network)[-1]


def _dense(layer: Layer) -> Dense:
    if not isinstance(layer, Dense):
        raise InvalidOption(f"unrolled hardware is of dense networks, and {layer.name} is {layer.kind}")
    return layer
