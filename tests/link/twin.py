"""A device in Python, on a line that can be told to fail: what `Device` talks to in tests."""

from __future__ import annotations

import struct

from accelgen.link import Decoder, Packet, Request
from accelgen.link.messages import ANSWER, REFUSED


class Twin:
    """A serial port with a device behind it that adds up the bytes of an image."""

    def __init__(self, *, beats: int = 3, words: int = 0, room: int = 16, faults=()):
        self.beats, self.words, self.room = beats, words, room
        self.faults = list(faults)  # of each packet sent, then of each answer: a function of its bytes
        self.loaded: list[int] = []
        self.whole = not words
        self.line = b""
        self.decoder = Decoder()

    def _spoilt(self, data: bytes) -> bytes:
        return self.faults.pop(0)(data) if self.faults else data

    def write(self, data: bytes) -> None:
        for packet in self.decoder.feed(self._spoilt(data)) + self.decoder.flush():
            self.line += self._spoilt(self.answer(packet).encode())

    def read(self, size: int) -> bytes:
        data, self.line = self.line[:5], self.line[5:]
        return data

    def answer(self, packet: Packet) -> Packet:
        kind, payload = packet.kind | ANSWER, b""
        if packet.kind == Request.VERSION:
            flags = 2 if self.words else 0
            payload = struct.pack("<4B2HI", 1, 2, 1, flags, self.beats, self.room, 1000) + bytes(12)
        elif packet.kind == Request.STATUS:
            payload = struct.pack("<7I", int(self.whole), 1, 2, 3, 4, 5, 6)
        elif packet.kind == Request.LOAD:
            payload = self.load(packet.payload)
        elif packet.kind != Request.CLASSIFY:
            kind, payload = REFUSED, struct.pack("<I", 3)
        elif not self.whole:
            kind, payload = REFUSED, struct.pack("<I", 4)
        else:
            payload = struct.pack("<IiiI", 9, sum(packet.payload[4:]), -1, packet.payload[0] << 16)
        return Packet(kind, packet.sequence, payload)

    def load(self, payload: bytes) -> bytes:
        mark, *piece = struct.unpack(f"<{len(payload) // 4}I", payload)
        offset = mark & 0x7FFFFFFF
        if offset == 0:
            self.loaded, self.whole = [], False
        if offset == len(self.loaded):
            self.loaded += piece
            self.whole = bool(mark >> 31) and len(self.loaded) == self.words
        return struct.pack("<II", len(self.loaded), int(self.whole))
