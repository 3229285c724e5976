"""Words that software writes and reads, and the streams of a top: a queue in either direction."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.fifo import SyncFIFOBuffered
from amaranth.lib.wiring import In, Out

from accelgen.rtl.bus.registers import QUEUED
from accelgen.rtl.counting import counter
from accelgen.rtl.edge.axi_stream import AxiStream, flat_ports
from accelgen.rtl.words import BEAT_BITS

__all__ = ["BeatQueue", "ResultQueue"]


class BeatQueue(wiring.Component):
    """Make beats of words, low words first, and send them.

    A word is refused if the queue is full, if it ends a frame and no beat, or if it has a one where the beat
    has no bit. Throughput: a word, and a beat, in a cycle. Latency: two cycles.

    Parameters
    ----------
    width : int
        Bits of a beat.
    depth : int
        Beats that wait.
    note_bits : int
        Bits that are kept with each beat.

    Members
    -------
    word : In(32)
        The word on offer.
    write : In(1)
        It is to be taken. It must not be refused.
    last : In(1)
        It ends a frame.
    refused, last_refused : Out(1)
        It cannot be taken as a word, or as the last word of a frame.
    room : Out(32)
        Words that would be taken now.
    tdata, tvalid, tready, tlast : AXI4-Stream, sending
        Beats.
    note, noted : In(note_bits), Out(note_bits)
        What is kept with the beat that is being written; what was kept with the beat on offer.
    """

    def __init__(self, width: int, depth: int = QUEUED, note_bits: int = 0):
        self.width = width
        self.depth = depth
        self.note_bits = note_bits
        super().__init__(
            {
                "word": In(unsigned(BEAT_BITS)),
                "write": In(1),
                "last": In(1),
                "refused": Out(1),
                "last_refused": Out(1),
                "room": Out(unsigned(BEAT_BITS)),
                **flat_ports(AxiStream(width)),
                **({"note": In(note_bits), "noted": Out(note_bits)} if note_bits else {}),
            }
        )

    def elaborate(self, platform):
        m = Module()
        kept = self.width + 1 + self.note_bits
        m.submodules.beats = beats = SyncFIFOBuffered(width=kept, depth=self.depth)
        parts = -(-self.width // BEAT_BITS)
        top_bits = self.width - (parts - 1) * BEAT_BITS  # of the last word of a beat
        part = Signal(counter(parts))
        lower = Signal(max(1, BEAT_BITS * (parts - 1)))  # earlier words of a beat, the latest on top
        final = Signal()
        earlier = lower if parts > 1 else C(0, 0)
        note, noted = ([self.note], [self.noted]) if self.note_bits else ([], [])
        m.d.comb += [
            final.eq(part == parts - 1),
            self.refused.eq(~beats.w_rdy | (final & self.word[top_bits:].any())),
            self.last_refused.eq(self.refused | ~final),
            beats.w_data.eq(Cat(earlier, self.word[:top_bits], self.last, *note)),
            beats.w_en.eq(self.write & final),
            # Where only the place at its end is free, the queue refuses for a cycle, until a beat moves up:
            # by the time that software has read the room, it is there.
            self.room.eq((self.depth - beats.level) * parts - part),
            Cat(self.tdata, self.tlast, *noted).eq(beats.r_data),
            self.tvalid.eq(beats.r_rdy),
            beats.r_en.eq(self.tready & beats.r_rdy),
        ]
        with m.If(self.write):
            m.d.sync += part.eq(part + 1)
            if parts > 1:
                m.d.sync += lower.eq(Cat(lower, self.word)[BEAT_BITS:])
            with m.If(final):
                m.d.sync += part.eq(0)
        return m


class ResultQueue(wiring.Component):
    """Keep the words of results until they are read, and say whether a whole result is among them.

    Throughput: a word in a cycle. Latency: two cycles. Back-pressure: ``tready`` is low while it is full.

    Parameters
    ----------
    words : int
        Words of a result; at least so many wait here.

    Members
    -------
    tdata, tvalid, tready, tlast : AXI4-Stream, receiving
        Results.
    word : Out(32)
        The next word.
    last : Out(1)
        It is the last of a result.
    empty : Out(1)
        There is none.
    taken : In(1)
        It goes. There must be one.
    level : Out(32)
        Words that wait.
    whole : Out(1)
        The last word of a result is among them.
    """

    def __init__(self, words: int):
        self.depth = max(QUEUED, words)
        super().__init__(
            {
                **flat_ports(AxiStream(BEAT_BITS).flip()),
                "word": Out(unsigned(BEAT_BITS)),
                "last": Out(1),
                "empty": Out(1),
                "taken": In(1),
                "level": Out(unsigned(BEAT_BITS)),
                "whole": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.words = words = SyncFIFOBuffered(width=BEAT_BITS + 1, depth=self.depth)
        ends = Signal(range(self.depth + 1))  # last words that wait
        last = Signal()
        m.d.comb += [
            words.w_data.eq(Cat(self.tdata, self.tlast)),
            words.w_en.eq(self.tvalid),
            self.tready.eq(words.w_rdy),
            Cat(self.word, last).eq(words.r_data),
            self.last.eq(last & words.r_rdy),
            self.empty.eq(~words.r_rdy),
            words.r_en.eq(self.taken),
            self.level.eq(words.level),
            self.whole.eq(ends.any()),
        ]
        entered = self.tvalid & self.tready & self.tlast
        left = self.taken & self.last
        m.d.sync += ends.eq(ends + entered - left)
        return m
