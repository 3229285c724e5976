"""Image frames from AXI4-Stream into activation memory, and nothing else: bad frames end here."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.edge.axi_stream import AxiStream, flat_ports

__all__ = ["FrameReceiver"]


class FrameReceiver(wiring.Component):
    """Receive frames of ``beats`` beats, one input block a beat.

    Pixels lie in a beat from the low bits up, ``pixel_bits`` each. A frame that is too short or too
    long, or has a one in a bit that is no pixel, is dropped whole and reported; the next frame is
    received as if nothing had happened. Throughput: one beat per cycle while an image may enter.
    Back-pressure: ``tready`` is low while bank 0 is in use, and between frames while none may begin.

    Parameters
    ----------
    beats, pixels_per_beat, pixels : int
        Shape of a frame; the last beat may have fewer pixels.
    pixel_bits : int
        Bits of a pixel on the stream.
    words : int
        Words of bank 0, at least ``beats``.
    word, activation_bits : int
        Activations of a memory word, and bits of each.
    width : int, optional
        Bits of ``tdata``; by default those of the pixels, rounded up to whole bytes.

    Members
    -------
    tdata, tvalid, tready, tlast : AXI4-Stream, receiving
        ``tdata`` is rounded up to whole bytes.
    may_load : In(1)
        Bank 0 is free.
    may_begin : In(1)
        A frame may begin; one that has begun goes on.
    open : Out(1)
        A frame has begun and has not ended.
    loaded : Out(1)
        A good frame is in bank 0.
    consumed : In(1)
        The engine takes the image.
    write : Out(WriteSignature(words, word * activation_bits))
        Words for bank 0.
    short, long, range_ : Out(1)
        A frame is being dropped for this reason, for one cycle.
    """

    def __init__(
        self,
        beats: int,
        pixels_per_beat: int,
        pixels: int,
        pixel_bits: int,
        words: int,
        word: int,
        activation_bits: int,
        width: int | None = None,
    ):
        self.beats = beats
        self.pixels_per_beat = pixels_per_beat
        self.pixels = pixels
        self.pixel_bits = pixel_bits
        self.words = words
        self.word = word
        self.activation_bits = activation_bits
        super().__init__(
            {
                **flat_ports(AxiStream(width or -(-pixels_per_beat * pixel_bits // 8) * 8).flip()),
                "may_load": In(1),
                "may_begin": In(1),
                "open": Out(1),
                "loaded": Out(1),
                "consumed": In(1),
                "write": Out(WriteSignature(words, word * activation_bits)),
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
        taken = Signal()
        final = Signal()
        stray = Signal()

        used = self.pixels_per_beat * self.pixel_bits
        used_last = (self.pixels - (self.beats - 1) * self.pixels_per_beat) * self.pixel_bits
        # A frame that has begun goes on whatever `may_begin` says: its sender has been promised the whole.
        m.d.comb += [
            self.open.eq(beat.any()),
            self.tready.eq(dropping | (self.may_load & ~self.loaded & (self.may_begin | self.open))),
            taken.eq(self.tvalid & self.tready & ~dropping),
            final.eq(beat == self.beats - 1),
            stray.eq(Mux(final, self.tdata[used_last:].any(), self.tdata[used:].any())),
            self.short.eq(taken & self.tlast & ~final),
            self.long.eq(taken & ~self.tlast & final),
            self.range_.eq(taken & stray),
        ]
        # Words are written as they come. A frame that turns out bad leaves them there, and `loaded` low: the
        # next frame overwrites them.
        spare = C(0, self.activation_bits - self.pixel_bits)
        pixels = [self.tdata.word_select(n, self.pixel_bits) for n in range(self.pixels_per_beat)]
        m.d.comb += [
            self.write.valid.eq(taken),
            self.write.address.eq(beat),
            self.write.data.eq(Cat(Cat(pixel, spare) for pixel in pixels)),
        ]
        with m.If(taken):
            m.d.sync += [beat.eq(beat + 1), spoilt.eq(spoilt | stray)]
            with m.If(final | self.tlast):
                m.d.sync += [beat.eq(0), spoilt.eq(0), dropping.eq(self.long)]
                m.d.sync += self.loaded.eq(final & self.tlast & ~spoilt & ~stray)
        with m.If(dropping & self.tvalid & self.tlast):
            m.d.sync += dropping.eq(0)
        # No frame ends in this cycle: while one is loaded, no beat is taken.
        with m.If(self.consumed):
            m.d.sync += self.loaded.eq(0)
        return m
