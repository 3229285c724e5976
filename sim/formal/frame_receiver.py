"""Frame receiver: a good frame is handed over whole and once, a bad one is named and forgotten."""

from __future__ import annotations

from amaranth.hdl import Assert, Assume, Cat, Cover, Module, Mux, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.edge.frame import FrameReceiver
from sim.formal.proof import Mutant, Proof, inside

__all__ = ["PROOFS"]

BEATS, PER_BEAT, PIXELS, BITS, STORED = 3, 3, 8, 2, 3


class Frames(wiring.Component):
    """`FrameReceiver` beside a count of the beats of its frame."""

    def __init__(self):
        super().__init__(
            {
                "tdata": In(8),
                "tvalid": In(1),
                "tlast": In(1),
                "may_load": In(1),
                "may_begin": In(1),
                "consumed": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = FrameReceiver(BEATS, PER_BEAT, PIXELS, BITS, BEATS, PER_BEAT, STORED)
        local = inside(dut)
        m.d.comb += [getattr(dut, name).eq(getattr(self, name)) for name in self.signature.members]
        number, dropping, spoilt, loaded = Signal(range(BEATS)), Signal(), Signal(), Signal()
        m.d.comb += [Assume(~ResetSignal()), Assume(~self.consumed | loaded)]
        taken, final, stray = Signal(), Signal(), Signal()
        m.d.comb += [
            taken.eq(self.tvalid & dut.tready & ~dropping),
            final.eq(number == BEATS - 1),
            stray.eq(self.tdata[6:].any() | (final & self.tdata[4:6].any())),
        ]
        with m.If(taken):
            m.d.sync += [number.eq(number + 1), spoilt.eq(spoilt | stray)]
            with m.If(final | self.tlast):
                m.d.sync += [number.eq(0), spoilt.eq(0), dropping.eq(~self.tlast)]
        with m.If(dropping & self.tvalid & dut.tready & self.tlast):
            m.d.sync += dropping.eq(0)
        good = taken & final & self.tlast & ~spoilt & ~stray
        m.d.sync += loaded.eq(Mux(loaded, ~self.consumed, good))
        pixels = Cat(Cat(self.tdata.word_select(n, BITS), Signal(STORED - BITS)) for n in range(PER_BEAT))
        m.d.comb += [
            Assert(dut.write.valid == taken),
            Assert(~taken | (dut.write.address == number)),
            Assert(~taken | (dut.write.data == pixels)),
            Assert(~taken | (self.may_load & ~loaded & (self.may_begin | number.any()))),
            Assert(dut.loaded == loaded),
            Assert(dut.open == number.any()),
            Assert(dut.short == (taken & self.tlast & ~final)),
            Assert(dut.long == (taken & ~self.tlast & final)),
            Assert(dut.range_ == (taken & stray)),
            # Ready falls only while the bank is in use, or between frames while none may begin.
            Assert(dut.tready | ~self.may_load | loaded | (~self.may_begin & ~number.any())),
            # What the registers mean.
            Assert(number < BEATS),
            Assert(local["dropping"] == dropping),
            Assert(local["spoilt"] == spoilt),
            Assert(local["beat"] == number),
            Assert(~(dropping & (number.any() | loaded | spoilt))),
            Assert(~(loaded & number.any())),
        ]
        dropped, frames = Signal(), Signal(2)
        with m.If(dropping):
            m.d.sync += dropped.eq(1)
        with m.If(self.consumed & ~frames.all()):
            m.d.sync += frames.eq(frames + 1)
        m.d.comb += Cover(dropped & (frames == 2))
        return m


PROOFS = [
    Proof(
        "good frames are handed over once, bad ones named and dropped",
        "FrameReceiver",
        Frames,
        "induction",
        2,
        Mutant("edge/frame.py", "dropping.eq(self.long)", "dropping.eq(0)"),
        covers=20,
        short=True,
    ),
]
