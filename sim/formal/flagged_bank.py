"""Flagged bank: a word of a whole filling is read as it was written, zeros by their flag."""

from __future__ import annotations

from amaranth.hdl import Assert, Assume, Cover, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.common.flagged_bank import FlaggedBank
from sim.formal.proof import Mutant, Proof, inside

__all__ = ["PROOFS"]

WORDS, WIDTH = 5, 2


class Word(wiring.Component):
    """`FlaggedBank` beside one of its words, whichever that is.

    A filling begins at any address, at any time, and ends with the last word, or is broken off by another.
    """

    def __init__(self):
        super().__init__(
            {
                "which": In(range(WORDS)),
                "enable": In(1),
                "address": In(range(WORDS)),
                "query": In(range(WORDS)),
                "begins": In(1),
                "first": In(range(WORDS)),
                "valid": In(1),
                "data": In(WIDTH),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = FlaggedBank(WORDS, WIDTH)
        local = inside(dut)
        start, before = Signal(init=1), Signal.like(self.which)
        m.d.sync += [start.eq(0), before.eq(self.which)]
        # The address of the next word, or the number of words if the bank is full; `new` says that the word
        # in question was written in the filling that runs, or ran last.
        following, new, word = Signal(range(WORDS + 1), init=WORDS), Signal(), Signal(WIDTH)
        full = following == WORDS
        m.d.comb += [
            dut.enable.eq(self.enable),
            dut.address.eq(self.address),
            dut.queries[0].eq(self.query),
            dut.queries[1].eq(self.which),
            dut.write.valid.eq(self.valid & ~full),
            dut.write.address.eq(following),
            dut.write.data.eq(self.data),
            Assume(~ResetSignal()),
            Assume(start | (self.which == before)),
            Assume((self.which < WORDS) & (self.first < WORDS)),
            Assume(~(self.enable & ~full)),
        ]
        with m.If(dut.write.valid):
            m.d.sync += following.eq(following + 1)
            with m.If(following == self.which):
                m.d.sync += [word.eq(self.data), new.eq(1)]
        with m.If(self.begins):
            m.d.sync += [following.eq(self.first), new.eq(0)]

        read, mine = Signal(WIDTH), Signal()  # the read word, if it was this one and occupied
        with m.If(self.enable):
            m.d.sync += [mine.eq((self.address == self.which) & new & word.any()), read.eq(word)]
        with m.If(full & new):
            m.d.comb += [
                Assert((self.query != self.which) | (dut.occupied[0] == word.any())),
                Assert(dut.occupied[1] == word.any()),
            ]
        with m.If(mine):
            m.d.comb += Assert(dut.data == read)
        # What memory and flags hold.
        stored = local["memory"].read_port(domain="comb")
        place = (self.which + WORDS - following).as_unsigned()
        m.d.comb += [stored.addr.eq(self.which), Assert(following <= WORDS)]
        with m.If(new):
            m.d.comb += [
                Assert(self.which < following),
                Assert(local["flags"].bit_select(place[:4], 1) == word.any()),
                Assert(~word.any() | (stored.data == word)),
            ]
        emptied, broken = Signal(), Signal()
        with m.If(new & full & self.begins & word.any()):
            m.d.sync += emptied.eq(1)
        with m.If(self.begins & ~full):
            m.d.sync += broken.eq(1)
        m.d.comb += Cover(emptied & broken & new & full & mine)
        return m


PROOFS = [
    Proof(
        "a word of a whole filling is read as it was written, zeros by their flag",
        "FlaggedBank",
        Word,
        "induction",
        2,
        Mutant("common/flagged_bank.py", "Cat(flags[1:], something)", "Cat(flags[1:], self.write.valid)"),
        covers=14,
        short=True,
    )
]
