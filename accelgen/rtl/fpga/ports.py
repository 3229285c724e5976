"""The numbers of a link: bytes of a request, words of an answer, cycles of a bit."""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.errors import InvalidOption
from accelgen.link import MAX_PAYLOAD
from accelgen.rtl.fpga.wires import Wires
from accelgen.rtl.hardware import Hardware
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.plan import Plan
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.unrolled.plan import UnrolledPlan

__all__ = ["LinkPlan"]

OPTIONS_BYTES = 4  # before the beats of an image
LEAST_ROOM = 64
#: A device says in a byte how many scores it gives.
MOST_SCORES = 255


@dataclass(frozen=True, slots=True)
class LinkPlan(Wires):
    """The numbers of a link.

    Attributes
    ----------
    hardware : Hardware
        What is behind it.
    network_sha256 : str
        Digest of the network file, in hex.
    clock_hz : int
        Clock of the board.
    baud : int
        Bits per second on the wires.
    gap : int
        Cycles without a byte after which a packet that has begun is given up; 0 for 20 ms.

    Raises
    ------
    InvalidOption
        If the hardware takes events, an image is too long for a packet, there are too many scores, or the
        clock is too slow for the baud.
    """

    hardware: Hardware
    network_sha256: str
    clock_hz: int
    baud: int
    gap: int = 0

    def __post_init__(self):
        if self.hardware.stream == "events":
            raise InvalidOption("the link carries pixels, and this network takes events")
        if self.hardware.side_by_side:
            raise InvalidOption("the link carries a word at a time, and this hardware has an interval")
        if self.image_bytes > MAX_PAYLOAD:
            raise InvalidOption(f"an image must fit into {MAX_PAYLOAD} bytes, not take {self.image_bytes}")
        if self.plan.classes > MOST_SCORES:
            raise InvalidOption(f"the link carries at most {MOST_SCORES} scores, not {self.plan.classes}")
        self.check_wires()

    @property
    def plan(self) -> Plan | PipelinedPlan | UnrolledPlan | SpikingPlan:
        """The numbers of the hardware."""
        return self.hardware.plan

    @property
    def spiking(self) -> bool:
        """The network spikes."""
        return self.hardware.spiking

    @property
    def loadable(self) -> bool:
        """Tables come over the link."""
        return self.hardware.loadable

    @property
    def early_stop(self) -> bool:
        """A margin may be given."""
        return self.hardware.early_stop

    @property
    def beat_bytes(self) -> int:
        """Bytes of an input beat."""
        return self.plan.input_width // 8

    @property
    def image_bytes(self) -> int:
        """Bytes of a request that classifies."""
        return OPTIONS_BYTES + self.plan.input_beats * self.beat_bytes

    @property
    def room(self) -> int:
        """Bytes of the longest payload: a power of two, since that is what memories come in."""
        return max(LEAST_ROOM, 1 << (self.image_bytes - 1).bit_length())

    @property
    def answer_words(self) -> int:
        """Words of the longest answer: a status, or cycles, scores and what follows them."""
        return max(7, self.results + 1)

    @property
    def buffers(self) -> list[tuple[int, int]]:
        """Words and bits of each memory of the link."""
        return [(self.room, 8), (self.answer_words, 32)]

    @property
    def results(self) -> int:
        """Words of a result: scores, and what follows them if anything does."""
        return self.hardware.network.results

    @property
    def scores_alone(self) -> bool:
        """Nothing follows the scores."""
        return self.results == self.plan.classes
