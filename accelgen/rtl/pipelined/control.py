"""The control of a stage: which bank it reads, which one is being filled, and when it starts."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["StageControl"]


class StageControl(wiring.Component):
    """Work on the image in one bank while the next one enters the other.

    An image starts when there is room behind for all that it gives: what has started never waits for the
    stage after it, and no word is written that has no place. Throughput: one image at a time. Latency: two
    cycles from ``loaded`` to ``start``, and from ``done`` to the next ``start``. Back-pressure: ``may_load``
    is low while both banks hold images.

    Members
    -------
    loaded : In(1)
        The image that was entering is whole.
    consumed : Out(1)
        It has been taken over, in the same cycle.
    may_load : Out(1)
        An image may enter, into the bank other than ``bank``.
    may_give : In(1)
        There is room for what the next image gives.
    start : Out(1)
        The layer starts.
    bank : Out(1)
        The bank that is read; of a stage that does not run, the one that no image enters.
    done : In(1)
        The layer has given its last result.
    rests : Out(1)
        Nothing runs.
    idle : Out(1)
        Nothing runs, and nothing waits.
    """

    def __init__(self):
        super().__init__(
            {
                "loaded": In(1),
                "consumed": Out(1),
                "may_load": Out(1),
                "may_give": In(1),
                "start": Out(1),
                "bank": Out(1),
                "done": In(1),
                "rests": Out(1),
                "idle": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        running = Signal()
        starting = Signal()
        full = Signal(2)  # the banks that hold an image
        entering = Signal()  # the bank that an image enters
        read = Signal()  # the bank of the image that runs, or is next
        starts = Signal()
        ends = Signal()
        m.d.comb += [
            self.may_load.eq(Mux(entering, ~full[1], ~full[0])),
            self.consumed.eq(self.loaded & self.may_load),
            self.bank.eq(Mux(running, read, ~entering)),
            starts.eq(~running & Mux(read, full[1], full[0]) & self.may_give),
            ends.eq(running & self.done),
            self.start.eq(starting),
            self.rests.eq(~running),
            self.idle.eq(~running & ~full.any()),
        ]
        m.d.sync += starting.eq(starts)
        for bank in range(2):
            with m.If(self.consumed & (entering == bank)):
                m.d.sync += full[bank].eq(1)
            with m.If(ends & (read == bank)):
                m.d.sync += full[bank].eq(0)
        with m.If(self.consumed):
            m.d.sync += entering.eq(~entering)
        with m.If(starts):
            m.d.sync += running.eq(1)
        with m.If(ends):
            m.d.sync += [running.eq(0), read.eq(~read)]
        return m
