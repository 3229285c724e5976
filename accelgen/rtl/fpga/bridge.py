"""Requests in packets to transfers of a top, and what comes of them to answers."""

from __future__ import annotations

from amaranth.hdl import Array, Module, Mux, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.link import Refusal, Request
from accelgen.link.messages import ANSWER, PROTOCOL, REFUSED
from accelgen.rtl.common.table_memory import NEVER_READ_WHILE_WRITTEN
from accelgen.rtl.counting import counter
from accelgen.rtl.edge.ports import ERRORS, stream_ports
from accelgen.rtl.fpga.payload import PayloadReader
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.words import BEAT_BITS

__all__ = ["Bridge"]

COUNTER_BITS = 16
WORD_BYTES = BEAT_BITS // 8
MARGIN_AT = 8


class Bridge(wiring.Component):
    """Answer one request after another (`docs/protocol.md`).

    A request is looked at when its packet is whole and right, so nothing of a bad one reaches the top.
    Latency: two cycles for each byte of the payload, and what the top needs.

    Parameters
    ----------
    link : LinkPlan
        Shapes, and what the device reports about itself.

    Members
    -------
    offered, good, kind, sequence, length, release, given_up, garbage, lost
        See `PacketReceiver`.
    read_enable, read_address, read_data
        The payload, a byte one cycle later.
    start, answer_kind, count, index, word, done
        See `PacketSender`.
    top : Out
        Streams and errors of the top, from the other side.
    last_timestep, margin : Out
        Run-time inputs for the image that is on its way.
    """

    def __init__(self, link: LinkPlan):
        self.link = link
        words = link.answer_words
        super().__init__(
            {
                "offered": In(1),
                "good": In(1),
                "kind": In(8),
                "length": In(counter(link.room + 1)),
                "release": Out(1),
                "given_up": In(1),
                "garbage": In(1),
                "lost": In(1),
                "read_enable": Out(1),
                "read_address": Out(counter(link.room)),
                "read_data": In(8),
                "start": Out(1),
                "answer_kind": Out(8),
                "count": Out(counter(words + 1)),
                "index": In(counter(words + 1)),
                "word": Out(unsigned(BEAT_BITS)),
                "done": In(1),
                "top": In(wiring.Signature(stream_ports(link.plan.input_width, loadable=link.loadable))),
                "last_timestep": Out(8),
                "margin": Out(BEAT_BITS - MARGIN_AT),
            }
        )

    def elaborate(self, platform):
        m = Module()
        link = self.link
        m.submodules.reader = reader = PayloadReader(link.room, max(link.plan.input_width, BEAT_BITS))
        m.d.comb += [
            reader.length.eq(self.length),
            reader.data.eq(self.read_data),
            reader.size.eq(WORD_BYTES - 1),
            self.read_enable.eq(reader.enable),
            self.read_address.eq(reader.address),
            self.top.s_axis_tdata.eq(reader.word[-link.plan.input_width :]),
        ]
        ready = Signal(init=not link.loadable)  # the tables are whole
        offset = Signal(BEAT_BITS - 1)  # of the table word expected next
        cycles = Signal(BEAT_BITS)
        reason = Signal(counter(max(Refusal) + 1))
        result = Signal.like(self.index)  # where the next beat of a result goes
        images = Signal(COUNTER_BITS)
        self._answer_words(m, result, self._counters(m, images), ready, offset, cycles, reason)

        def refuse(why: Refusal):
            m.d.sync += [self.answer_kind.eq(REFUSED), reason.eq(why), self.count.eq(1)]
            m.next = "ANSWER"

        with m.FSM():
            with m.State("IDLE"):
                m.d.comb += reader.rewind.eq(1)
                m.d.sync += [result.eq(1), self.answer_kind.eq(self.kind | ANSWER)]
                with m.If(self.offered):
                    with m.If(~self.good):
                        refuse(Refusal.CRC)
                    with m.Else():
                        self._choose(m, refuse, ready)
            self._classify(m, refuse, reader, result, cycles, images)
            if link.loadable:
                self._load(m, reader, ready, offset)
            with m.State("ANSWER"):
                m.d.comb += self.start.eq(1)
                m.next = "SENDING"
            with m.State("SENDING"):
                m.d.comb += self.release.eq(self.done)
                with m.If(self.done):
                    m.next = "IDLE"
        return m

    def _choose(self, m, refuse, ready):
        """Add what a good packet starts."""
        link = self.link

        def expect(right, following, words):
            with m.If(right):
                m.d.sync += self.count.eq(words)
                m.next = following
            with m.Else():
                refuse(Refusal.LENGTH)

        with m.Switch(self.kind):
            with m.Case(Request.VERSION):
                expect(~self.length.any(), "ANSWER", 6)
            with m.Case(Request.STATUS):
                expect(~self.length.any(), "ANSWER", 7)
            with m.Case(Request.CLASSIFY):
                with m.If(ready):
                    expect(self.length == link.image_bytes, "OPTIONS", link.results + 1)
                with m.Else():
                    refuse(Refusal.NOT_LOADED)
            if link.loadable:
                with m.Case(Request.LOAD):
                    expect(~self.length[:2].any() & self.length[2:].any(), "OFFSET", 2)
            with m.Default():
                refuse(Refusal.UNKNOWN)

    def _classify(self, m, refuse, reader, result, cycles, images):
        """Add the states that hand an image over and wait for its class."""
        top = self.top
        options = reader.word[-BEAT_BITS:]
        with m.State("OPTIONS"):
            m.d.comb += reader.gather.eq(1)
            with m.If(reader.complete):
                m.next = "APPLY"
        with m.State("APPLY"):
            m.d.comb += top.error_clear.eq(1)
            m.d.sync += [self.last_timestep.eq(options[:MARGIN_AT]), self.margin.eq(options[MARGIN_AT:])]
            m.next = "BEAT"
        with m.State("BEAT"):
            m.d.comb += [reader.gather.eq(1), reader.size.eq(self.link.beat_bytes - 1)]
            with m.If(reader.complete):
                m.next = "SEND"
        with m.State("SEND"):
            m.d.comb += [top.s_axis_tvalid.eq(1), top.s_axis_tlast.eq(reader.end)]
            m.d.sync += cycles.eq(1)
            with m.If(top.s_axis_tready):
                m.next = "BEAT"
                with m.If(reader.end):
                    m.next = "COLLECT"
        with m.State("COLLECT"):
            m.d.comb += top.m_axis_tready.eq(1)
            m.d.sync += cycles.eq(cycles + 1)
            with m.If(top.m_axis_tvalid):
                m.d.sync += result.eq(result + 1)
                with m.If(top.m_axis_tlast):
                    m.d.sync += [images.eq(images + 1), cycles.eq(cycles)]
                    m.next = "ANSWER"
            with m.Elif(top.error.any()):
                refuse(Refusal.IMAGE)

    def _load(self, m, reader, ready, offset):
        """Add the states that load tables."""
        top = self.top
        latest = reader.word[-BEAT_BITS:]
        place = Signal.like(offset)
        final = Signal()  # the last piece
        m.d.comb += [place.eq(latest), top.l_axis_tdata.eq(latest)]
        with m.State("OFFSET"):
            m.d.comb += reader.gather.eq(1)
            with m.If(reader.complete):
                m.next = "PLACE"
        with m.State("PLACE"):
            m.d.sync += final.eq(latest[-1])
            m.next = "ANSWER"
            with m.If(~place.any()):
                m.next = "RESTART"
                with m.If(offset.any()):
                    m.next = "ABORT"
            with m.Elif((place == offset) & ~reader.end):
                m.next = "TABLE"
        with m.State("ABORT"):  # ends the frame that was begun: it is dropped as too short
            m.d.comb += [top.l_axis_tvalid.eq(1), top.l_axis_tlast.eq(1)]
            with m.If(top.l_axis_tready):
                m.next = "RESTART"
        with m.State("RESTART"):
            m.d.comb += top.error_clear.eq(1)
            m.d.sync += [offset.eq(0), ready.eq(0)]
            m.next = "TABLE"
            with m.If(reader.end):
                m.next = "ANSWER"
        with m.State("TABLE"):
            m.d.comb += reader.gather.eq(1)
            with m.If(reader.complete):
                m.next = "HAND"
        with m.State("HAND"):
            m.d.comb += [top.l_axis_tvalid.eq(1), top.l_axis_tlast.eq(reader.end & final)]
            with m.If(top.l_axis_tready):
                m.d.sync += offset.eq(offset + 1)
                m.next = "TABLE"
                with m.If(reader.end):
                    m.next = "ANSWER"
                    with m.If(final):
                        m.next = "SETTLE"
        with m.State("SETTLE"):  # an error that the last word raised is to be seen now
            m.d.sync += [ready.eq(~top.error[ERRORS.index("load")]), offset.eq(0)]
            m.next = "ANSWER"

    def _counters(self, m, images) -> list[Signal]:
        """Count what happens; return the counters in the order of a status."""
        events = {
            "packets": self.release & self.good,
            "crc_errors": self.release & ~self.good,
            "packets_given_up": self.given_up,
            "garbage_bytes": self.garbage,
            "lost_bytes": self.lost,
        }
        counters = [images]
        for name, event in events.items():
            counts = Signal(COUNTER_BITS, name=name)
            with m.If(event):
                m.d.sync += counts.eq(counts + 1)
            counters.append(counts)
        return counters

    def _answer_words(self, m, result, counters, ready, offset, cycles, reason):
        """Add what chooses the word that the sender wants."""
        link = self.link
        m.submodules.results = results = Memory(
            shape=unsigned(BEAT_BITS), depth=link.answer_words, init=[], attrs=NEVER_READ_WHILE_WRITTEN
        )
        write, read = results.write_port(), results.read_port()
        m.d.comb += [
            write.en.eq(self.top.m_axis_tvalid & self.top.m_axis_tready),
            write.addr.eq(result),
            write.data.eq(self.top.m_axis_tdata),
            read.en.eq(1),
            read.addr.eq(self.index),
        ]
        sha = bytes.fromhex(link.network_sha256)[:12]
        flags = link.spiking | link.loadable << 1 | link.early_stop << 2 | link.scores_alone << 3
        version = Array(
            [
                PROTOCOL | link.plan.classes << 8 | link.beat_bytes << 16 | flags << 24,
                link.plan.input_beats | link.room << 16,
                link.clock_hz,
                *(int.from_bytes(sha[n : n + 4], "little") for n in (0, 4, 8)),
            ]
        )
        status = Array([ready | self.top.error << 8, *counters])
        first = ~self.index.any()
        with m.Switch(self.answer_kind):
            with m.Case(ANSWER | Request.VERSION):
                m.d.comb += self.word.eq(version[self.index])
            with m.Case(ANSWER | Request.STATUS):
                m.d.comb += self.word.eq(status[self.index])
            with m.Case(ANSWER | Request.CLASSIFY):
                m.d.comb += self.word.eq(Mux(first, cycles, read.data))
            with m.Case(ANSWER | Request.LOAD):
                m.d.comb += self.word.eq(Mux(first, offset, ready))
            with m.Default():
                m.d.comb += self.word.eq(reason)
