"""What a person may choose about the hardware. Nothing here changes what a network computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from accelgen.errors import InvalidOption
from accelgen.values import integer, shown

__all__ = ["Datapath", "Storage", "Stream"]

MOST_LANES = 256

Storage = Literal["rom", "ram"]
Stream = Literal["auto", "pixels", "events"]


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
    unrolled : bool
        Every weight becomes its own gates, and every layer takes one cycle. ``lanes`` means nothing then.
    skip_zeros : bool
        False builds an engine driven by its clock, which spends a cycle on every input of a kept block,
        zero or not. It exists to be compared with.

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

    def __post_init__(self):
        lanes = integer(self.lanes)
        if lanes is None or not 1 <= lanes <= MOST_LANES:
            raise InvalidOption(f"lanes must be an integer of 1 to {MOST_LANES}, not {shown(self.lanes)}")
        object.__setattr__(self, "lanes", lanes)
        if not isinstance(self.weights, str) or self.weights not in get_args(Storage):
            raise InvalidOption(f"weights must be 'rom' or 'ram', not {shown(self.weights)}")
        if not isinstance(self.stream, str) or self.stream not in get_args(Stream):
            raise InvalidOption(f"stream must be 'auto', 'pixels' or 'events', not {shown(self.stream)}")
        for name in ("early_stop", "unrolled", "skip_zeros"):
            if not isinstance(value := getattr(self, name), bool):
                raise InvalidOption(f"{name} must be True or False, not {shown(value)}")
