"""Flagged memory: a reader that asks first, and takes zeros where nothing is, gets what was written last."""

from __future__ import annotations

from amaranth.hdl import Assert, Assume, Cover, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.common.flagged_memory import FlaggedMemory
from sim.formal.proof import Mutant, Proof, inside

__all__ = ["PROOFS"]

WORDS, WIDTH = 4, 2


class Word(wiring.Component):
    """`FlaggedMemory` beside one of its words, whichever that is."""

    def __init__(self):
        super().__init__(
            {
                "which": In(range(WORDS)),
                "enable": In(1),
                "address": In(range(WORDS)),
                "query": In(range(WORDS)),
                "valid": In(1),
                "target": In(range(WORDS)),
                "data": In(WIDTH),
                "clear": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = FlaggedMemory(WORDS, WIDTH)
        local = inside(dut)
        first, before = Signal(init=1), Signal.like(self.which)
        m.d.sync += [first.eq(0), before.eq(self.which)]
        m.d.comb += [
            dut.enable.eq(self.enable),
            dut.address.eq(self.address),
            dut.query.eq(self.query),
            dut.write.valid.eq(self.valid),
            dut.write.address.eq(self.target),
            dut.write.data.eq(self.data),
            dut.clear.eq(self.clear),
            Assume(~ResetSignal()),
            Assume(first | (self.which == before)),
            Assume(~(self.enable & self.valid & (self.address == self.target))),
        ]
        word = Signal(WIDTH)
        with m.If(self.valid & (self.target == self.which)):
            m.d.sync += word.eq(self.data)
        with m.If(self.clear):
            m.d.sync += word.eq(0)
        read, mine = Signal(WIDTH), Signal()  # the read word, if it was this one and occupied
        with m.If(self.enable):
            m.d.sync += [mine.eq((self.address == self.which) & word.any()), read.eq(word)]
        m.d.comb += [
            Assert((self.query != self.which) | (dut.occupied == word.any())),
            Assert(~mine | (dut.data == read)),
        ]
        # What memory and flags hold.
        stored = local["memory"].read_port(domain="comb")
        m.d.comb += [
            stored.addr.eq(self.which),
            Assert(local["flags"].bit_select(self.which, 1) == word.any()),
            Assert(~word.any() | (stored.data == word)),
        ]
        emptied = Signal()
        with m.If(self.valid & (self.target == self.which) & word.any() & ~self.data.any()):
            m.d.sync += emptied.eq(1)
        m.d.comb += Cover(emptied & mine & word.any())
        return m


PROOFS = [
    Proof(
        "a word is read as it was written last, zeros by their flag",
        "FlaggedMemory",
        Word,
        "induction",
        2,
        Mutant("common/flagged_memory.py", "flags & ~chosen", "flags"),
        covers=10,
        short=True,
    )
]
