"""The row joiner: block rows that several engines have computed, in their order."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Activations, WindowEnds

__all__ = ["RowJoiner"]


class RowJoiner(wiring.Component):
    """Take a block row from each engine in turn.

    Throughput: one pass per cycle. Latency: none. Back-pressure: an engine whose turn has not come waits, and
    works on meanwhile until its lanes hold a finished pass.

    Parameters
    ----------
    units : int
        Engines, two at least, which have as many block rows.
    lanes, bits : int
        Activations of a pass, and bits of each.
    ends : StructLayout
        What may end with a pass.

    Members
    -------
    passes0, passes1, ... : In(stream.Signature(Activations(lanes, bits, ends)))
        Passes of each engine.
    joined : Out(stream.Signature(Activations(lanes, bits, ends)))
        Passes of all block rows, in order.
    """

    def __init__(self, units: int, lanes: int, bits: int, ends: data.StructLayout):
        self.units = units
        payload = stream.Signature(Activations(lanes, bits, ends))
        sources = {f"passes{number}": In(payload) for number in range(units)}
        super().__init__(sources | {"joined": Out(payload)})

    def elaborate(self, platform):
        m = Module()
        turn = Signal(counter(self.units))
        joined = self.joined
        last = turn == self.units - 1
        with m.Switch(turn):
            for number in range(self.units):
                source = getattr(self, f"passes{number}")
                with m.Case(number):
                    m.d.comb += [
                        joined.valid.eq(source.valid),
                        joined.payload.eq(source.payload),
                        source.ready.eq(joined.ready),
                    ]
                    if number < self.units - 1:  # what ends there ends with the row of the last one
                        m.d.comb += joined.p.ends.layer_end.eq(0)
                        if joined.p.ends.shape() == WindowEnds:
                            m.d.comb += joined.p.ends.pixel_end.eq(0)
        with m.If(joined.valid & joined.ready & joined.p.ends.row_end):
            m.d.sync += turn.eq(turn + 1)
            with m.If(last):
                m.d.sync += turn.eq(0)
        return m
