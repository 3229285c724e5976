"""What a person may choose about the hardware, and what goes together; no choice changes a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from accelgen.errors import InvalidOption
from accelgen.values import integer, shown

if TYPE_CHECKING:
    from accelgen.network.network import Kind

__all__ = [
    "MOST_LANES",
    "UNROLLED",
    "Datapath",
    "Storage",
    "Stream",
    "Sums",
    "beat_width",
    "check_options",
    "check_together",
    "describe",
    "lanes_by_layer",
]

MOST_LANES = 256

#: Bits that AXI4-Stream may be asked to have.
TDATA_WIDTHS = tuple(1 << power for power in range(3, 11))

Storage = Literal["rom", "ram"]
Stream = Literal["auto", "pixels", "events"]
Sums = Literal["auto", "trees", "chains", "cells"]

#: What stands where lanes of a layer would, if it is unrolled.
UNROLLED = "unrolled"

#: Clocks between images that may be asked for, and ranks of registers.
MOST_INTERVAL, MOST_STAGES = 1024, 64


@dataclass(frozen=True, slots=True)
class Datapath:
    """How much hardware runs a network, where its tables live, and how its input enters.

    Attributes
    ----------
    lanes : int
        Multiply-accumulate lanes, 1 to 256. A block row uses at most ``block_out`` of them, so no
        more than the largest ``block_out`` of the network are built.
    weights : "rom" or "ram"
        Tables as constants (synthesised logic, or initialised block RAM), or loaded over a stream.
    stream : "auto", "pixels" or "events"
        Frames of pixels (with an encoder on chip, if the network spikes), or the addresses of spikes.
        "auto" is what the network was made for.
    early_stop : bool
        A spiking network may stop once its leading class leads by a margin that is chosen at run time.
    pipelined : bool
        Every layer has an engine of its own, and each works on another image.
    layer_lanes : tuple of int
        Of pipelined hardware: lanes of an engine of each layer, 1 to 256, or 0 for a layer that is unrolled,
        every weight its own gates; () is ``lanes`` for each.
    layer_units : tuple of int
        Of pipelined hardware: engines of each layer, which share its block rows; () is one for each.
    unrolled : bool
        Every weight becomes its own gates, and every layer takes one cycle, of a timestep if it spikes.
        ``lanes`` means nothing then.
    skip_zeros : bool
        False builds an engine driven by its clock, which spends a cycle on every input of a kept block,
        zero or not. It exists to be compared with.
    compact : bool
        Of folded hardware of dense layers: fewer lookup tables for more flip-flops and small memories, which
        an FPGA has beside them. Sums leave the lanes a few at a time, and which words are zero is remembered
        in memory.
    tdata_width : int
        Bits of ``s_axis_tdata``, a power of two, for those whose streams have no other widths; what is above
        the pixels of a beat must be zero. 0 is what the pixels need, in whole bytes.
    interval : int
        Of unrolled hardware: clocks from one image to the next, 1 to 1,024. Its layers are a pipeline then,
        an image enters in as many beats at most, and a result leaves in one. 0 is a slow stream of narrow
        beats. An image of a network that spikes takes as many clocks as it has timesteps, at least.
    stages : int
        Of a pipeline: ranks of registers that an image passes, 64 at most. 0 is one for each layer and one
        for what ends a result; of a network that spikes, also one for the spikes that enter.
    sums : "auto", "trees", "chains" or "cells"
        Of unrolled hardware, and of unrolled layers of a pipeline: sums of their own, or such as share
        additions where that takes less on the carry chains of FPGAs or in the cells of a library. "auto" is
        "chains" with an interval and in a pipeline, else "trees".

    Raises
    ------
    InvalidOption
        If lanes are no integer of Python or numpy, a word is another, or a choice is no bool.
    """

    lanes: int = 16
    weights: Storage = "rom"
    stream: Stream = "auto"
    early_stop: bool = False
    unrolled: bool = False
    skip_zeros: bool = True
    tdata_width: int = 0
    interval: int = 0
    stages: int = 0
    sums: Sums = "auto"
    pipelined: bool = False
    layer_lanes: tuple[int, ...] = ()
    layer_units: tuple[int, ...] = ()
    compact: bool = False

    def __post_init__(self):
        object.__setattr__(self, "lanes", _lanes(self.lanes))
        if not isinstance(self.layer_lanes, tuple | list):
            raise InvalidOption(f"layer_lanes must be a tuple of integers, not {shown(self.layer_lanes)}")
        object.__setattr__(self, "layer_lanes", tuple(map(_layer_lanes, self.layer_lanes)))
        if not isinstance(self.layer_units, tuple | list):
            raise InvalidOption(f"layer_units must be a tuple of integers, not {shown(self.layer_units)}")
        units = tuple(integer(value) or 0 for value in self.layer_units)
        if units and (min(units) < 1 or len(units) != len(self.layer_lanes)):
            raise InvalidOption("layer_units must be as many as layer_lanes, of at least 1 each")
        object.__setattr__(self, "layer_units", units if set(units) != {1} else ())
        width = integer(self.tdata_width)
        if width is None or (width and width not in TDATA_WIDTHS):
            raise InvalidOption(
                f"tdata_width must be a power of two of {TDATA_WIDTHS[0]} to {TDATA_WIDTHS[-1]:,}, "
                f"not {shown(self.tdata_width)}"
            )
        object.__setattr__(self, "tdata_width", width)
        for name, most in (("interval", MOST_INTERVAL), ("stages", MOST_STAGES)):
            count = integer(getattr(self, name))
            if count is None or not 0 <= count <= most:
                raise InvalidOption(
                    f"{name} must be an integer of 0 to {most:,}, not {shown(getattr(self, name))}"
                )
            object.__setattr__(self, name, count)
        if not isinstance(self.sums, str) or self.sums not in get_args(Sums):
            raise InvalidOption(f"sums must be 'auto', 'trees', 'chains' or 'cells', not {shown(self.sums)}")
        if not isinstance(self.weights, str) or self.weights not in get_args(Storage):
            raise InvalidOption(f"weights must be 'rom' or 'ram', not {shown(self.weights)}")
        if not isinstance(self.stream, str) or self.stream not in get_args(Stream):
            raise InvalidOption(f"stream must be 'auto', 'pixels' or 'events', not {shown(self.stream)}")
        for name in ("early_stop", "unrolled", "skip_zeros", "pipelined", "compact"):
            if not isinstance(value := getattr(self, name), bool):
                raise InvalidOption(f"{name} must be True or False, not {shown(value)}")

    @property
    def folded(self) -> bool:
        """One engine runs all layers."""
        return not (self.unrolled or self.pipelined)

    def describe(self, *, spiking: bool = False) -> str:
        """Return how hardware with these options is built, in a few words; see `describe`."""
        if self.pipelined and not self.layer_lanes:
            return f"pipelined, {self.lanes} lanes a layer, tables in {self.weights}"
        lanes = self.layer_lanes or self.lanes
        return describe(
            None if self.unrolled else lanes,
            self.weights,
            self.interval,
            self.layer_units,
            spiking=spiking,
            compact=self.compact,
        )


def _lanes(value: object) -> int:
    """Return a number of lanes as an integer of Python, or raise `InvalidOption`."""
    lanes = integer(value)
    if lanes is None or not 1 <= lanes <= MOST_LANES:
        raise InvalidOption(f"lanes must be an integer of 1 to {MOST_LANES}, not {shown(value)}")
    return lanes


def _layer_lanes(value: object) -> int:
    """Return lanes of a layer, 0 of one that is unrolled, or raise `InvalidOption`."""
    return 0 if integer(value) == 0 else _lanes(value)


def describe(
    lanes: int | Sequence[int] | None,
    weights: str | None = None,
    interval: int | None = None,
    units: Sequence[int] | None = None,
    *,
    spiking: bool = False,
    compact: bool = False,
) -> str:
    """Return how hardware is built, as every report says it: "16 lanes, tables in rom".

    Parameters
    ----------
    lanes : int, sequence of int or None
        Lanes that are built; those of each layer if it is pipelined, None if it is unrolled.
    weights : "rom" or "ram", optional
        Where its tables live; unrolled hardware has none.
    interval : int, optional
        Clocks from one image to the next, if that was asked of unrolled hardware.
    units : sequence of int, optional
        Engines of each layer, where a layer has several.
    spiking : bool
        The network spikes, so that an image takes as many clocks as it has timesteps, at least.
    compact : bool
        See `Datapath`.
    """
    if isinstance(lanes, int):
        return f"{'compact, ' * compact}{lanes} lanes, tables in {weights}"
    if lanes is not None:
        return f"pipelined, {' + '.join(lanes_by_layer(lanes, units))} lanes, tables in {weights}"
    if not interval:
        return "unrolled"
    if spiking:
        beats = "a beat" if interval == 1 else f"at most {interval} beats"
        return f"unrolled, a timestep each clock, an image in {beats}"
    return f"unrolled, an image {'each clock' if interval == 1 else f'every {interval} clocks'}"


def lanes_by_layer(lanes: Sequence[int], units: Sequence[int] | None) -> list[str]:
    """Return the lanes of each layer as they are asked for.

    "16", "4x16" for four engines of 16 lanes, or "unrolled" for a layer without an engine.
    """
    pairs = zip(units or [1] * len(lanes), lanes, strict=True)
    return [f"{count}x{each}" if count > 1 else f"{each}" if each else UNROLLED for count, each in pairs]


def beat_width(bits: int, tdata_width: int, name: str) -> int:
    """Return the bits of an input beat: the whole bytes of ``bits``, or ``tdata_width`` if that is not 0.

    Raises
    ------
    InvalidOption
        If less was asked for than a beat of the network ``name`` needs.
    """
    least = -(-bits // 8) * 8
    if tdata_width and tdata_width < least:
        raise InvalidOption(
            f"tdata_width must be at least {bits} for {name}, whose input beats have so many bits, "
            f"not {tdata_width}"
        )
    return tdata_width or least


def check_options(datapath: Datapath, name: str, kind: Kind, *, events: bool = False) -> None:
    """Raise `InvalidOption` unless options go with each other and with a network.

    Parameters
    ----------
    datapath : Datapath
        The options.
    name : str
        What a message calls the network.
    kind : "dense", "convolutional" or "spiking"
        Kind of its layers.
    events : bool
        It takes events, and has no pixels.
    """
    spiking = kind == "spiking"
    if datapath.unrolled and kind == "convolutional":
        raise InvalidOption(f"unrolled hardware is of dense networks, and {name} has convolutions")
    check_together(datapath)
    if datapath.compact and kind != "dense":
        what = "spikes" if spiking else "has convolutions"
        raise InvalidOption(f"compact: such hardware is of dense layers without spikes, and {name} {what}")
    if spiking and 0 in datapath.layer_lanes:
        raise InvalidOption(f"lanes: unrolled layers are of dense networks, and {name} spikes")
    if not spiking and datapath.stream == "events":
        raise InvalidOption(f"stream 'events' needs a spiking network, and {name} is none")
    if not spiking and datapath.early_stop:
        raise InvalidOption(f"early_stop needs a spiking network, and {name} is none")
    if events and datapath.stream == "pixels":
        raise InvalidOption(f"stream 'pixels' needs pixels, and {name} takes events")
    if events and datapath.interval:
        raise InvalidOption(f"interval is of pixels, and {name} takes events, a word at a time")


def check_together(datapath: Datapath) -> None:
    """Raise `InvalidOption` unless options go with each other, whatever the network is."""
    if datapath.layer_lanes and not datapath.pipelined:
        raise InvalidOption("lanes of each layer are of pipelined hardware, in which a layer has its own")
    gates = 0 in datapath.layer_lanes
    if gates and not any(datapath.layer_lanes):
        raise InvalidOption("lanes: a pipeline has a layer with lanes; ask for unrolled hardware instead")
    if gates and datapath.weights == "ram":
        raise InvalidOption("an unrolled layer has its weights in its gates: weights cannot be 'ram'")
    engines = zip(datapath.layer_lanes, datapath.layer_units, strict=False)
    if any(count > 1 for lanes, count in engines if not lanes):
        raise InvalidOption("lanes: an unrolled layer is there once, and has no engines")
    if datapath.pipelined and datapath.unrolled:
        raise InvalidOption("hardware is pipelined or unrolled, not both")
    if datapath.pipelined and datapath.early_stop:
        raise InvalidOption(
            "early_stop is of folded hardware: in a pipeline the timesteps behind are under way"
        )
    if datapath.compact and not datapath.folded:
        form = "pipelined" if datapath.pipelined else "unrolled"
        raise InvalidOption(f"compact: is of folded hardware, and this is {form}")
    if datapath.stages and not datapath.interval:
        raise InvalidOption("stages are of a pipeline: they need an interval")
    if not datapath.unrolled:
        form = "pipelined" if datapath.pipelined else "folded"
        for name in ("interval", "sums"):
            if getattr(datapath, name) not in (0, "auto") and not (gates and name == "sums"):
                raise InvalidOption(f"{name}: is of unrolled hardware, and this is {form}")
        return
    if datapath.weights == "ram":
        raise InvalidOption("unrolled hardware has its weights in its gates: weights cannot be 'ram'")
    if datapath.early_stop or not datapath.skip_zeros:
        raise InvalidOption("unrolled hardware has no early stop and no clock-driven form")
    if datapath.stream == "events" and datapath.interval:
        raise InvalidOption("interval is of pixels: events enter a word at a time")
