"""The timesteps of an image: its pixels are held, and all of them compared in each cycle."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.network.encoding import RateInput, dither_levels, lfsr_state
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.common.lfsr import Lfsr
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Timestep

__all__ = ["Timesteps", "exceeds"]


class Timesteps(wiring.Component):
    """Hold an image, and offer its timesteps one after the other: see `RateInput`.

    Throughput: a timestep per cycle, and no cycle is lost between images. Latency: one cycle. Back-pressure
    on ``timesteps`` holds the timestep, and the next image in its last one.

    Parameters
    ----------
    rate : RateInput
        Pixels and thresholds.

    Members
    -------
    image : In(stream.Signature(pixels * bits))
        Pixels, the first in the low bits.
    last_timestep : In(range(MAX_TIMESTEPS))
        Timesteps of an image, less one; sampled as the image is taken.
    timesteps : Out(stream.Signature(Timestep(pixels)))
        Which pixels exceed their thresholds.
    here : Out(1)
        An image is.
    """

    def __init__(self, rate: RateInput):
        self.rate = rate
        super().__init__(
            {
                "image": In(stream.Signature(rate.pixels * rate.bits)),
                "last_timestep": In(counter(MAX_TIMESTEPS)),
                "timesteps": Out(stream.Signature(Timestep(rate.pixels))),
                "here": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        rate = self.rate
        held = Signal(rate.pixels * rate.bits, reset_less=True)
        timestep = Signal(counter(MAX_TIMESTEPS))
        last = Signal(counter(MAX_TIMESTEPS))
        leaves, taken = Signal(), Signal()
        offered = self.timesteps
        m.d.comb += [
            leaves.eq(self.here & offered.ready),
            taken.eq(self.image.valid & self.image.ready),
            self.image.ready.eq(~self.here | (leaves & offered.p.final)),
            offered.valid.eq(self.here),
            offered.p.first.eq(~timestep.any()),
            offered.p.final.eq(timestep == last),
        ]
        with m.If(leaves):
            m.d.sync += timestep.eq(timestep + 1)
        with m.If(leaves & offered.p.final):
            m.d.sync += self.here.eq(0)
        with m.If(taken):
            m.d.sync += [
                held.eq(self.image.payload),
                last.eq(self.last_timestep),
                timestep.eq(0),
                self.here.eq(1),
            ]
        thresholds = self._thresholds(m, timestep, leaves, taken)
        pixels = [held.word_select(n, rate.bits) for n in range(rate.pixels)]
        m.d.comb += offered.p.spikes.eq(Cat(exceeds(*pair) for pair in zip(pixels, thresholds, strict=True)))
        return m

    def _thresholds(self, m, timestep, leaves, taken) -> list[Value]:
        """Return the thresholds of a timestep, one for each pixel."""
        rate = self.rate
        if rate.encoder == "dither":
            level = Signal(rate.bits)
            with m.Switch(timestep):
                for number, value in enumerate(dither_levels(rate.bits)):
                    with m.Case(number):
                        m.d.comb += level.eq(value)
            return [level] * rate.pixels
        drawn = rate.pixels * rate.bits
        m.submodules.lfsr = lfsr = Lfsr(lfsr_state(rate.seed), drawn, drawn)
        m.d.comb += [lfsr.step.eq(leaves), lfsr.restart.eq(taken)]
        return [lfsr.draw.word_select(n, rate.bits) for n in range(rate.pixels)]


def exceeds(value: Value, threshold: Value) -> Value:
    """Return whether ``value`` is more than ``threshold``, both unsigned and of as many bits.

    It is a function of few bits, and written as one: a comparison would become a carry chain.
    """
    more: Value = C(0, 1)
    for one, other in zip(value, threshold, strict=True):
        more = (one & ~other) | (more & (one | ~other))
    return more
