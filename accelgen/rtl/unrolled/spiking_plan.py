"""From a spiking network to the numbers of an unrolled engine, whose unit of work is a timestep."""

from __future__ import annotations

from typing import Literal

import numpy as np

from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.network.dense import Dense
from accelgen.network.layer import Layer
from accelgen.network.network import Network
from accelgen.network.spiking import Neuron, Spiking
from accelgen.network.thresholds import Thresholds
from accelgen.network.widths import score_bits
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.unrolled.adder_graph import digits
from accelgen.rtl.unrolled.plan import UnrolledPlan
from accelgen.rtl.words import EVENT_BITS, MOST_NOTED

__all__ = ["MOST_ADDITIONS", "SpikingUnrolledPlan"]

#: Additions of weights, digit by digit, beyond which no tool would finish with the Verilog.
MOST_ADDITIONS = 100_000


class SpikingUnrolledPlan(UnrolledPlan):
    """The numbers of an unrolled engine of a spiking network.

    Parameters
    ----------
    network : Network
        A network of `Spiking` layers.
    datapath : Datapath
        Options.

    Attributes
    ----------
    layers : list of Dense
        What becomes gates of each layer: its currents and, where a membrane lives for one timestep only, the
        comparison with its threshold, which is a rule of a dense layer.
    neurons : list of Neuron or None
        Of each layer whose membranes are registers; None of the others.
    stream : "pixels" or "events"
        How input enters.
    counting : bool
        The readout counts spikes; else it sums currents.
    early_stop : bool
        False: the timesteps behind one that could be the last are under way.
    position_bits : int
        Low bits of an event that name the position in its input block.
    score_bits : int
        Bits of a score after the longest run.
    stages : int
        Ranks of registers that a timestep passes, that of the spikes which enter included.
    others
        See `UnrolledPlan`; where events enter, a beat is one of them, and ``pixels_per_beat`` addresses are a
        block of ``input_beats``.

    Raises
    ------
    InvalidOption
        If an option does not go with the network or with unrolled hardware, or it has too many weights.
    InvalidNetwork
        If a layer does not spike, a score may need more than 32 bits, or there are more than 65,536 classes.
    """

    early_stop = False

    def __init__(self, network: Network, datapath: Datapath):
        if network.classes > MOST_NOTED:
            raise InvalidNetwork(f"a spiking network has at most {MOST_NOTED} classes, not {network.classes}")
        events = network.input.takes == "events" or datapath.stream == "events"
        self.stream: Literal["pixels", "events"] = "events" if events else "pixels"
        super().__init__(network, datapath)
        additions = sum(int(digits(layer.weights.dense().astype(np.int64)).sum()) for layer in self.layers)
        if additions > MOST_ADDITIONS:
            raise InvalidOption(
                f"unrolled, {network.name} would add {additions:,} times in each timestep, and at most "
                f"{MOST_ADDITIONS:,} additions are built: leave out unrolled"
            )
        self.neurons = [layer.rule if layer.lives else None for layer in network.layers]
        self.counting = network.last.rule is not None
        self.score_bits = score_bits(network.last)

    def _sums(self, layer: Layer) -> Dense:
        if not isinstance(layer, Spiking):
            raise InvalidNetwork(f"unrolled neurons are of spiking layers, and {layer.name} is {layer.kind}")
        return currents_of(layer)

    def _enter(self, datapath: Datapath) -> None:
        if self.stream == "pixels":
            super()._enter(datapath)
            return
        if datapath.tdata_width not in (0, EVENT_BITS):
            raise InvalidOption(
                f"tdata_width is of pixels, and events have {EVENT_BITS} bits, not {datapath.tdata_width}"
            )
        inputs = self.network.input.inputs
        self.activation_bits = 1
        self.pixels_per_beat = self.word = self.network.first.word
        self.input_beats = -(-inputs // self.word)
        self.bank_words = (self.input_beats,)
        self.input_width = EVENT_BITS

    @property
    def position_bits(self) -> int:
        """Low bits of an event that name the position in its input block."""
        return (self.pixels_per_beat - 1).bit_length()

    @property
    def ends(self) -> list[str]:
        """What ends with a rank of registers: spikes that enter, layers, and the class with an interval."""
        names = ["input", *(layer.name for layer in self.layers)]
        return names + (["result"] if self.interval else [])

    @property
    def _others(self) -> str:
        return ", one for the spikes that enter and one for what ends a result"


def currents_of(layer: Spiking) -> Dense:
    """Return the dense layer that gives the spikes of ``layer`` or, if its membranes live, its currents."""
    rule: Neuron | None = layer.rule
    fires = None if rule is None or rule.continuous else Thresholds(((rule.threshold,),))
    return Dense(layer.name, layer.weights, layer.bias, fires, layer.reads)
