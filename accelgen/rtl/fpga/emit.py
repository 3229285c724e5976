"""A network behind two wires, as Verilog."""

from __future__ import annotations

import os

from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.fpga.top import LinkTop
from accelgen.rtl.tables import Table

__all__ = ["link_verilog"]


def link_verilog(link: LinkPlan, tables: list[Table], name: str = "device") -> str:
    """Return a `LinkTop` as Verilog: a top ``name`` with the pins of a UART, ``clk`` and ``rst``."""
    from amaranth.back import verilog

    # Debian's own Yosys is too old for Amaranth; the bundled one is the same everywhere.
    os.environ.setdefault("AMARANTH_USE_YOSYS", "builtin")
    return verilog.convert(LinkTop(link, tables), name=name, emit_src=False, strip_internal_attrs=True)
