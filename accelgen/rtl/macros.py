"""Tables as modules without contents, to be made of SRAM macros elsewhere.

Amaranth hands the ``platform`` of an elaboration to every component; a platform with ``get_table`` is asked
by `TableMemory` for what holds a table that is loaded.
"""

from __future__ import annotations

from amaranth.hdl import ClockSignal, Elaboratable, Instance, Module

from accelgen.rtl.common.table_memory import TableMemory
from accelgen.rtl.table import Table

__all__ = ["MacroTables", "ram_module"]


def ram_module(design: str, depth: int, width: int) -> str:
    """Return the name of the module of a design that holds ``depth`` words of ``width`` bits.

    Its ports are ``clk``, ``read_enable``, ``read_address``, ``read_data``, ``write_enable``,
    ``write_address`` and ``write_data``. A word that is read appears a cycle later, and stays until the next
    is read. It is never asked to read and to write in the same cycle.
    """
    return f"{design}_ram_{depth}x{width}"


class MacroTables:
    """A platform on which large tables are modules without contents; see `ram_module`.

    Parameters
    ----------
    design : str
        The name of the top, with which the names of the modules begin.
    least_bits : int
        Tables of fewer bits stay memories.

    Attributes
    ----------
    made : list of Table
        What became modules, so far.
    """

    def __init__(self, design: str, least_bits: int):
        self.design = design
        self.least_bits = least_bits
        self.made: list[Table] = []

    def get_table(self, memory: TableMemory) -> Elaboratable | None:
        """Return what holds a table, or None if the table stays a memory."""
        depth, width = len(memory.table.words), memory.table.width
        if not memory.writable or depth * width < self.least_bits:
            return None
        self.made.append(memory.table)
        m = Module()
        m.submodules.memory = Instance(
            ram_module(self.design, depth, width),
            i_clk=ClockSignal(),
            i_read_enable=memory.enable,
            i_read_address=memory.address,
            o_read_data=memory.data,
            i_write_enable=memory.write.valid,
            i_write_address=memory.write.address,
            i_write_data=memory.write.data,
        )
        return m
