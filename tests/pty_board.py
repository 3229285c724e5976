"""A board at the other end of a pseudo-terminal, in Python: what `accelgen host` talks to in tests."""

from __future__ import annotations

import os
import pty
import select
import struct
import threading
import tty
from contextlib import contextmanager

import numpy as np

from accelgen.golden import run, run_spiking
from accelgen.link import Decoder, Packet, Request
from accelgen.network import Network
from accelgen.network.file import digest
from tests.link.twin import Twin


class Board(Twin):
    """Answers with the golden model.

    ``spoilt`` changes its scores, ``losses`` drops as many answers; ``beat`` is the pixels of a beat, if they
    are not those of a block. A ``tardy`` one never stops early.
    """

    def __init__(
        self,
        network: Network,
        *,
        words: int = 0,
        spoilt: int = 0,
        losses: int = 0,
        beat: int = 0,
        early_stop: bool = False,
    ):
        self.network, self.bits = network, network.input.bits
        self.beat = beat or network.first.word
        self.spoilt, self.losses, self.early_stop, self.tardy = spoilt, losses, early_stop, False
        self.known: dict[tuple, bytes] = {}
        super().__init__(beats=-(-network.input.pixels // self.beat), words=words, room=4096)

    def answer(self, packet: Packet) -> Packet:
        payload = super().answer(packet).payload
        width = -(-self.beat * self.bits // 8)
        if packet.kind == Request.VERSION:
            flags = self.network.spiking | bool(self.words) << 1 | self.early_stop << 2
            head = struct.pack("<4B2HI", 1, 10, width, flags, self.beats, self.room, 25_000_000)
            payload = head + bytes.fromhex(digest(self.network))[:12]
        elif packet.kind == Request.CLASSIFY:
            margin = 0 if self.tardy else int.from_bytes(packet.payload[1:4], "little")
            asked = packet.payload[4:], width, packet.payload[0], margin
            # A host that loses patience on a busy machine asks again, and is answered at once.
            payload = self.known[asked] = self.known.get(asked) or self.classify(*asked)
        return Packet(packet.kind | 0x80, packet.sequence, payload)

    def classify(self, beats: bytes, width: int, last: int, margin: int) -> bytes:
        values = [int.from_bytes(beats[n : n + width], "little") for n in range(0, len(beats), width)]
        mask = (1 << self.bits) - 1
        levels = [value >> n * self.bits & mask for value in values for n in range(self.beat)]
        image = _raw(levels[: self.network.input.pixels], self.bits)
        if self.network.spiking:
            result = run_spiking(self.network, image, last + 1)
            leads = [np.diff(np.sort(scores)[-2:])[0] for scores in result.scores[0]]
            used = next((n for n, lead in enumerate(leads, 1) if margin and lead >= margin), last + 1)
            scores = result.scores[0, used - 1].tolist()
        else:
            scores, used = run(self.network, image).scores[0].tolist(), 0
        label = scores.index(max(scores))
        scores[0] += self.spoilt
        return struct.pack("<I10iI", 2000, *scores, label | used << 16)


def _raw(levels, bits):
    """Return raw pixels that quantise to ``levels``."""
    return np.array([[level << (8 - bits) for level in levels]], np.uint8)


@contextmanager
def plugged_in(board: Board):
    """Yield the name of a port with ``board`` behind it."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    over, decoder = threading.Event(), Decoder()

    def serve():
        while not over.is_set():
            if not select.select([ours], [], [], 0.02)[0]:
                continue
            for packet in decoder.feed(os.read(ours, 4096)):
                answer = board.answer(packet).encode()
                if board.losses:
                    board.losses -= 1
                else:
                    os.write(ours, answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield os.ttyname(theirs)
    finally:
        over.set()
        thread.join()
        os.close(ours)
        os.close(theirs)
