"""The rate encoder: an image becomes a frame of spikes for each timestep."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.network.encoding import dither_levels, lfsr_state
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.common.flagged_memory import FlaggedMemory
from accelgen.rtl.common.lfsr import Lfsr
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.pipelined.spiking_plan import SpikingPipelinedPlan
from accelgen.rtl.snn.plan import SpikingPlan

__all__ = ["RateEncoder"]


class RateEncoder(wiring.Component):
    """Hold an image and compare its pixels with the thresholds of each timestep: see `RateInput`.

    A word of pixels is read once for each timestep, and not at all if it is black. Throughput: one word
    per cycle, while bank 0 is free. Latency: two cycles. A sample that has stopped early is given up at
    once.

    Parameters
    ----------
    plan : SpikingPlan or SpikingPipelinedPlan
        Its network has a `RateInput`.

    Members
    -------
    pixels : In(WriteSignature(beats, block_in * pixel_bits))
        Words of the next image, while ``image`` is low.
    image : In(1)
        A whole image is here.
    taken : Out(1)
        It is no longer needed; ``image`` falls in the next cycle.
    last_timestep : In(range(MAX_TIMESTEPS))
        Timesteps of an image, less one; sampled when its first one starts.
    may_load, loaded, consumed : In, Out, In(1)
        Hand-over of a timestep: see `LayerControl`.
    first, final : Out(1)
        It is the first, or the last, of its image.
    stopped : In(1)
        The image has its class: no more timesteps of it.
    frame : Out(WriteSignature(...))
        Words of spikes for bank 0.
    """

    def __init__(self, plan: SpikingPlan | SpikingPipelinedPlan):
        self.plan = plan
        self.rate = plan.network.rate_input
        self.block = plan.pixels_per_beat
        super().__init__(
            {
                "pixels": In(WriteSignature(plan.input_beats, self.block * self.rate.bits)),
                "image": In(1),
                "taken": Out(1),
                "last_timestep": In(counter(MAX_TIMESTEPS)),
                "may_load": In(1),
                "loaded": Out(1),
                "consumed": In(1),
                "first": Out(1),
                "final": Out(1),
                "stopped": In(1),
                "frame": Out(WriteSignature(plan.bank_words[0], plan.word)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        beats = self.plan.input_beats
        m.submodules.store = memory = FlaggedMemory(beats, self.block * self.rate.bits)
        connect(m, wiring.flipped(self.pixels), memory.write)

        # `walking` reads a word each cycle, `comparing` has the word of the cycle before.
        timestep = Signal(counter(MAX_TIMESTEPS))
        last = Signal(counter(MAX_TIMESTEPS))
        walking = Signal()
        beat = Signal(counter(beats))
        comparing = Signal()
        occupied = Signal()
        address = Signal(counter(beats))
        begins = Signal()
        m.d.comb += [
            begins.eq(self.image & ~walking & ~comparing & ~self.loaded & self.may_load & ~self.stopped),
            memory.query.eq(beat),
            memory.address.eq(beat),
            memory.enable.eq(walking & memory.occupied),
        ]
        with m.If(begins):
            m.d.sync += [walking.eq(1), beat.eq(0)]
            with m.If(~timestep.any()):
                m.d.sync += last.eq(self.last_timestep)
        m.d.sync += [comparing.eq(walking), occupied.eq(memory.occupied), address.eq(beat)]
        with m.If(walking):
            m.d.sync += beat.eq(beat + 1)
            with m.If(beat == beats - 1):
                m.d.sync += walking.eq(0)

        final = timestep == last
        ends = Signal()
        m.d.comb += [
            ends.eq(comparing & (address == beats - 1)),
            # A final timestep may still wait for the engine: the image that is here is then the next one.
            self.taken.eq((ends & final) | (self.stopped & self.image & ~(self.loaded & self.final))),
        ]
        with m.If(self.consumed):
            m.d.sync += self.loaded.eq(0)
        with m.If(ends):
            m.d.sync += [
                self.loaded.eq(1),
                self.first.eq(~timestep.any()),
                self.final.eq(final),
                timestep.eq(Mux(final, 0, timestep + 1)),
            ]
        with m.If(self.stopped):
            m.d.sync += [walking.eq(0), comparing.eq(0), self.loaded.eq(0), timestep.eq(0)]

        m.d.comb += [
            self.frame.valid.eq(comparing),
            self.frame.address.eq(address),
            self.frame.data.eq(self._spikes(m, memory.data, occupied, timestep, begins, comparing, ends)),
        ]
        return m

    def _spikes(self, m, word, occupied, timestep, begins, comparing, ends):
        """Return which pixels of ``word`` exceed their thresholds."""
        bits = self.rate.bits
        pixels = data.View(data.ArrayLayout(unsigned(bits), self.block), word)
        if self.rate.encoder == "dither":
            level = Signal(bits)
            with m.Switch(timestep):
                for number, value in enumerate(dither_levels(bits)):
                    with m.Case(number):
                        m.d.comb += level.eq(value)
            thresholds = [level] * self.block
        else:
            in_last = self.rate.pixels - (self.plan.input_beats - 1) * self.block
            lfsr = Lfsr(lfsr_state(self.rate.seed), self.block * bits, in_last * bits)
            m.submodules.lfsr = lfsr
            m.d.comb += [
                lfsr.step.eq(comparing),
                lfsr.short.eq(ends),
                lfsr.restart.eq(begins & ~timestep.any()),
            ]
            thresholds = [lfsr.draw.word_select(n, bits) for n in range(self.block)]
        return Cat((pixels[n] > thresholds[n]) & occupied for n in range(self.block))
