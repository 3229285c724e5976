"""Whether a score reaches a threshold."""

from __future__ import annotations

from amaranth.hdl import Module, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["Threshold"]


class Threshold(wiring.Component):
    """Remember whether the latest score is at least a threshold, which is a constant.

    Throughput: one score per cycle. Latency: ``reached`` is of a score one cycle after ``enable``. It cannot
    stall: the owner of the stream raises ``enable`` when a score moves.

    Parameters
    ----------
    bits : int
        Bits of a score, signed.
    least : int
        The threshold, of any size: one that no score reaches, or every score, is a constant answer.

    Members
    -------
    enable : In(1)
        ``score`` counts now.
    score : In(signed(bits))
        The score.
    reached : Out(1)
        It was at least the threshold.
    """

    def __init__(self, bits: int, least: int):
        self.bits = bits
        self.least = least
        super().__init__({"enable": In(1), "score": In(signed(bits)), "reached": Out(1)})

    def elaborate(self, platform):
        m = Module()
        with m.If(self.enable):
            m.d.sync += self.reached.eq(self.score >= self.least)
        return m
