"""The answer of a spiking network as one beat: its scores, its class, and the timesteps that were used."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.payloads import Tally
from accelgen.rtl.unrolled.pipeline import as_word, same_score
from accelgen.rtl.unrolled.ranks import wired
from accelgen.rtl.unrolled.winner import tournament
from accelgen.rtl.words import BEAT_BITS, NOTE_AT

__all__ = ["Answer"]


class Answer(wiring.Component):
    """Name the class of each tally.

    Throughput: a tally per cycle. Latency: a cycle for each rank. Back-pressure on ``words`` stops all ranks
    at once, and ``tally`` with them.

    Parameters
    ----------
    classes, bits : int
        Scores, and bits of each, signed.
    ranks : int
        Ranks of registers, at least one.

    Members
    -------
    tally : In(stream.Signature(Tally(classes, bits, MAX_TIMESTEPS)))
        Scores of each sample.
    words : Out(stream.Signature((classes + 1) * 32))
        The words that a `ResultSender` sends one after the other, the first in the low bits.
    """

    def __init__(self, classes: int, bits: int, ranks: int):
        self.classes = classes
        self.bits = bits
        self.ranks = ranks
        super().__init__(
            {
                "tally": In(stream.Signature(Tally(classes, bits, MAX_TIMESTEPS))),
                "words": Out(stream.Signature((classes + 1) * BEAT_BITS)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        held, moves, go = Signal(self.ranks), Signal(self.ranks), Signal()
        entering = Cat(self.tally.valid, held)[: self.ranks]
        m.d.comb += [
            go.eq(self.words.ready | ~held[-1]),
            moves.eq(entering & go.replicate(self.ranks)),
            self.tally.ready.eq(go),
            self.words.valid.eq(held[-1]),
        ]
        with m.If(go):
            m.d.sync += held.eq(entering)
        scores = [self.tally.p.scores[number] for number in range(self.classes)]
        steps = tournament(self.classes, self.bits)
        # The scores go along: they are the first of what is asked for, the class is the last.
        carried = [same_score(number, self.bits) for number in range(self.classes)]
        found = wired(m, scores, [*steps[:-1], *carried, steps[-1]], self.classes + 1, list(moves)[:-1])
        used = self.tally.p.used
        for number in range(self.ranks):
            late = Signal(len(used), name=f"used{number}", reset_less=True)
            with m.If(moves[number]):
                m.d.sync += late.eq(used)
            used = late
        told = Signal(len(Cat(found)), name="answer", reset_less=True)
        with m.If(moves[-1]):
            m.d.sync += told.eq(Cat(found))
        label = told[self.classes * self.bits :]
        ending = Cat(label, C(0, NOTE_AT - len(label)), used)
        m.d.comb += self.words.payload.eq(
            Cat(
                *(
                    as_word(told.word_select(n, self.bits).as_signed(), BEAT_BITS)
                    for n in range(self.classes)
                ),
                as_word(ending, BEAT_BITS),
            )
        )
        return m
