"""Requests in packets to counters."""

from __future__ import annotations

from amaranth.hdl import Array, C, Cat, Module, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.link import Refusal, Request
from accelgen.link.messages import ANSWER, PATTERN, PROTOCOL, REFUSED
from accelgen.rtl.counting import counter
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.fpga.pattern.counts import COUNTED
from accelgen.rtl.fpga.pattern.plan import COUNTER_BITS, PatternPlan
from accelgen.rtl.words import BEAT_BITS

__all__ = ["ANSWER_WORDS", "ROOM", "Reporter"]

#: Bytes of the longest payload that is taken in: requests that are known have none.
ROOM = 64
#: Words of the longest answer: what is wrong, the samples, and two for each counter.
ANSWER_WORDS = 2 + 2 * len(COUNTED)


class Reporter(wiring.Component):
    """Answer requests for the version and for the counters (`docs/protocol.md`), and refuse all others.

    Parameters
    ----------
    plan : PatternPlan
        What the device reports about itself.

    Members
    -------
    offered, good, kind, length, release
        See `PacketReceiver`.
    start, answer_kind, count, index, word, done
        See `PacketSender`.
    cycles, results, wrong, spoilt
        See `PatternCounts`.
    error : In(4)
        Errors of the top.
    """

    def __init__(self, plan: PatternPlan):
        self.plan = plan
        super().__init__(
            {
                "offered": In(1),
                "good": In(1),
                "kind": In(8),
                "length": In(counter(ROOM + 1)),
                "release": Out(1),
                "start": Out(1),
                "answer_kind": Out(8),
                "count": Out(counter(ANSWER_WORDS + 1)),
                "index": In(counter(ANSWER_WORDS + 1)),
                "word": Out(unsigned(BEAT_BITS)),
                "done": In(1),
                **{name: In(COUNTER_BITS) for name in COUNTED},
                "spoilt": In(1),
                "error": In(len(ERRORS)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        reason = Signal(counter(max(Refusal) + 1))
        self._words(m, reason)

        def refuse(why: Refusal):
            m.d.sync += [self.answer_kind.eq(REFUSED), reason.eq(why), self.count.eq(1)]

        with m.FSM():
            with m.State("IDLE"):
                with m.If(self.offered):
                    m.d.sync += self.answer_kind.eq(self.kind | ANSWER)
                    with m.Switch(self.kind):
                        with m.Case(Request.VERSION):
                            m.d.sync += self.count.eq(6)
                        with m.Case(Request.COUNTS):
                            m.d.sync += self.count.eq(ANSWER_WORDS)
                        with m.Default():
                            refuse(Refusal.UNKNOWN)
                    known = (self.kind == Request.VERSION) | (self.kind == Request.COUNTS)
                    with m.If(known & self.length.any()):
                        refuse(Refusal.LENGTH)
                    with m.If(~self.good):
                        refuse(Refusal.CRC)
                    m.next = "ANSWER"
            with m.State("ANSWER"):
                m.d.comb += self.start.eq(1)
                m.next = "SENDING"
            with m.State("SENDING"):
                m.d.comb += self.release.eq(self.done)
                with m.If(self.done):
                    m.next = "IDLE"
        return m

    def _words(self, m, reason):
        """Add what chooses the word that the sender wants."""
        plan = self.plan
        sha = bytes.fromhex(plan.network_sha256)[:12]
        version = Array(
            [
                PROTOCOL | (plan.hardware.spiking | PATTERN) << 24,
                ROOM << 16,
                plan.clock_hz,
                *(int.from_bytes(sha[n : n + 4], "little") for n in (0, 4, 8)),
            ]
        )
        halves = [(value[:BEAT_BITS], value[BEAT_BITS:]) for value in (self.cycles, self.results, self.wrong)]
        flags = Cat(self.spoilt, C(0, 7), self.error)
        counts = Array([flags, plan.samples, *(half for pair in halves for half in pair)])
        with m.Switch(self.answer_kind):
            with m.Case(ANSWER | Request.VERSION):
                m.d.comb += self.word.eq(version[self.index])
            with m.Case(ANSWER | Request.COUNTS):
                m.d.comb += self.word.eq(counts[self.index])
            with m.Default():
                m.d.comb += self.word.eq(reason)
