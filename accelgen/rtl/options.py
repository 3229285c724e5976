"""What a person may choose about the hardware. Nothing here changes what a network computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from accelgen.errors import InvalidOption

__all__ = ["Datapath", "Storage"]

Storage = Literal["rom", "ram"]


@dataclass(frozen=True, slots=True)
class Datapath:
    """How much hardware runs a network, and where its tables live.

    Attributes
    ----------
    lanes : int
        Multiply-accumulate lanes, 1 to 256. A block row uses at most ``block_out`` of them, so no
        more than the largest ``block_out`` of the network are built.
    weights : "rom" or "ram"
        Tables as constants (synthesised logic, or initialised block RAM), or loaded over a stream.
    """

    lanes: int = 16
    weights: Storage = "rom"

    def __post_init__(self):
        if not isinstance(self.lanes, int) or isinstance(self.lanes, bool) or not 1 <= self.lanes <= 256:
            raise InvalidOption(f"lanes must be an integer of 1 to 256, not {self.lanes!r}")
        if self.weights not in get_args(Storage):
            raise InvalidOption(f"weights must be 'rom' or 'ram', not {self.weights!r}")
