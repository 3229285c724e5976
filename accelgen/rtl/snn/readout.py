"""The readout: scores change with every timestep, until the sample ends or its class is clear."""

from __future__ import annotations

from amaranth.hdl import Array, Module, Mux, Signal, Value, signed, unsigned
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.network.integrator import Integrator
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Score

__all__ = ["Readout"]


class Readout(wiring.Component):
    """Add the increments of each timestep to the scores, and send the scores when the sample is over.

    In the final timestep the sums leave as they are made. With ``early_stop`` a sample is also over as
    soon as its best score leads the second best by ``margin``; its scores then leave from their
    registers. Throughput: one increment per cycle. Latency: none in the final timestep. Back-pressure on
    ``scores`` stalls the last layer without loss.

    Parameters
    ----------
    classes : int
        Scores of a sample.
    increment_bits, bits : int
        Bits of an increment and of a score, both signed.
    early_stop : bool
        Build the comparison and ``margin``.
    integrator : Integrator, optional
        What becomes of the increments, if not their sum; see `accelgen.network.integrator`.
    membrane_bits : int
        Bits of a membrane of the integrator, signed.

    Members
    -------
    first, final : In(1)
        The timestep that runs is the first, or the last, of its sample.
    increments : In(stream.Signature(Score(increment_bits)))
        What this timestep adds, class 0 first.
    drained : In(1)
        The increments have left, all of them.
    scores : Out(stream.Signature(Score(bits)))
        Scores of a sample that is over.
    done : Out(1)
        The timestep ends.
    ended : Out(1)
        With ``done``: so does the sample.
    margin : In(bits - 1), cancelled : In(1)
        Least lead that stops early, 0 for never; the sample must not stop early. Only with
        ``early_stop``.
    """

    def __init__(
        self,
        classes: int,
        increment_bits: int,
        bits: int,
        *,
        early_stop: bool,
        integrator: Integrator | None = None,
        membrane_bits: int = 0,
    ):
        self.integrator = integrator
        self.membrane_bits = membrane_bits
        self.classes = classes
        self.increment_bits = increment_bits
        self.bits = bits
        self.early_stop = early_stop
        members = {
            "first": In(1),
            "final": In(1),
            "increments": In(stream.Signature(Score(increment_bits))),
            "drained": In(1),
            "scores": Out(stream.Signature(Score(bits))),
            "done": Out(1),
            "ended": Out(1),
        }
        if early_stop:
            members |= {"margin": In(unsigned(max(bits - 1, 1))), "cancelled": In(1)}
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        number = Signal(counter(self.classes))
        scores = [Signal(signed(self.bits), name=f"score{n}") for n in range(self.classes)]
        stored = Signal(signed(self.bits))
        total = Signal(signed(self.bits))
        adds = Signal()
        sending = Signal()
        m.d.comb += [
            stored.eq(Array(scores)[number]),
            total.eq(self._total(m, number, stored, adds)),
            self.scores.p.value.eq(Mux(sending, stored, total)),
            self.scores.p.last.eq(number == self.classes - 1),
            self.scores.valid.eq(sending | (self.increments.valid & self.final)),
            self.increments.ready.eq(~self.final | self.scores.ready),
            adds.eq(self.increments.valid & self.increments.ready),
        ]
        with m.If(adds & ~self.final):
            for n, score in enumerate(scores):
                with m.If(number == n):
                    m.d.sync += score.eq(total)
        with m.If(adds | (sending & self.scores.ready)):
            m.d.sync += number.eq(Mux(self.scores.p.last, 0, number + 1))
        if self.early_stop:
            self._decide(m, number, total, adds, sending)
        else:
            m.d.comb += [self.done.eq(self.drained), self.ended.eq(self.final)]
        return m

    def _total(self, m: Module, number: Value, stored: Value, adds: Value) -> Value:
        """Return the score with the increment: their sum, or what an integrator makes of its membrane."""
        rule, so_far = self.integrator, Mux(self.first, 0, stored)
        if rule is None:
            return so_far + self.increments.p.value
        left, membrane = Signal(signed(self.membrane_bits)), Signal(signed(self.membrane_bits))
        before = stored if rule.score == "last" else self._membrane(m, number, membrane, adds)
        m.d.comb += [
            left.eq(rule.left(before)),
            membrane.eq(Mux(self.first, 0, left) + self.increments.p.value),
        ]
        if rule.score == "sum":
            return so_far + membrane
        return Mux(self.first | (membrane > stored), membrane, stored) if rule.score == "max" else membrane

    def _membrane(self, m: Module, number: Value, membrane: Value, adds: Value) -> Value:
        """Return what is kept of the membrane of class ``number``, beside its score."""
        membranes = [Signal(signed(self.membrane_bits), name=f"membrane{n}") for n in range(self.classes)]
        with m.If(adds & ~self.final):
            for n, register in enumerate(membranes):
                with m.If(number == n):
                    m.d.sync += register.eq(membrane)
        return Array(membranes)[number]

    def _decide(self, m, number, total, adds, sending):
        """Follow the two best scores; when all have come, decide whether the sample is over."""
        best = Signal(signed(self.bits))
        second = Signal(signed(self.bits))
        alone = Signal()  # no second score has come
        deciding = Signal()
        with m.If(adds):
            with m.If(~number.any()):
                m.d.sync += [best.eq(total), alone.eq(1)]
            with m.Elif(total > best):
                m.d.sync += [best.eq(total), second.eq(best), alone.eq(0)]
            with m.Elif(alone | (total > second)):
                m.d.sync += [second.eq(total), alone.eq(0)]
        clear = self.margin.any() & ~self.cancelled & ~alone & (best - second >= self.margin)
        sent = sending & self.scores.ready & self.scores.p.last
        m.d.sync += deciding.eq(self.drained & ~self.final)
        with m.If(deciding & clear):
            m.d.sync += sending.eq(1)
        with m.If(sent):
            m.d.sync += sending.eq(0)
        m.d.comb += [
            self.done.eq((self.drained & self.final) | (deciding & ~clear) | sent),
            self.ended.eq(self.final | sending),
        ]
