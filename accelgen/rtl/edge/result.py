"""Results onto AXI4-Stream: the scores of an image, then its class or what else ends a result."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Mux, Signal, unsigned
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In

from accelgen.network.task import Task
from accelgen.rtl.common.argmax import Argmax
from accelgen.rtl.common.threshold import Threshold
from accelgen.rtl.edge.axi_stream import AxiStream, flat_ports
from accelgen.rtl.payloads import Score
from accelgen.rtl.words import BEAT_BITS, NOTE_AT

__all__ = ["ResultSender"]


class ResultSender(wiring.Component):
    """Send a frame for each image: ``classes`` scores, sign-extended to 32 bits, then the class.

    ``tlast`` is on the class, so a host that wants only the class reads only that beat. Where scores are not
    those of classes, a threshold ends the frame with its decision, and nothing follows any other score, of
    which the last has ``tlast``. Throughput: one beat per cycle. Latency: none for scores. Back-pressure
    passes straight through.

    Parameters
    ----------
    classes : int
        Scores of an image.
    bits : int
        Bits of a score, at most 32.
    note_bits : int
        Bits of a note that goes with the class, from bit 16 of its beat on; 0 for none.
    task : Task or None
        What the scores stand for; None if they are those of classes.

    Members
    -------
    note : In(note_bits)
        Sampled with the last score. Only if it has bits.
    scores : In(stream.Signature(Score(bits)))
        Scores, class 0 first.
    tdata, tvalid, tready, tlast : AXI4-Stream, sending
        32 bits wide.
    """

    def __init__(self, classes: int, bits: int, note_bits: int = 0, task: Task | None = None):
        self.task = task
        self.classes = classes
        self.bits = bits
        self.note_bits = note_bits
        members = {
            "scores": In(stream.Signature(Score(bits))),
            **flat_ports(AxiStream(BEAT_BITS)),
        }
        if note_bits:
            members["note"] = In(unsigned(note_bits))
        super().__init__(members)

    def elaborate(self, platform):
        if self.task is None:
            return self._ending_with_class()
        return (
            self._ending_with_decision(self.task) if self.task.kind == "threshold" else self._scores_alone()
        )

    def _scores_alone(self) -> Module:
        m = Module()
        m.d.comb += [
            self.tvalid.eq(self.scores.valid),
            self.tdata.eq(self.scores.p.value),
            self.tlast.eq(self.scores.p.last),
            self.scores.ready.eq(self.tready),
        ]
        return m

    def _ending_with_decision(self, task: Task) -> Module:
        m = Module()
        m.submodules.threshold = threshold = Threshold(self.bits, *task.thresholds)
        telling = Signal()  # the score has gone, the decision is on offer
        m.d.comb += [
            self.tvalid.eq(telling | self.scores.valid),
            self.tdata.eq(Mux(telling, threshold.reached, self.scores.p.value)),
            self.tlast.eq(telling),
            self.scores.ready.eq(~telling & self.tready),
            threshold.enable.eq(self.scores.valid & self.scores.ready),
            threshold.score.eq(self.scores.p.value),
        ]
        with m.If(self.tvalid & self.tready):
            m.d.sync += telling.eq(~telling)
        return m

    def _ending_with_class(self) -> Module:
        m = Module()
        m.submodules.argmax = argmax = Argmax(self.classes, self.bits)
        naming = Signal()  # the scores have gone, the class is on offer
        answer = argmax.winner
        moves = self.tvalid & self.tready
        if self.note_bits:
            note = Signal(self.note_bits)
            answer = Cat(argmax.winner, C(0, NOTE_AT - len(argmax.winner)), note)
            with m.If(moves & self.scores.p.last & ~naming):
                m.d.sync += note.eq(self.note)
        m.d.comb += [
            self.tvalid.eq(naming | self.scores.valid),
            self.tdata.eq(Mux(naming, answer, self.scores.p.value)),
            self.tlast.eq(naming),
            self.scores.ready.eq(~naming & self.tready),
            argmax.enable.eq(self.scores.valid & self.scores.ready),
            argmax.score.eq(self.scores.p.value),
            argmax.last.eq(self.scores.p.last),
        ]
        with m.If(moves):
            m.d.sync += naming.eq(~naming & self.scores.p.last)
        return m
