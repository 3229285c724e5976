"""A network behind two wires, as Verilog."""

from __future__ import annotations

from amaranth.lib import wiring

from accelgen.rtl.fpga.pattern.plan import PatternPlan
from accelgen.rtl.fpga.pattern.top import PatternTop
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.fpga.top import LinkTop
from accelgen.rtl.verilog import to_verilog

__all__ = ["device_of", "link_verilog"]


def device_of(plan: LinkPlan | PatternPlan) -> wiring.Component:
    """Return a new device with the pins of a UART: a network that answers, or one that plays a pattern."""
    return PatternTop(plan) if isinstance(plan, PatternPlan) else LinkTop(plan)


def link_verilog(plan: LinkPlan | PatternPlan, name: str = "device") -> str:
    """Return a device as Verilog: a top ``name`` with the pins of a UART, ``clk`` and ``rst``."""
    text, _ = to_verilog(device_of(plan), name)
    return text
