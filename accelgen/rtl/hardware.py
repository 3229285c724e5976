"""Which hardware a network becomes: the one place that chooses, and that answers what was chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from amaranth.lib import wiring

from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.network.coding import Coding
from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.encoding import RateInput
from accelgen.network.network import Network
from accelgen.network.spiking import Spiking
from accelgen.rtl.datapath import Datapath, check_options, describe
from accelgen.rtl.dnn.top import Top
from accelgen.rtl.edge.ports import Port, meanings_of, ports_of
from accelgen.rtl.memories import Memory, memories
from accelgen.rtl.plan import Plan
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.top import SpikingTop
from accelgen.rtl.table import Table
from accelgen.rtl.tables import tables
from accelgen.rtl.unrolled.plan import UnrolledPlan
from accelgen.rtl.unrolled.top import PipelinedTop

__all__ = ["EventWords", "Form", "Hardware", "PixelBeats", "goes_with", "hardware_of"]

Form = Literal["folded", "unrolled"]

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
    form : "folded" or "unrolled"
        One engine for all layers, or weights that are gates.
    plan : Plan, SpikingPlan or UnrolledPlan
        Its numbers.
    """

    network: Network
    datapath: Datapath
    form: Form
    plan: Plan | SpikingPlan | UnrolledPlan

    def top(self, *, watched: bool = False) -> wiring.Component:
        """Return a new top: the component that is the hardware.

        If it is ``watched``, it is folded and has outputs besides, which say what its engine does.
        """
        if self.timed:
            return SpikingTop(self.timed, self.tables, watched=watched)
        if self.pipelined:
            return PipelinedTop(self.pipelined)
        return Top(self.plan, self.tables, watched=watched)

    @property
    def pipelined(self) -> UnrolledPlan | None:
        """The numbers of its pipeline; None if images do not follow one another so closely."""
        return self.plan if isinstance(self.plan, UnrolledPlan) and self.plan.interval else None

    @property
    def folded(self) -> Plan | None:
        """The numbers of its folded engine; None if it is unrolled."""
        return None if isinstance(self.plan, UnrolledPlan) else self.plan

    @property
    def timed(self) -> SpikingPlan | None:
        """The numbers of its event-driven engine; None if the network does not spike."""
        return self.plan if isinstance(self.plan, SpikingPlan) else None

    @property
    def spiking(self) -> bool:
        """The network spikes."""
        return self.network.kind == "spiking"

    @property
    def lanes(self) -> int | None:
        """Lanes that are built, None if it is unrolled."""
        return self.folded.lanes if self.folded else None

    @property
    def built(self) -> Datapath:
        """The options with the lanes that are built."""
        return self.datapath if self.lanes is None else replace(self.datapath, lanes=self.lanes)

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
        return tables(self.folded) if self.folded else []

    @property
    def memories(self) -> list[Memory]:
        """Every memory, tables first; unrolled hardware has none."""
        return memories(self.folded) if self.folded else []

    @property
    def ports(self) -> list[Port]:
        """The ports of the Verilog."""
        if self.pipelined:
            members = PipelinedTop.members(self.pipelined)
        else:
            members = SpikingTop.members(self.timed) if self.timed else Top.members(self.plan)
        meanings = meanings_of(self.network.task, side_by_side=self.pipelined is not None)
        return ports_of(members, meanings)

    def describe(self) -> str:
        """Return how it is built, in a few words."""
        return describe(self.lanes, self.plan.weights, self.pipelined.interval if self.pipelined else None)


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
    check_options(datapath, network.name, network.kind, events=network.input.takes == "events")
    for layer in network.layers:
        if layer.kind not in RUNS:
            raise InvalidNetwork(
                f"{network.name}: {layer.name}: no hardware runs a layer of kind {layer.kind}"
            )
    if datapath.unrolled:
        return Hardware(network, datapath, "unrolled", UnrolledPlan(network, datapath))
    kind = SpikingPlan if network.kind == "spiking" else Plan
    return Hardware(network, datapath, "folded", kind(network, datapath))


def goes_with(network: Network, datapath: Datapath) -> bool:
    """Return whether the options go with the network."""
    try:
        check_options(datapath, network.name, network.kind, events=network.input.takes == "events")
    except InvalidOption:
        return False
    return True
