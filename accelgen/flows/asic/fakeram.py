"""Tables made of fakeram45, the SRAM macros of OpenROAD-flow-scripts' nangate45.

A table of many words is cut into banks, of which an access wakes one; a wide word into columns, all of which
are woken. A macro has one port, which is enough: a table is loaded before it is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accelgen.rtl.macros import ram_module

__all__ = ["HALO", "MACROS", "Banks", "Macro", "fit", "verilog"]

#: Micrometres that a macro keeps free on every side, for the wires to its pins.
HALO = 12


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro of ``depth`` words of ``width`` bits, and ``area`` um2 as its Liberty file states it."""

    depth: int
    width: int
    area: float

    @property
    def name(self) -> str:
        """Name of the cell, and of its Liberty and LEF files."""
        return f"fakeram45_{self.depth}x{self.width}"


#: Macros whose LEF and Liberty files come with OpenROAD-flow-scripts.
MACROS = (
    Macro(64, 32, 1240.624),
    Macro(64, 64, 4845.380),
    Macro(64, 96, 4874.982),
    Macro(128, 32, 3295.740),
    Macro(128, 64, 5479.600),
    Macro(128, 256, 33990.259),
    Macro(256, 16, 3155.026),
    Macro(256, 32, 5065.704),
    Macro(256, 48, 7775.712),
    Macro(256, 96, 13701.660),
    Macro(512, 64, 17301.438),
    Macro(1024, 32, 16406.082),
    Macro(2048, 39, 45478.818),
)


@dataclass(frozen=True, slots=True)
class Banks:
    """``banks`` times ``columns`` macros that hold a table of ``depth`` words of ``width`` bits."""

    depth: int
    width: int
    macro: Macro
    banks: int
    columns: int


def fit(depth: int, width: int) -> Banks:
    """Return the macros that hold a table on the least area, their halos included.

    Among equals the first name wins.
    """
    fits = []
    for macro in MACROS:
        banks, columns = -(-depth // macro.depth), -(-width // macro.width)
        room = banks * columns * (macro.area**0.5 + 2 * HALO) ** 2
        fits.append((room, macro.name, Banks(depth, width, macro, banks, columns)))
    return min(fits, key=lambda candidate: candidate[:2])[-1]


def verilog(design: str, fits: Iterable[Banks]) -> str:
    """Return the modules of a design that `ram_module` names, made of macros."""
    return "\n".join(
        _module(design, table) for table in sorted(set(fits), key=lambda table: (table.depth, table.width))
    )


def _module(design: str, table: Banks) -> str:
    address, local = _bits(table.depth), _bits(table.macro.depth)
    padded = table.columns * table.macro.width
    spare = padded - table.width
    write_data = f"{{{spare}'d0, write_data}}" if spare else "write_data"
    lines = [
        f"// {table.depth} words of {table.width} bits: "
        f"{table.banks} banks of {table.columns} {table.macro.name}.",
        f"module {ram_module(design, table.depth, table.width)} (",
        "  input clk,",
        "  input read_enable,",
        f"  input [{address - 1}:0] read_address,",
        f"  output [{table.width - 1}:0] read_data,",
        "  input write_enable,",
        f"  input [{address - 1}:0] write_address,",
        f"  input [{table.width - 1}:0] write_data",
        ");",
        f"  wire [{address - 1}:0] address = write_enable ? write_address : read_address;",
        f"  wire [{padded - 1}:0] word = {write_data};",
        f"  wire [{local - 1}:0] place = {_slice(address, local)};",
        "  wire access = read_enable | write_enable;",
        *_choice(table, address, local),
        *(line for bank in range(table.banks) for line in _bank(table, bank, address - local)),
        f"  wire [{table.width - 1}:0] found =",
        *_word_read(table, address - local),
        # A macro promises its word for a single cycle; a table keeps it until the next read.
        "  reg fresh;",
        f"  reg [{table.width - 1}:0] held;",
        "  assign read_data = fresh ? found : held;",
        "  always @(posedge clk) begin",
        "    fresh <= read_enable;",
        "    if (fresh) held <= found;",
        "  end",
        "endmodule",
        "",
    ]
    return "\n".join(lines)


def _slice(address: int, local: int) -> str:
    """Return the address within a bank."""
    return f"address[{local - 1}:0]" if address > local else _widened("address", address, local)


def _widened(name: str, bits: int, wanted: int) -> str:
    return name if bits == wanted else f"{{{wanted - bits}'d0, {name}}}"


def _choice(table: Banks, address: int, local: int) -> list[str]:
    """Return which bank an access wakes, and which has been read."""
    if table.banks == 1:
        return []
    high = address - local
    return [
        f"  wire [{high - 1}:0] bank = address[{address - 1}:{local}];",
        f"  reg [{high - 1}:0] from;",
        "  always @(posedge clk) if (read_enable) from <= bank;",
    ]


def _bank(table: Banks, bank: int, high: int) -> list[str]:
    """Return the macros of a bank; ``high`` bits of the address choose it."""
    width = table.macro.width
    woken = f"access & (bank == {high}'d{bank})" if table.banks > 1 else "access"
    lines = [f"  wire [{table.columns * width - 1}:0] bank{bank};", f"  wire wake{bank} = {woken};"]
    for column in range(table.columns):
        part = f"[{(column + 1) * width - 1}:{column * width}]"
        lines += [
            f"  {table.macro.name} bank{bank}_column{column} (",
            f"    .clk(clk), .ce_in(wake{bank}), .we_in(write_enable), .addr_in(place),",
            f"    .wd_in(word{part}), .w_mask_in({{{width}{{1'b1}}}}), .rd_out(bank{bank}{part})",
            "  );",
        ]
    return lines


def _word_read(table: Banks, high: int) -> list[str]:
    """Return the word of the bank that has been read."""
    words = [f"bank{bank}[{table.width - 1}:0]" for bank in range(table.banks)]
    if table.banks > 1:
        words = [f"({{{table.width}{{from == {high}'d{bank}}}}} & {word})" for bank, word in enumerate(words)]
    return [f"    {word} |" for word in words[:-1]] + [f"    {words[-1]};"]


def _bits(depth: int) -> int:
    """Return the width of an address, at least one bit."""
    return max((depth - 1).bit_length(), 1)
