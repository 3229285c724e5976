"""Samples from a memory, round and round, as fast as they are taken."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring

from accelgen.rtl.common.table_memory import TableMemory
from accelgen.rtl.counting import counter
from accelgen.rtl.edge.axi_stream import AxiStream, flat_ports
from accelgen.rtl.table import Table

__all__ = ["PatternFeeder"]


class PatternFeeder(wiring.Component):
    """Send the words of a table for ever, the first after the last.

    Throughput: a beat per cycle. Back-pressure: a beat stays on offer until it is taken.

    Parameters
    ----------
    table : Table
        A word for each beat: ``tdata``, and ``tlast`` above it.

    Members
    -------
    tdata, tvalid, tready, tlast : AXI4-Stream, sending
        The beats.
    """

    def __init__(self, table: Table):
        self.table = table
        super().__init__(flat_ports(AxiStream(table.width - 1)))

    def elaborate(self, platform):
        m = Module()
        m.submodules.kept = kept = TableMemory(self.table, writable=False)
        words = len(self.table.words)
        position = Signal(counter(words))  # of the word that is read next
        m.d.comb += [
            kept.enable.eq(~self.tvalid | self.tready),
            kept.address.eq(position),
            self.tdata.eq(kept.data[:-1]),
            self.tlast.eq(kept.data[-1]),
        ]
        with m.If(kept.enable):
            m.d.sync += [self.tvalid.eq(1), position.eq(position + 1)]
            with m.If(position == words - 1):
                m.d.sync += position.eq(0)
        return m
