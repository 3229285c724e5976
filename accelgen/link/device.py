"""The conversation with a device: a request is sent until it is answered, or refused for good."""

from __future__ import annotations

import time
from typing import Protocol

from accelgen.errors import DataError, InvalidOption, ToolError
from accelgen.link.messages import ANSWER, REFUSED, Answer, Counts, Refusal, Request, Status, Version
from accelgen.link.packet import Decoder, Packet
from accelgen.network.fields import whole
from accelgen.network.spiking import MAX_TIMESTEPS

__all__ = ["Device", "Port"]

REASONS: dict[int, str] = {
    Refusal.LENGTH: "the payload has another length than it expects",
    Refusal.UNKNOWN: "it does not know this request",
    Refusal.NOT_LOADED: "its tables are not loaded",
    Refusal.IMAGE: "the image has a bit set that is no pixel",
}
LAST_PIECE = 1 << 31
MOST_MARGIN = (1 << 24) - 1


class Port(Protocol):
    """A serial line, as pyserial has it."""

    def read(self, size: int) -> bytes:
        """Return 1 to ``size`` bytes, or none if none came for a while (a tenth of the patience, say)."""

    def write(self, data: bytes) -> object:
        """Send all of ``data``."""


class Device:
    """A board at the other end of a serial line.

    Parameters
    ----------
    port : Port
        The line.
    patience : float
        Seconds to wait for an answer before a request is sent again.
    tries : int
        How often a request is sent before the device counts as silent.

    Attributes
    ----------
    resent : int
        Requests that were sent again.
    """

    def __init__(self, port: Port, *, patience: float = 0.25, tries: int = 4):
        self.port = port
        self.patience = patience
        self.tries = tries
        self.resent = 0
        self._sequence = 0
        self._decoder = Decoder()
        self._version: Version | None = None

    def version(self) -> Version:
        """Return what the device reports about itself; it is asked once."""
        if self._version is None:
            self._version = Version.parse(self._ask(Request.VERSION, b""))
        return self._version

    def status(self) -> Status:
        """Return what has happened on the device."""
        return Status.parse(self._ask(Request.STATUS, b""))

    def counts(self) -> Counts:
        """Return what a device has counted of its pattern; one that plays none refuses: `ToolError`."""
        return Counts.parse(self._ask(Request.COUNTS, b""))

    def classify(self, beats: list[int], *, timesteps: int = 1, margin: int = 0) -> Answer:
        """Return the scores and the class of an image.

        Parameters
        ----------
        beats : list of int
            The image, as ``s_axis_tdata`` takes it, each of ``version().beat_bytes`` bytes at most.
        timesteps, margin : int
            For a spiking network: 1 to 16, and the lead at which it may stop, 0 for never, to 2**24 - 1.

        Raises
        ------
        DataError, InvalidOption
            If the number of beats is wrong, or a number is no integer of its range; nothing is sent then.
        ToolError
            If the device refuses, or does not answer.
        """
        timesteps = whole("timesteps", timesteps, 1, MAX_TIMESTEPS, error=InvalidOption)
        margin = whole("margin", margin, 0, MOST_MARGIN, error=InvalidOption)
        version = self.version()
        if len(beats) != version.beats:
            raise DataError(f"an image must have {version.beats} beats, not {len(beats)}")
        options = bytes([timesteps - 1]) + margin.to_bytes(3, "little")
        most = (1 << 8 * version.beat_bytes) - 1
        beats = [whole("beat", beat, 0, most, error=DataError) for beat in beats]
        pixels = b"".join(beat.to_bytes(version.beat_bytes, "little") for beat in beats)
        return Answer.parse(self._ask(Request.CLASSIFY, options + pixels), version)

    def load(self, words: list[int]) -> None:
        """Load the tables: all words of the table frame, each 0 to 2**32 - 1.

        Raises
        ------
        DataError
            If a word is no integer of its range; nothing is sent then.
        ToolError
            If the device refuses, or does not answer.
        """
        words = [whole("word", word, 0, (1 << 32) - 1, error=DataError) for word in words]
        room = (self.version().max_payload - 4) // 4
        if room < 1:
            raise ToolError(
                f"the device takes {4 * room + 4} bytes at once, which is less than a word of tables"
            )
        offset, setbacks = 0, 0
        while True:
            piece = words[offset : offset + room]
            mark = offset | (LAST_PIECE if offset + len(piece) == len(words) else 0)
            payload = b"".join(word.to_bytes(4, "little") for word in [mark, *piece])
            answer = self._ask(Request.LOAD, payload)
            if len(answer) < 5:
                raise ToolError(f"the device answers a piece of its tables with {len(answer)} bytes")
            following, complete = int.from_bytes(answer[:4], "little"), answer[4] & 1
            if complete:
                return
            # A lost answer leaves the device a piece further than we know; one that falls back is lost.
            setbacks += following <= offset
            if setbacks == self.tries or following > len(words):
                raise ToolError(f"the device does not take the tables: it expects word {following}")
            offset = following

    def _ask(self, request: Request, payload: bytes) -> bytes:
        """Send a request until it is answered; return the payload of the answer."""
        for attempt in range(self.tries):
            self.resent += attempt > 0
            self._sequence = (self._sequence + 1) & 0xFF
            self.port.write(Packet(request, self._sequence, payload).encode())
            answer = self._answer(request)
            if answer is not None:
                return answer
        raise ToolError(f"the device has not answered {self.tries} times: is it the right port and speed?")

    def _answer(self, request: Request) -> bytes | None:
        """Return the payload of the answer, or None if the request must be sent again."""
        end = time.monotonic() + self.patience
        while True:
            data = self.port.read(4096)
            packets = self._decoder.feed(data)
            late = not data and time.monotonic() >= end
            for packet in packets + (self._decoder.flush() if late else []):
                if packet.sequence != self._sequence:
                    continue
                if packet.kind == request + ANSWER:
                    return packet.payload
                if packet.kind == REFUSED:
                    reason = int.from_bytes(packet.payload, "little")
                    if reason == Refusal.CRC:
                        return None
                    raise ToolError(f"the device refuses: {REASONS.get(reason, f'reason {reason}')}")
            if late:
                return None
