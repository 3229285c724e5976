"""The class with the highest score, while the scores stream past."""

from __future__ import annotations

from amaranth.hdl import Module, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter

__all__ = ["Argmax"]


class Argmax(wiring.Component):
    """Remember the first of the highest scores.

    Throughput: one score per cycle. Latency: ``winner`` counts a score one cycle after ``enable``. It
    cannot stall: the owner of the stream raises ``enable`` when a score moves.

    Parameters
    ----------
    classes : int
        Scores of an image.
    bits : int
        Bits of a score, signed.

    Members
    -------
    enable : In(1)
        ``score`` counts now.
    score : In(signed(bits))
        Scores, class 0 first.
    last : In(1)
        ``score`` is the last of its image; the next one starts a new comparison.
    winner : Out(range(classes))
        Class of the highest score so far; the lowest class among equals.
    """

    def __init__(self, classes: int, bits: int):
        self.classes = classes
        self.bits = bits
        super().__init__(
            {
                "enable": In(1),
                "score": In(signed(bits)),
                "last": In(1),
                "winner": Out(counter(classes)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        number = Signal(counter(self.classes))
        best = Signal(signed(self.bits))
        with m.If(self.enable):
            m.d.sync += number.eq(number + 1)
            with m.If(~number.any() | (self.score > best)):
                m.d.sync += [best.eq(self.score), self.winner.eq(number)]
            with m.If(self.last):
                m.d.sync += number.eq(0)
        return m
