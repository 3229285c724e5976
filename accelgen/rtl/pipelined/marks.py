"""What is said of a timestep besides its spikes: a note for each of the two banks of a stage."""

from __future__ import annotations

from amaranth.hdl import Array, Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["TimestepMarks"]


class TimestepMarks(wiring.Component):
    """Keep whether the timestep in each bank is the first, or the last, of its sample.

    A mark is taken with the hand-over of its timestep, and stands until another timestep is handed over into
    the same bank, which is after the first one has ended: `StageControl` sees to that. Throughput: one
    timestep per cycle. Latency: a mark can be read one cycle after ``consumed``. No back-pressure.

    Members
    -------
    consumed : In(1)
        A timestep is handed over: see `StageControl`.
    first, final : In(1)
        It is the first, or the last, of its sample.
    bank : In(1)
        The bank that is read.
    its_first, its_final : Out(1)
        The same of the timestep in that bank.
    """

    def __init__(self):
        super().__init__(
            {
                "consumed": In(1),
                "first": In(1),
                "final": In(1),
                "bank": In(1),
                "its_first": Out(1),
                "its_final": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        entering = Signal()  # the bank that the next timestep enters
        marks = [Signal(2, name=f"marks{bank}") for bank in range(2)]
        m.d.comb += Cat(self.its_first, self.its_final).eq(Array(marks)[self.bank])
        with m.If(self.consumed):
            m.d.sync += entering.eq(~entering)
            for bank, mark in enumerate(marks):
                with m.If(entering == bank):
                    m.d.sync += mark.eq(Cat(self.first, self.final))
        return m
