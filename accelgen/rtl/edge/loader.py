"""Table frames from AXI4-Stream into the weight, index and bias memories."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.edge.axi_stream import AxiStream, flat_ports
from accelgen.rtl.table import Table
from accelgen.rtl.words import BEAT_BITS

__all__ = ["TableLoader"]


class TableLoader(wiring.Component):
    """Fill all memories from one frame: their words in order, each in whole 32-bit beats, low end first.

    Until a frame has come whole, ``ready`` is low and no image may begin. A frame that waits lowers it too,
    a cycle before its first beat can be taken: so images that have begun end with the tables they began
    with, none begins in the cycle of the first beat, and a stream of images cannot keep a frame waiting. A
    short or long frame is reported, and the tables count as not loaded. Throughput: one beat per cycle while
    ``idle``. Latency: a cycle before the first beat of a frame that replaces tables.

    Parameters
    ----------
    tables : list of Table
        The memories, in loading order; their contents are not used here.

    Members
    -------
    tdata, tvalid, tready, tlast : AXI4-Stream, receiving
        32 bits wide.
    idle : In(1)
        No image is being computed, waiting or partly here; a load may begin or go on.
    ready : Out(1)
        The tables are whole and no frame waits: an image may begin.
    malformed : Out(1)
        A frame is being refused, for one cycle.
    load_<name> : Out(WriteSignature(...))
        Writes to each table.
    """

    def __init__(self, tables: list[Table]):
        self.tables = tables
        members = {
            **flat_ports(AxiStream(BEAT_BITS).flip()),
            "idle": In(1),
            "ready": Out(1),
            "malformed": Out(1),
        }
        for table in tables:
            members[f"load_{table.name}"] = Out(WriteSignature(len(table.words), table.width))
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        parts = [-(-table.width // BEAT_BITS) for table in self.tables]
        # Where the next beat goes: a table, a word of it, and a part of that word.
        chosen = Signal(counter(len(self.tables)))
        part = Signal(counter(max(parts)))
        address = Signal(counter(max(len(table.words) for table in self.tables)))
        lower = Signal(max(1, BEAT_BITS * (max(parts) - 1)))  # earlier beats of a word, the latest on top
        taken = Signal()
        final = Signal()
        dropping = Signal()
        loaded = Signal()  # the tables are whole
        closed = Signal()  # a frame waits: no image has begun in this cycle
        m.d.sync += closed.eq(self.tvalid)
        m.d.comb += [
            self.ready.eq(loaded & ~closed),
            self.tready.eq(dropping | (self.idle & (closed | ~loaded))),
            taken.eq(self.tvalid & self.tready & ~dropping),
        ]

        # From its first beat on the tables are neither the old ones nor the new.
        with m.If(taken):
            m.d.sync += [loaded.eq(0), part.eq(part + 1)]
            if max(parts) > 1:
                m.d.sync += lower.eq(Cat(lower, self.tdata)[BEAT_BITS:])
        with m.Switch(chosen):
            for number, (table, count) in enumerate(zip(self.tables, parts, strict=True)):
                write = getattr(self, f"load_{table.name}")
                with m.Case(number):
                    earlier = lower[len(lower) - BEAT_BITS * (count - 1) :]
                    whole = taken & (part == count - 1)
                    last_word = address == len(table.words) - 1
                    m.d.comb += [
                        write.valid.eq(whole),
                        write.address.eq(address),
                        write.data.eq(Cat(earlier, self.tdata)),
                        final.eq(whole & last_word & (number == len(self.tables) - 1)),
                    ]
                    with m.If(whole):
                        m.d.sync += [part.eq(0), address.eq(address + 1)]
                        with m.If(last_word):
                            m.d.sync += [address.eq(0), chosen.eq(chosen + 1)]
        # The last beat must have tlast, and no other may: both mistakes are one.
        m.d.comb += self.malformed.eq(taken & (final ^ self.tlast))
        with m.If(taken & (final | self.tlast)):
            m.d.sync += [chosen.eq(0), address.eq(0), part.eq(0)]
            m.d.sync += [loaded.eq(final & self.tlast), dropping.eq(~self.tlast)]
        with m.If(dropping & self.tvalid & self.tlast):
            m.d.sync += dropping.eq(0)
        return m
