"""What a person may choose about the hardware. Nothing here changes what a network computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from accelgen.errors import InvalidOption

__all__ = ["Datapath", "Storage", "Stream"]

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
    """

    lanes: int = 16
    weights: Storage = "rom"
    stream: Stream = "auto"
    early_stop: bool = False
    unrolled: bool = False
    skip_zeros: bool = True

    def __post_init__(self):
        if not isinstance(self.lanes, int) or isinstance(self.lanes, bool) or not 1 <= self.lanes <= 256:
            raise InvalidOption(f"lanes must be an integer of 1 to 256, not {self.lanes!r}")
        if self.weights not in get_args(Storage):
            raise InvalidOption(f"weights must be 'rom' or 'ram', not {self.weights!r}")
        if self.stream not in get_args(Stream):
            raise InvalidOption(f"stream must be 'auto', 'pixels' or 'events', not {self.stream!r}")
