"""A network behind two wires, as Verilog."""

from __future__ import annotations

from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.fpga.top import LinkTop
from accelgen.rtl.verilog import to_verilog

__all__ = ["link_verilog"]


def link_verilog(link: LinkPlan, name: str = "device") -> str:
    """Return a `LinkTop` as Verilog: a top ``name`` with the pins of a UART, ``clk`` and ``rst``."""
    text, _ = to_verilog(LinkTop(link), name)
    return text
