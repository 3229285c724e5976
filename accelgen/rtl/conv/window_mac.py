"""The MAC array of a network with convolutions: the start values of a pixel return with every pixel."""

from __future__ import annotations

from amaranth.hdl import Module, Signal

from accelgen.rtl.common.mac_array import MacArray
from accelgen.rtl.payloads import WindowEnds

__all__ = ["WindowMacArray"]


class WindowMacArray(MacArray):
    """Accumulate the operands of a pass on top of its biases; see `MacArray` for members and timing.

    The passes of a pooling square start from the same word, and every pixel starts with the first word of its
    layer. Throughput, latency and back-pressure are those of `MacArray`.
    """

    ends = WindowEnds

    def _prefetch(self, m: Module, taken, first) -> None:
        """Read the start values of the next pass while the last operand of this one is taken."""
        ends = self.operands.p.ends
        following = Signal(range(self.start_words + 1))
        begin = Signal.like(self.address)  # of the layer
        with m.If(self.restart):
            m.d.comb += self.enable.eq(1)
            m.d.sync += [following.eq(1), begin.eq(0)]
        with m.Elif(taken & ends.pixel_end & ~ends.layer_end):
            m.d.comb += [self.enable.eq(1), self.address.eq(begin)]
            m.d.sync += following.eq(begin + 1)
        with m.Elif(taken & ends.square_end & (following != self.start_words)):
            m.d.comb += [self.enable.eq(1), self.address.eq(following)]
            m.d.sync += following.eq(following + 1)
            with m.If(ends.layer_end):
                m.d.sync += begin.eq(following)
