"""From Amaranth to Verilog, the same way for every top."""

from __future__ import annotations

import os
import re

from amaranth.hdl import Elaboratable

__all__ = ["in_short_blocks", "to_verilog", "with_waking_blocks", "yosys_version"]

# The start values of a memory, as Amaranth's Yosys writes them.
START_VALUES = re.compile(r"^( *)initial begin\n((?: *\w+\[\d+\] = [^;\n]*;\n)+) *end\n", re.MULTILINE)
# Yosys takes a time that is quadratic in the statements of a block: minutes for a table of 13,000 words.
STATEMENTS = 64
# What Yosys lets every `always @*` of a module wait for, so that each runs once at the start.
WAKING = re.compile(r"^( *)reg (\\\$auto\$verilog_backend\S* ) = 0;$", re.MULTILINE)


def to_verilog(top: Elaboratable, name: str, platform: object = None) -> str:
    """Elaborate ``top`` and return it as Verilog, a module called ``name`` and those below it.

    Parameters
    ----------
    top : Elaboratable
        What to build.
    name : str
        Of the module.
    platform : object, optional
        Handed to every ``elaborate``.
    """
    from amaranth.back import verilog

    _choose_yosys()
    text = verilog.convert(top, name=name, platform=platform, emit_src=False, strip_internal_attrs=True)
    return with_waking_blocks(in_short_blocks(text))


def yosys_version() -> str:
    """Return the version of the Yosys that writes the Verilog."""
    from amaranth._toolchain.yosys import find_yosys

    _choose_yosys()
    return ".".join(map(str, find_yosys(lambda version: True).version()[:2]))


def _choose_yosys() -> None:
    # Debian's own Yosys is too old for Amaranth; the bundled one is the same everywhere.
    os.environ.setdefault("AMARANTH_USE_YOSYS", "builtin")


def with_waking_blocks(verilog: str) -> str:
    """Return ``verilog`` with its combinational blocks awake in SystemVerilog too.

    Yosys declares what wakes them as ``reg t = 0``. That is an event in Verilog-2005; in SystemVerilog it is
    a value from before the start of time, and blocks whose inputs never change would never run.
    """
    return WAKING.sub(r"\1reg \2;\n\1initial \2= 0;", verilog)


def in_short_blocks(verilog: str) -> str:
    """Return ``verilog`` with the start values of memories in many short blocks instead of a long one."""
    return START_VALUES.sub(_short, verilog)


def _short(block: re.Match) -> str:
    indent, rows = block[1], block[2].splitlines(keepends=True)
    pieces = [rows[first : first + STATEMENTS] for first in range(0, len(rows), STATEMENTS)]
    return "".join(f"{indent}initial begin\n{''.join(piece)}{indent}end\n" for piece in pieces)
