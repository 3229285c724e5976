"""Settings that go with the image for which they were written."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["SettingsGate"]


class SettingsGate(wiring.Component):
    """Keep what a network is set to for as long as an image is in it.

    Each image comes with the settings that it is to have. One that needs others than those before it waits
    until the network is empty, which then gets them; one that needs the same enters at once. Latency: a cycle
    where settings change.

    Parameters
    ----------
    bits : int
        Of all settings together.

    Members
    -------
    offered, last : In(1)
        A beat is on offer; it is the last of its frame.
    wanted : In(bits)
        What the image of this beat is to have: only that of a first beat counts.
    taken : In(1)
        The beat passes.
    quiet : In(1)
        No image is in the network.
    open : Out(1)
        The beat may pass.
    value : Out(bits)
        What the network is set to.
    """

    def __init__(self, bits: int):
        super().__init__(
            {
                **{name: In(1) for name in ("offered", "last", "taken", "quiet")},
                "wanted": In(bits),
                "open": Out(1),
                "value": Out(bits),
            }
        )

    def elaborate(self, platform):
        m = Module()
        begun = Signal()  # a frame has, and has not ended
        m.d.comb += self.open.eq(begun | (self.wanted == self.value))
        with m.If(self.taken):
            m.d.sync += begun.eq(~self.last)
        with m.If(self.offered & ~self.open & self.quiet):
            m.d.sync += self.value.eq(self.wanted)
        return m
