"""Which hardware a network becomes: the one place that chooses, and that answers what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import mul
from typing import Literal

from amaranth.lib import wiring

from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.network.coding import Coding
from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.encoding import RateInput
from accelgen.network.network import Network
from accelgen.network.spiking import Spiking
from accelgen.rtl.datapath import Datapath, check_options
from accelgen.rtl.dnn.top import Top
from accelgen.rtl.edge.ports import Port, meanings_of, ports_of
from accelgen.rtl.layer_plan import LayerPlan
from accelgen.rtl.memories import Memory, memories
from accelgen.rtl.pipelined.plan import GatesPlan, PipelinedPlan
from accelgen.rtl.pipelined.spiking_plan import SpikingPipelinedPlan
from accelgen.rtl.pipelined.tables import pipelined_memories, pipelined_tables
from accelgen.rtl.plan import Plan
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.top import SpikingTop
from accelgen.rtl.table import Table
from accelgen.rtl.tables import tables
from accelgen.rtl.unrolled.plan import UnrolledPlan
from accelgen.rtl.unrolled.spiking_plan import SpikingUnrolledPlan
from accelgen.rtl.unrolled.spiking_top import UnrolledSpikingTop
from accelgen.rtl.unrolled.top import PipelinedTop

__all__ = ["EventWords", "Form", "Hardware", "PixelBeats", "goes_with", "hardware_of"]

Form = Literal["folded", "pipelined", "unrolled"]

#: Kinds of layers that an engine runs: another kind, however like one of these, is refused.
RUNS = frozenset({Conv.kind, Dense.kind, Spiking.kind})


@dataclass(frozen=True, slots=True)
class PixelBeats:
    """An image as ``beats`` input beats of ``width`` bits, each of ``pixels_per_beat`` pixels.

    ``encoder`` says which rule makes spikes of pixels; None without spikes. ``coding`` says how features
    become pixels, or signed codes in two's complement; None if pixels enter as they are.
    """

    pixels: int
    pixel_bits: int
    pixels_per_beat: int
    beats: int
    width: int
    encoder: str | None = None
    coding: Coding | None = None

    @property
    def signed(self) -> bool:
        """They are codes in two's complement."""
        return self.coding is not None and self.coding.signed


@dataclass(frozen=True, slots=True)
class EventWords:
    """Events as words of ``width`` bits: the number of one of ``blocks`` above ``position_bits`` of position.

    There are ``inputs`` addresses, ``block`` of them in a block.
    """

    inputs: int
    block: int
    position_bits: int
    blocks: int
    width: int


@dataclass(frozen=True, eq=False)
class Hardware:
    """A network as hardware. What takes time, the words of the tables, is made when it is asked for.

    Attributes
    ----------
    network : Network
        What it runs.
    datapath : Datapath
        How, as it was asked for.
    form : "folded", "pipelined" or "unrolled"
        One engine for all layers, an engine for each, or weights that are gates.
    plan : Plan, SpikingPlan, PipelinedPlan, SpikingPipelinedPlan, UnrolledPlan or SpikingUnrolledPlan
        Its numbers.
    """

    network: Network
    datapath: Datapath
    form: Form
    plan: Plan | SpikingPlan | PipelinedPlan | UnrolledPlan

    def top(self, *, watched: bool = False) -> wiring.Component:
        """Return a new top: the component that is the hardware.

        If it is ``watched``, it is folded or spikes, and has outputs besides, which say what it does.
        """
        if self.unrolled_spiking:
            return UnrolledSpikingTop(self.unrolled_spiking, watched=watched)
        if isinstance(self.timed, SpikingPlan | SpikingPipelinedPlan):
            return SpikingTop(self.timed, self.tables, watched=watched)
        if self.side_by_side:
            return PipelinedTop(self.side_by_side)
        return Top(self.plan, self.tables, watched=watched)

    @property
    def side_by_side(self) -> UnrolledPlan | None:
        """The numbers of unrolled hardware with an interval, whose results are one beat each; else None."""
        return self.plan if isinstance(self.plan, UnrolledPlan) and self.plan.interval else None

    @property
    def pipelined(self) -> PipelinedPlan | None:
        """The numbers of its engines, one for each layer; None if layers have none of their own."""
        return self.plan if isinstance(self.plan, PipelinedPlan) else None

    @property
    def folded(self) -> Plan | None:
        """The numbers of its folded engine; None if there is none that runs all layers."""
        return self.plan if isinstance(self.plan, Plan) else None

    @property
    def timed(self) -> SpikingPlan | SpikingPipelinedPlan | SpikingUnrolledPlan | None:
        """The numbers of the hardware of a network that spikes; None if it does not."""
        kinds = SpikingPlan | SpikingPipelinedPlan | SpikingUnrolledPlan
        return self.plan if isinstance(self.plan, kinds) else None

    @property
    def unrolled_spiking(self) -> SpikingUnrolledPlan | None:
        """The numbers of unrolled hardware of a network that spikes; None if it is no such hardware."""
        return self.plan if isinstance(self.plan, SpikingUnrolledPlan) else None

    @property
    def spiking(self) -> bool:
        """The network spikes."""
        return self.network.kind == "spiking"

    @property
    def lanes(self) -> int | None:
        """Lanes that are built, of all layers together; None if it is unrolled."""
        if self.pipelined:
            return sum(map(mul, self.pipelined.lanes, self.pipelined.units))
        return self.folded.lanes if self.folded else None

    @property
    def layer_lanes(self) -> tuple[int, ...]:
        """Lanes of an engine of each layer that are built, if layers have their own."""
        return self.pipelined.lanes if self.pipelined else ()

    @property
    def parts(self) -> Sequence[LayerPlan | None]:
        """How an engine runs each layer; None for layers that are unrolled."""
        if self.pipelined:
            return [None if isinstance(each, GatesPlan) else each.part for each in self.pipelined.stages]
        return self.folded.layers if self.folded else [None] * len(self.network.layers)

    @property
    def built(self) -> Datapath:
        """The options with the lanes that are built."""
        if self.pipelined:
            return replace(self.datapath, layer_lanes=self.layer_lanes)
        return replace(self.datapath, lanes=self.folded.lanes) if self.folded else self.datapath

    @property
    def loadable(self) -> bool:
        """The tables are loaded over a stream of their own."""
        return self.plan.weights == "ram"

    @property
    def stream(self) -> Literal["pixels", "events"]:
        """What enters."""
        return self.timed.stream if self.timed else "pixels"

    @property
    def early_stop(self) -> bool:
        """A sample may end before its last timestep."""
        return self.datapath.early_stop

    @property
    def score_bits(self) -> int:
        """Bits of a score."""
        return self.timed.score_bits if self.timed else self.plan.accumulator_bits

    @property
    def input(self) -> PixelBeats | EventWords:
        """How input enters."""
        plan, timed = self.plan, self.timed
        if timed and timed.stream == "events":
            block, bits = timed.pixels_per_beat, timed.position_bits
            return EventWords(self.network.input.inputs, block, bits, timed.input_beats, timed.input_width)
        entering = self.network.pixel_input
        return PixelBeats(
            entering.pixels,
            entering.bits,
            plan.pixels_per_beat,
            plan.input_beats,
            plan.input_width,
            entering.encoder if isinstance(entering, RateInput) else None,
            entering.coding,
        )

    @cached_property
    def tables(self) -> list[Table]:
        """The memories that hold the network, with their words; unrolled hardware has none."""
        if self.pipelined:
            return pipelined_tables(self.pipelined)
        return tables(self.folded) if self.folded else []

    @property
    def memories(self) -> list[Memory]:
        """Every memory, tables first; unrolled hardware has none, but that of events that wait."""
        if self.pipelined:
            return pipelined_memories(self.pipelined)
        if (gates := self.unrolled_spiking) and gates.stream == "events":
            return [Memory("events", gates.input_beats, gates.word, "ram", "working")]
        return memories(self.folded) if self.folded else []

    @property
    def ports(self) -> list[Port]:
        """The ports of the Verilog."""
        if self.unrolled_spiking:
            members = UnrolledSpikingTop.members(self.unrolled_spiking)
        elif self.side_by_side:
            members = PipelinedTop.members(self.side_by_side)
        elif isinstance(self.timed, SpikingPlan | SpikingPipelinedPlan):
            members = SpikingTop.members(self.timed)
        else:
            members = Top.members(self.plan)
        meanings = meanings_of(self.network.task, side_by_side=self.side_by_side is not None)
        return ports_of(members, meanings)

    def describe(self) -> str:
        """Return how it is built, in a few words."""
        return self.built.describe(spiking=self.spiking)


def hardware_of(network: Network, datapath: Datapath) -> Hardware:
    """Return the hardware of a network.

    Raises
    ------
    InvalidOption
        If the options do not go with the network, or with each other.
    InvalidNetwork
        If no hardware can run it: no engine knows a kind of layer, a score may need more than 32 bits, or it
        has too many classes.
    """
    _check_options(network, datapath)
    for layer in network.layers:
        if layer.kind not in RUNS:
            raise InvalidNetwork(
                f"{network.name}: {layer.name}: no hardware runs a layer of kind {layer.kind}"
            )
    if datapath.unrolled:
        gates = SpikingUnrolledPlan if network.spiking else UnrolledPlan
        return Hardware(network, datapath, "unrolled", gates(network, datapath))
    if datapath.pipelined:
        stages = SpikingPipelinedPlan if network.spiking else PipelinedPlan
        return Hardware(network, datapath, "pipelined", stages(network, datapath))
    kind = SpikingPlan if network.kind == "spiking" else Plan
    return Hardware(network, datapath, "folded", kind(network, datapath))


def _check_options(network: Network, datapath: Datapath) -> None:
    """Raise `InvalidOption` unless options go with a network."""
    if datapath.unrolled and network.readout:
        raise InvalidOption(
            f"unrolled: the readout of {network.name} integrates ({network.readout.title}), and engines have "
            "such readouts alone: pipelined hardware, or folded, can be built"
        )
    check_options(datapath, network.name, network.kind, events=network.input.takes == "events")


def goes_with(network: Network, datapath: Datapath) -> bool:
    """Return whether the options go with the network."""
    try:
        _check_options(network, datapath)
    except InvalidOption:
        return False
    return True
