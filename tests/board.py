"""A board at the other end of a pseudo-terminal, in Python: what `accelgen host` talks to in tests."""

from __future__ import annotations

import os
import pty
import select
import struct
import threading
import tty
from contextlib import contextmanager

from accelgen.golden import run, run_spiking
from accelgen.link import Decoder, Packet, Request
from accelgen.network import Network
from accelgen.network.file import digest
from tests.link.twin import Twin


class Board(Twin):
    """Answers with the golden model; ``spoilt`` changes its scores, ``losses`` drops as many answers."""

    def __init__(self, network: Network, *, words: int = 0, spoilt: int = 0, losses: int = 0):
        block = network.layers[0].weights.block_in
        self.network, self.bits, self.block = network, network.input.bits, block
        self.spoilt, self.losses = spoilt, losses
        super().__init__(beats=-(-784 // block), words=words, room=1024)

    def answer(self, packet: Packet) -> Packet:
        payload = super().answer(packet).payload
        width = -(-self.block * self.bits // 8)
        if packet.kind == Request.VERSION:
            flags = self.network.spiking | bool(self.words) << 1
            head = struct.pack("<4B2HI", 1, 10, width, flags, self.beats, self.room, 25_000_000)
            payload = head + bytes.fromhex(digest(self.network))[:12]
        elif packet.kind == Request.CLASSIFY:
            payload = self.classify(packet.payload[4:], width, packet.payload[0])
        return Packet(packet.kind | 0x80, packet.sequence, payload)

    def classify(self, beats: bytes, width: int, last: int) -> bytes:
        values = [int.from_bytes(beats[n : n + width], "little") for n in range(0, len(beats), width)]
        mask = (1 << self.bits) - 1
        levels = [value >> n * self.bits & mask for value in values for n in range(self.block)][:784]
        image = _raw(levels, self.bits)
        if self.network.spiking:
            scores = run_spiking(self.network, image, last + 1).scores[0, -1].tolist()
            used = last + 1
        else:
            scores, used = run(self.network, image).scores[0].tolist(), 0
        label = scores.index(max(scores))
        scores[0] += self.spoilt
        return struct.pack("<I10iI", 2000, *scores, label | used << 16)


def _raw(levels, bits):
    """Return raw pixels that quantise to ``levels``."""
    import numpy as np

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
