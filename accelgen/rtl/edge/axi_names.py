"""A top whose clock and reset are called as AXI calls them, the reset active when low."""

from __future__ import annotations

from dataclasses import replace

from amaranth.hdl import ClockDomain, ClockSignal, Module, ResetSignal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.edge.ports import Port

__all__ = ["AxiNames", "with_axi_names"]

NAMES = {"clock": "aclk", "reset": "aresetn"}


class AxiNames(wiring.Component):
    """The network with its clock and its reset as AXI has them.

    Parameters
    ----------
    top : Component
        What is inside.

    Members
    -------
    aclk : In(1)
        The clock.
    aresetn : In(1)
        Synchronous reset, active when low.
    """

    def __init__(self, top: wiring.Component):
        self.top = top
        super().__init__({"aclk": In(1), "aresetn": In(1), **top.signature.members})

    def elaborate(self, platform):
        m = Module()
        m.domains.sync = ClockDomain()
        m.submodules.network = self.top
        m.d.comb += [ClockSignal().eq(self.aclk), ResetSignal().eq(~self.aresetn)]
        for name, member in self.top.signature.members.items():
            inner, outer = getattr(self.top, name), getattr(self, name)
            m.d.comb += inner.eq(outer) if member.flow == In else outer.eq(inner)
        return m


def with_axi_names(ports: list[Port]) -> list[Port]:
    """Return the ports that `AxiNames` gives a top with these ports."""
    found = []
    for port in ports:
        named = replace(port, name=NAMES.get(port.role, port.name))
        if port.role == "reset":
            named = replace(named, active_low=True, meaning=port.meaning.replace("high", "low"))
        found.append(named)
    return found
