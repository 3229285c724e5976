"""What is counted of a pattern, as it stood when all its samples had come out last."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.fpga.pattern.plan import COUNTER_BITS

__all__ = ["COUNTED", "PatternCounts"]

#: What is counted, in the order in which the counters are sent.
COUNTED = ("cycles", "results", "wrong")


class PatternCounts(wiring.Component):
    """Count, and hand the counters out together at the end of each round.

    So the cycles between two readings are those of whole rounds, whatever the times at which somebody reads.

    Members
    -------
    result, mismatch, round : In(1)
        A result has ended, it is wrong, and all samples have come out once more.
    hold : In(1)
        What is handed out must stay.
    cycles, results, wrong : Out(48)
        The counters.
    spoilt : Out(1)
        A result was wrong; stays.
    """

    def __init__(self):
        super().__init__(
            {
                "result": In(1),
                "mismatch": In(1),
                "round": In(1),
                "hold": In(1),
                **{name: Out(COUNTER_BITS) for name in COUNTED},
                "spoilt": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        events = {"cycles": 1, "results": self.result, "wrong": self.mismatch}
        settled = Signal()  # the counters have the round's last result in them
        m.d.sync += [settled.eq(self.round), self.spoilt.eq(self.spoilt | self.mismatch)]
        for name in COUNTED:
            running = Signal(COUNTER_BITS, name=f"running_{name}")
            m.d.sync += running.eq(running + events[name])
            with m.If(settled & ~self.hold):
                m.d.sync += getattr(self, name).eq(running)
        return m
