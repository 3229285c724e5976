"""Results against those that a memory holds."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import Out

from accelgen.rtl.common.table_memory import TableMemory
from accelgen.rtl.counting import counter
from accelgen.rtl.edge.axi_stream import AxiStream, flat_ports
from accelgen.rtl.table import Table

__all__ = ["PatternJudge"]


class PatternJudge(wiring.Component):
    """Take results, and compare every bit of every beat with the words of a table, round and round.

    A result with a beat too few or too many is wrong, and so is all that follows it, for nothing brings the
    table in step again: what has been lost is never forgotten. Throughput: a beat per cycle, always taken.
    Latency: three cycles.

    Parameters
    ----------
    table : Table
        A word for each beat: ``tdata``, and ``tlast`` above it.

    Members
    -------
    tdata, tvalid, tready, tlast : AXI4-Stream, receiving
        Results.
    result, wrong : Out(1)
        One has ended, for one cycle; and it is not what the table says.
    round : Out(1)
        The last word of the table has been compared, for one cycle.
    """

    def __init__(self, table: Table):
        self.table = table
        stream = flat_ports(AxiStream(table.width - 1).flip())
        super().__init__({**stream, "result": Out(1), "wrong": Out(1), "round": Out(1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.kept = kept = TableMemory(self.table, writable=False)
        words = len(self.table.words)
        position = Signal(counter(words))
        came, final, spoilt = Signal(), Signal(), Signal()
        beat = Signal.like(kept.data)
        compared, last, differs, ended = Signal(), Signal(), Signal(), Signal()
        m.d.comb += [self.tready.eq(1), kept.enable.eq(self.tvalid), kept.address.eq(position)]
        m.d.sync += came.eq(self.tvalid)
        with m.If(self.tvalid):
            m.d.sync += [beat[:-1].eq(self.tdata), beat[-1].eq(self.tlast), position.eq(position + 1)]
            m.d.sync += final.eq(position == words - 1)
            with m.If(position == words - 1):
                m.d.sync += position.eq(0)
        # A rank of registers lies between the memory and the comparison, and one behind it.
        m.d.sync += [
            compared.eq(came),
            differs.eq((beat ^ kept.data).any()),
            last.eq(beat[-1]),
            ended.eq(final),
            self.result.eq(compared & last),
            self.wrong.eq(compared & last & (spoilt | differs)),
            self.round.eq(compared & ended),
        ]
        with m.If(compared):
            m.d.sync += spoilt.eq((spoilt | differs) & ~last)
        return m
