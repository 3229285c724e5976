"""The numbers of an event-driven engine: those of the folded engine, and what time adds to them."""

from __future__ import annotations

from typing import Literal

from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.network.layer import Layer
from accelgen.network.network import Network
from accelgen.network.spiking import MAX_TIMESTEPS, Neuron, Spiking, synapse_of
from accelgen.network.widths import (
    current_bits,
    membrane_bits,
    membrane_sum_bits,
    readout_bits,
    score_bits,
    signed_bits,
)
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.layer_plan import pads
from accelgen.rtl.plan import Plan
from accelgen.rtl.words import EVENT_BITS, MOST_NOTED

__all__ = ["SpikingPlan"]


class SpikingPlan(Plan):
    """The numbers of an event-driven engine. A timestep is to it what an image is to a dense engine.

    Parameters
    ----------
    network : Network
        A network of `Spiking` layers.
    datapath : Datapath
        Options.
    word_after : int
        Spikes of a word as another engine reads them, if the last layer gives spikes; else 0.

    Attributes
    ----------
    stream : "pixels" or "events"
        How input enters.
    early_stop : bool
        The option.
    neurons : list of Neuron or None
        One for each layer.
    counting : bool
        The readout counts spikes; else it sums currents.
    membrane_bits, membrane_words : int
        Width and depth of membrane memory: a word of ``lanes`` membranes for each pass up to the last
        layer that has any; no words if no membrane lives on. Where currents last it holds these, which a pass
        starts from as it does from membranes.
    potential_bits, potential_words : int
        The same of the memory of membranes whose currents last; no words if none do.
    integral_bits : int
        Bits of a membrane of any neuron while it integrates.
    score_bits : int
        Bits of a score after the longest run.
    readout_bits : int
        Bits of a membrane of a readout that integrates; 0 if there is none.

    Raises
    ------
    InvalidOption
        If an option does not go with the network.
    InvalidNetwork
        If a layer does not spike, a score may need more than 32 bits, or there are more than 65,536 classes.
    """

    def __init__(self, network: Network, datapath: Datapath, word_after: int = 0):
        super().__init__(network, datapath, word_after)
        if network.classes > MOST_NOTED and not word_after:
            raise InvalidNetwork(f"a spiking network has at most {MOST_NOTED} classes, not {network.classes}")
        events = network.input.takes == "events" or datapath.stream == "events"
        if events and datapath.tdata_width not in (0, EVENT_BITS):
            raise InvalidOption(
                f"tdata_width is of pixels, and events have {EVENT_BITS} bits, not {datapath.tdata_width}"
            )
        self.stream: Literal["pixels", "events"] = "events" if events else "pixels"
        self.early_stop = datapath.early_stop
        self.neurons = [_neuron(layer) for layer in network.layers]
        self.counting = self.neurons[-1] is not None
        self.score_bits = score_bits(network.last, network.readout)
        self.readout_bits = readout_bits(network.last, network.readout) if network.readout else 0
        living = [number for number in range(len(self.layers)) if self.lives(number)]
        self.membrane_words = sum(
            part.rows * part.passes for part in self.layers[: max(living, default=-1) + 1]
        )
        self.membrane_bits = max((self._kept_bits(number) for number in living), default=0)
        lasting = [number for number in living if synapse_of(network.layers[number])]
        self.potential_words = sum(
            part.rows * part.passes for part in self.layers[: max(lasting, default=-1) + 1]
        )
        potentials = [self._potential_bits(number) for number in lasting]
        self.potential_bits = max((kept for _, kept in potentials), default=0)
        self.integral_bits = max([self.accumulator_bits, *(integral for integral, _ in potentials)])

    def lives(self, number: int) -> bool:
        """Return whether the membranes of a layer live on from one timestep to the next."""
        return self.network.layers[number].lives

    def _kept_bits(self, number: int) -> int:
        layer = self.network.layers[number]
        bits = current_bits(layer) or membrane_bits(layer)
        return max(bits, signed_bits(-MAX_TIMESTEPS * _least_drive(layer), 0))

    def _potential_bits(self, number: int) -> tuple[int, int]:
        """Return the bits of a membrane whose currents last, while it integrates and as it is kept."""
        layer = self.network.layers[number]
        # Such a current grows with every timestep at most, and its membrane by it.
        padded = signed_bits(-MAX_TIMESTEPS * (MAX_TIMESTEPS + 1) // 2 * _least_drive(layer), 0)
        return max(membrane_sum_bits(layer), padded), max(membrane_bits(layer), padded)

    @property
    def position_bits(self) -> int:
        """Low bits of an event that name the position in its input block."""
        return (self.pixels_per_beat - 1).bit_length()

    @property
    def input_width(self) -> int:
        """Bits of an input beat."""
        return EVENT_BITS if self.stream == "events" else super().input_width


def _least_drive(layer: Layer) -> int:
    """Return what a timestep may take from the sum of a neuron that does not exist.

    It has weights of -1 in layers of such weights: see `tables`. It must not wrap, and so fire.
    """
    return layer.weights.kept * layer.weights.block_in if layer.weights.bits == 1 and pads(layer) else 0


def _neuron(layer: Layer) -> Neuron | None:
    if not isinstance(layer, Spiking):
        raise InvalidNetwork(f"an event-driven engine runs spiking layers, and {layer.name} is {layer.kind}")
    return layer.rule
