"""The position picker: from a row of a window to visits of its lit positions."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Visit, WindowEnds, WindowRow
from accelgen.rtl.plan import Plan

__all__ = ["PickShape", "PositionPicker", "pick_shape"]


class PickShape(data.StructLayout):
    """Words, and weight words, from the first position of a window row to each."""

    def __init__(self, plan: Plan):
        super().__init__(
            {
                "words": data.ArrayLayout(counter(max(plan.bank_words)), plan.windows.columns),
                "weights": data.ArrayLayout(counter(plan.weight_addresses), plan.windows.columns),
            }
        )


def pick_shape(plan: Plan, number: int) -> dict:
    """Return the `PickShape` of a layer."""
    part = plan.windows[number]
    positions, more = range(part.columns), [0] * (plan.windows.columns - part.columns)
    return {
        "words": [position * part.words for position in positions] + more,
        "weights": [position * plan.layers[number].block_in for position in positions] + more,
    }


class PositionPicker(wiring.Component):
    """Visit the wanted positions of each window row, the left one first.

    Throughput: one visit per cycle, with no bubble between rows. A row without wanted positions, which ends a
    pass, gives a visit to nothing. Latency: one cycle. Back-pressure on ``visits`` stalls it without loss.

    Parameters
    ----------
    plan : Plan
        Shapes and depths.

    Members
    -------
    shape : In(PickShape(plan))
        The layer; constant while it runs.
    rows : In(stream.Signature(WindowRow(...)))
        Window rows.
    visits : Out(stream.Signature(Visit(...)))
        Words to visit.
    """

    def __init__(self, plan: Plan):
        self.plan = plan
        words = max(plan.bank_words)
        self.row = WindowRow(plan.windows.columns, words, plan.weight_addresses)
        super().__init__(
            {
                "shape": In(PickShape(plan)),
                "rows": In(stream.Signature(self.row)),
                "visits": Out(stream.Signature(Visit(words, plan.weight_addresses, WindowEnds))),
            }
        )

    def elaborate(self, platform):
        m = Module()
        held = Signal()
        row = Signal(self.row)
        rest = Signal(self.plan.windows.columns)
        words, weights = Signal.like(row.word), Signal.like(row.base)
        seen = Signal()
        m.d.comb += rest.eq(row.wanted & (row.wanted - 1))  # all but the lowest
        for position in reversed(range(self.plan.windows.columns)):
            with m.If(row.wanted[position]):
                m.d.comb += [
                    words.eq(self.shape.words[position]),
                    weights.eq(self.shape.weights[position]),
                    seen.eq(row.seen[position]),
                ]
        finishing = ~rest.any()
        m.d.comb += [
            self.visits.valid.eq(held),
            self.visits.p.block.eq(row.word + words),
            self.visits.p.base.eq(row.base + weights),
            self.visits.p.occupied.eq(seen),
            self.visits.p.ends.eq(Mux(finishing, row.ends.as_value(), 0)),
            self.rows.ready.eq(~held | (self.visits.ready & finishing)),
        ]
        with m.If(self.rows.ready):
            m.d.sync += held.eq(self.rows.valid)
            with m.If(self.rows.valid):
                m.d.sync += row.eq(self.rows.payload)
        with m.Elif(self.visits.ready):
            m.d.sync += row.wanted.eq(rest)
        return m
