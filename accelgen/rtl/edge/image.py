"""Images from AXI4-Stream, each handed on with its last beat: what a pipeline takes with every beat."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import Out

from accelgen.rtl.counting import counter
from accelgen.rtl.edge.axi_stream import AxiStream, flat_ports

__all__ = ["ImageReceiver"]


class ImageReceiver(wiring.Component):
    """Receive frames of ``beats`` beats, and offer their pixels together while the last beat is on offer.

    Beats before the last are kept, the last one is not: an image has no second copy, and one of a single beat
    none at all. A frame that is too short or too long, or has a one in a bit that is no pixel, is dropped
    whole and reported, as by `FrameReceiver`. Throughput: one beat per cycle. Latency: none. Back-pressure:
    ``tready`` is that of the image on its last beat, and high on all others.

    Parameters
    ----------
    beats, pixels_per_beat, pixels : int
        Shape of a frame; the last beat may have fewer pixels.
    pixel_bits : int
        Bits of a pixel.
    width : int
        Bits of ``tdata``.
    steady : bool
        ``tready`` looks at a beat only while it is on offer: what nobody offers may be unknown.

    Members
    -------
    tdata, tvalid, tready, tlast : AXI4-Stream, receiving
        Frames.
    image : Out(stream.Signature(pixels * pixel_bits))
        Pixels, the first in the low bits.
    short, long, range_ : Out(1)
        A frame is being dropped for this reason, for one cycle.
    """

    def __init__(
        self,
        beats: int,
        pixels_per_beat: int,
        pixels: int,
        pixel_bits: int,
        width: int,
        *,
        steady: bool = False,
    ):
        self.beats = beats
        self.pixels_per_beat = pixels_per_beat
        self.pixels = pixels
        self.pixel_bits = pixel_bits
        self.steady = steady
        super().__init__(
            {
                **flat_ports(AxiStream(width).flip()),
                "image": Out(stream.Signature(pixels * pixel_bits)),
                "short": Out(1),
                "long": Out(1),
                "range_": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        beat = Signal(counter(self.beats))
        spoilt = Signal()  # a bad bit was seen
        dropping = Signal()  # past the end, waiting for tlast
        final, stray, whole, taken = Signal(), Signal(), Signal(), Signal()
        used = self.pixels_per_beat * self.pixel_bits
        used_last = (self.pixels - (self.beats - 1) * self.pixels_per_beat) * self.pixel_bits
        ends = final & self.tlast & ~spoilt & ~stray & ~dropping
        m.d.comb += [
            final.eq(beat == self.beats - 1),
            stray.eq(Mux(final, self.tdata[used_last:].any(), self.tdata[used:].any())),
            whole.eq(self.tvalid & ends if self.steady else ends),
            self.image.valid.eq(self.tvalid & whole),
            # What is no whole image is taken at once, and goes nowhere.
            self.tready.eq(~whole | self.image.ready),
            taken.eq(self.tvalid & self.tready & ~dropping),
            self.short.eq(taken & self.tlast & ~final),
            self.long.eq(taken & ~self.tlast & final),
            self.range_.eq(taken & stray),
        ]
        kept = [Signal(used, name=f"word{n}", reset_less=True) for n in range(self.beats - 1)]
        for number, word in enumerate(kept):
            with m.If(taken & (beat == number)):
                m.d.sync += word.eq(self.tdata[:used])
        m.d.comb += self.image.payload.eq(Cat(*kept, self.tdata[:used_last]))
        with m.If(taken):
            m.d.sync += [beat.eq(beat + 1), spoilt.eq(spoilt | stray)]
            with m.If(final | self.tlast):
                m.d.sync += [beat.eq(0), spoilt.eq(0), dropping.eq(self.long)]
        with m.If(dropping & self.tvalid & self.tlast):
            m.d.sync += dropping.eq(0)
        return m
