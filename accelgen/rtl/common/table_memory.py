"""A table of constants: a ROM, or a RAM that is filled before use."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.table import Table

__all__ = ["NEVER_READ_WHILE_WRITTEN", "TableMemory", "WriteSignature"]

#: No word is written in a cycle in which it is read: tables are loaded while nothing runs, and a layer
#: reads one bank while the other is written. Synthesis then needs no logic for that case.
NEVER_READ_WHILE_WRITTEN = {"no_rw_check": 1}

#: Words beyond which a ROM of compact hardware is cut into columns, and bits of a column.
DEEP, COLUMN = 2048, 4


class WriteSignature(wiring.Signature):
    """A memory write, seen from its writer: ``valid``, ``address`` and ``data``; never refused."""

    def __init__(self, depth: int, width: int):
        super().__init__({"valid": Out(1), "address": Out(counter(depth)), "data": Out(unsigned(width))})


class TableMemory(wiring.Component):
    """A table of the engine.

    Throughput: one word per cycle. Latency: one cycle; ``data`` keeps its word while ``enable`` is low,
    so an idle table does not toggle.

    Parameters
    ----------
    table : Table
        Depth, width and, for a ROM, contents.
    writable : bool
        A RAM with a ``write`` port and no contents, instead of a ROM. A platform with ``get_table`` may hold
        it in something else: see `accelgen.rtl.macros`.
    compact : bool
        A ROM of many words is a memory for each `COLUMN` bits of a word: block RAM of an FPGA that is narrow
        is deep, and lookup tables then choose among few blocks.

    Members
    -------
    enable : In(1)
        Read the word at ``address``.
    address : In(range(depth))
        Word to read.
    data : Out(width)
        The word read last.
    write : In(WriteSignature(depth, width))
        Only if ``writable``.
    """

    def __init__(self, table: Table, writable: bool, *, compact: bool = False):
        self.table = table
        self.columns = compact and not writable and len(table.words) > DEEP
        self.writable = writable
        depth = len(table.words)
        members = {"enable": In(1), "address": In(counter(depth)), "data": Out(unsigned(table.width))}
        if writable:
            members["write"] = In(WriteSignature(depth, table.width))
        super().__init__(members)

    def elaborate(self, platform):
        # A table needs one port, for it is loaded before it is read; Amaranth's own hook would not know that.
        macros = hasattr(platform, "get_table")
        held = platform.get_table(self) if macros else None
        if held is not None:
            return held
        if self.columns:
            return self._columns()
        m = Module()
        depth, width = len(self.table.words), self.table.width
        contents = [] if self.writable else self.table.words
        m.submodules.memory = memory = Memory(
            shape=unsigned(width), depth=max(depth, 2), init=contents, attrs=NEVER_READ_WHILE_WRITTEN
        )
        read = memory.read_port()
        m.d.comb += [read.en.eq(self.enable), read.addr.eq(self.address), self.data.eq(read.data)]
        if self.writable:
            write = memory.write_port()
            m.d.comb += [
                write.en.eq(self.write.valid),
                write.addr.eq(self.write.address),
                write.data.eq(self.write.data),
            ]
            if (
                platform is not None and not macros
            ):  # a board may have RAM of a single port: one address serves both
                shared = Signal(counter(depth))
                m.d.comb += [
                    shared.eq(Mux(self.write.valid, self.write.address, self.address)),
                    read.en.eq(self.enable & ~self.write.valid),
                    read.addr.eq(shared),
                    write.addr.eq(shared),
                ]
        return m

    def _columns(self):
        """Build a memory for each few bits of a word."""
        m = Module()
        for low in range(0, self.table.width, COLUMN):
            width = min(COLUMN, self.table.width - low)
            words = [word >> low & (1 << width) - 1 for word in self.table.words]
            column = TableMemory(Table(self.table.name, width, words), writable=False)
            m.submodules[f"column{low // COLUMN}"] = column
            m.d.comb += [
                column.enable.eq(self.enable),
                column.address.eq(self.address),
                self.data[low : low + width].eq(column.data),
            ]
        return m
