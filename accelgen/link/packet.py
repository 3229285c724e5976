"""Packets to bytes, and bytes, however broken, back to packets."""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.errors import InvalidOption
from accelgen.link.crc import crc16

__all__ = ["MAX_PAYLOAD", "SYNC", "Decoder", "Packet"]

#: First byte of every packet.
SYNC = 0xA5

#: Bytes of the longest payload that the protocol knows; a device may take less.
MAX_PAYLOAD = 4096

HEADER = 5  # sync, length, type, sequence
CHECK = 2


@dataclass(frozen=True, slots=True)
class Packet:
    """What a request or an answer travels in.

    Attributes
    ----------
    kind : int
        Type, one byte.
    sequence : int
        One byte, the same in a request and its answer.
    payload : bytes
        At most `MAX_PAYLOAD`.

    Raises
    ------
    InvalidOption
        If one of them does not fit.
    """

    kind: int
    sequence: int
    payload: bytes = b""

    def __post_init__(self):
        for name in ("kind", "sequence"):
            if not 0 <= getattr(self, name) <= 0xFF:
                raise InvalidOption(f"{name} of a packet must be a byte, not {getattr(self, name)!r}")
        if len(self.payload) > MAX_PAYLOAD:
            raise InvalidOption(
                f"payload of a packet must be at most {MAX_PAYLOAD} bytes, not {len(self.payload)}"
            )

    def encode(self) -> bytes:
        """Return the bytes that go on the line."""
        body = len(self.payload).to_bytes(2, "little") + bytes([self.kind, self.sequence]) + self.payload
        return bytes([SYNC]) + body + crc16(body).to_bytes(2, "big")


class Decoder:
    """Find packets in a stream of bytes.

    Whatever precedes a whole packet, it is found: where the bytes after a sync byte turn out to be no packet,
    only that sync byte is dropped, and the search goes on behind it. A false sync byte may promise more
    bytes than will come; `flush`, when the line has been silent, ends that wait.

    Attributes
    ----------
    dropped : int
        Bytes that belonged to no packet.
    bad : int
        Sync bytes among these whose packet had a wrong CRC or an impossible length.
    """

    def __init__(self):
        self.dropped = 0
        self.bad = 0
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Packet]:
        """Return the packets that ``data`` completes."""
        self._held += data
        packets = []
        while (start := self._seek()) and (size := self._size()) is not None:
            if size and len(self._held) < size:
                break
            body = bytes(self._held[1 : size - CHECK])
            if size and crc16(body) == int.from_bytes(self._held[size - CHECK : size], "big"):
                packets.append(Packet(body[2], body[3], body[4:]))
                del self._held[:size]
            else:
                self._skip(start)
                self.bad += 1
        return packets

    def flush(self) -> list[Packet]:
        """Return the packets behind a false start: the line is silent, so what is held will not grow."""
        packets = []
        while self._held:
            self._skip(1)
            packets += self.feed(b"")
        return packets

    def _seek(self) -> int:
        """Drop what precedes the next sync byte; return 1 if there is one."""
        at = self._held.find(SYNC)
        self._skip(len(self._held) if at < 0 else at)
        return int(at >= 0)

    def _size(self) -> int | None:
        """Return the bytes of the packet that begins here, 0 if none can, None if that is not known yet."""
        if len(self._held) < 3:
            return None
        length = int.from_bytes(self._held[1:3], "little")
        return HEADER + length + CHECK if length <= MAX_PAYLOAD else 0

    def _skip(self, count: int) -> None:
        del self._held[:count]
        self.dropped += count
