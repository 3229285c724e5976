"""The score drain: what the last layer gives leaves the lanes one by one."""

from __future__ import annotations

from amaranth.hdl import Array, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Accumulators, Ends, Score

__all__ = ["ScoreDrain"]


class ScoreDrain(wiring.Component):
    """Offer the sums of each pass as scores, lane 0 first, until all classes have left.

    Throughput: one score per cycle. Latency: none. Back-pressure: a pass is taken with its last score,
    so the accumulators keep the sums and nothing is copied.

    Parameters
    ----------
    lanes, bits : int
        Sums of a pass and bits of each, signed.
    classes : int
        Scores of an image.
    last_pass : int
        Outputs of the last pass of a block row; the others have ``lanes``.
    ends : StructLayout
        What may end with a pass.

    Members
    -------
    passes : In(stream.Signature(Accumulators(lanes, bits)))
        Finished passes of the last layer.
    scores : Out(stream.Signature(Score(bits)))
        Scores, class 0 first.
    done : Out(1)
        The last pass leaves.
    """

    def __init__(self, lanes: int, bits: int, classes: int, last_pass: int, ends: data.StructLayout = Ends):
        self.lanes = lanes
        self.bits = bits
        self.classes = classes
        self.last_pass = last_pass
        super().__init__(
            {
                "passes": In(stream.Signature(Accumulators(lanes, bits, ends))),
                "scores": Out(stream.Signature(Score(bits))),
                "done": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        used = min(self.lanes, self.classes)  # lanes that hold a score of some pass
        lane = Signal(counter(used))
        number = Signal(counter(self.classes))
        last_lane = Mux(self.passes.p.ends.row_end, self.last_pass - 1, self.lanes - 1)
        last = number == self.classes - 1
        moves = self.scores.valid & self.scores.ready
        spent = Signal()  # all classes have left; passes that hold only padding may follow
        m.d.comb += [
            self.scores.valid.eq(self.passes.valid & ~spent),
            self.scores.p.value.eq(Array(self.passes.p.sums[n] for n in range(used))[lane]),
            self.scores.p.last.eq(last),
            self.passes.ready.eq(spent | (moves & (last | (lane == last_lane)))),
            self.done.eq(self.passes.valid & self.passes.ready & self.passes.p.ends.layer_end),
        ]
        with m.If(moves):
            m.d.sync += [lane.eq(lane + 1), number.eq(number + 1)]
            with m.If(self.passes.ready):
                m.d.sync += lane.eq(0)
            with m.If(last):
                m.d.sync += [number.eq(0), spent.eq(1)]
        with m.If(self.done):
            m.d.sync += spent.eq(0)
        return m
