"""A shift register that draws many pseudo-random bits in one cycle."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, Value, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.network.encoding import LFSR_BITS

__all__ = ["Lfsr"]


class Lfsr(wiring.Component):
    """Draw ``bits`` bits of the sequence s[n] = s[n-63] ^ s[n-62] per step.

    Up to 62 bits ahead each costs one XOR gate, since both its terms are in the register. Throughput:
    one draw per cycle. Latency: none.

    Parameters
    ----------
    state : int
        The register after ``restart``, 63 bits, not all zero.
    bits, short : int
        Bits of a draw, and of a short one.

    Members
    -------
    restart : In(1)
        Start the sequence anew.
    step : In(1)
        Take the bits on offer.
    short : In(1)
        Take the first ``short`` bits only.
    draw : Out(bits)
        The next bits, the next one lowest.
    """

    def __init__(self, state: int, bits: int, short: int):
        self.state = state
        self.bits = bits
        self.short_bits = short
        super().__init__({"restart": In(1), "step": In(1), "short": In(1), "draw": Out(unsigned(bits))})

    def elaborate(self, platform):
        m = Module()
        register = Signal(LFSR_BITS, init=self.state)
        sequence: list[Value] = list(register)
        for n in range(self.bits):
            bit = Signal(name=f"bit{n}")
            m.d.comb += bit.eq(sequence[n] ^ sequence[n + 1])
            sequence.append(bit)
        m.d.comb += self.draw.eq(Cat(sequence[LFSR_BITS:]))

        def after(count: int) -> Value:
            return Cat(sequence[count : count + LFSR_BITS])

        with m.If(self.step):
            m.d.sync += register.eq(Mux(self.short, after(self.short_bits), after(self.bits)))
        with m.If(self.restart):
            m.d.sync += register.eq(self.state)
        return m
