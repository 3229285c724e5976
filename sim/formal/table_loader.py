"""Table loader: every beat goes where it belongs, and none while an image may begin."""

from __future__ import annotations

from amaranth.hdl import Array, Assert, Assume, Cat, Cover, Module, ResetSignal, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.edge.loader import TableLoader
from accelgen.rtl.table import Table
from sim.formal.proof import Mutant, Proof, inside

__all__ = ["PROOFS"]

TABLES = [Table("codes", 40, [0, 0]), Table("bias", 8, [0, 0])]
#: For each beat of a frame: its table, its part of a word, and the address of that word.
CHOSEN, PART, ADDRESS = [0, 0, 0, 0, 1, 1], [0, 1, 0, 1, 0, 0], [0, 0, 1, 1, 0, 1]
BEATS = len(CHOSEN)


class Load(wiring.Component):
    """`TableLoader` beside a count of the beats of its frame."""

    def __init__(self):
        super().__init__(
            {
                "tdata": In(unsigned(32)),
                "tvalid": In(1),
                "tlast": In(1),
                "idle": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = TableLoader(TABLES)
        local = inside(dut)
        m.d.comb += [
            dut.tdata.eq(self.tdata),
            dut.tvalid.eq(self.tvalid),
            dut.tlast.eq(self.tlast),
            dut.idle.eq(self.idle),
            Assume(~ResetSignal()),
        ]
        before, waits = Signal(33), Signal()
        m.d.sync += [before.eq(Cat(self.tdata, self.tlast)), waits.eq(self.tvalid & ~dut.tready)]
        with m.If(waits):
            m.d.comb += Assume(self.tvalid & (Cat(self.tdata, self.tlast) == before))
        number, dropping, whole, earlier = Signal(range(BEATS)), Signal(), Signal(), Signal(32)
        taken, final = Signal(), Signal()
        m.d.comb += [taken.eq(self.tvalid & dut.tready & ~dropping), final.eq(number == BEATS - 1)]
        with m.If(taken):
            m.d.sync += [number.eq(number + 1), earlier.eq(self.tdata), whole.eq(0)]
            with m.If(final | self.tlast):
                m.d.sync += [number.eq(0), whole.eq(final & self.tlast), dropping.eq(~self.tlast)]
        with m.If(dropping & self.tvalid & dut.tready & self.tlast):
            m.d.sync += dropping.eq(0)

        codes, bias = dut.load_codes, dut.load_bias
        m.d.comb += [
            Assert(codes.valid == (taken & (Array(CHOSEN)[number] == 0) & Array(PART)[number])),
            Assert(bias.valid == (taken & Array(CHOSEN)[number])),
            Assert(~codes.valid | (codes.address == Array(ADDRESS)[number])),
            Assert(~bias.valid | (bias.address == Array(ADDRESS)[number])),
            Assert(~codes.valid | (codes.data == Cat(earlier, self.tdata[:8]))),
            Assert(~bias.valid | (bias.data == self.tdata[:8])),
            Assert(dut.malformed == (taken & (final ^ self.tlast))),
            # No image begins with tables that are not whole, nor beside a beat.
            Assert(~dut.ready | whole),
            Assert(~(taken & dut.ready)),
            Assert(~taken | self.idle),
        ]
        # A frame that waits is taken in the second cycle in which nothing runs, at the latest.
        idle = Signal()
        m.d.sync += idle.eq(self.tvalid & ~dut.tready)
        m.d.comb += Assert(~(idle & self.idle) | dut.tready)
        # And until then it lets no image begin but in its first cycle.
        m.d.comb += Assert(~(idle & dut.ready))
        # What the registers mean.
        m.d.comb += [
            Assert(number < BEATS),
            Assert(local["chosen"] == Array(CHOSEN)[number]),
            Assert(local["part"] == Array(PART)[number]),
            Assert(local["address"] == Array(ADDRESS)[number]),
            Assert(local["dropping"] == dropping),
            Assert(local["loaded"] == whole),
            Assert(~local["part"].any() | (local["lower"] == earlier)),
            Assert(~(dropping & (whole | number.any()))),
        ]
        again = Signal()
        with m.If(whole & taken):
            m.d.sync += again.eq(1)
        m.d.comb += Cover(again & dut.ready)
        return m


PROOFS = [
    Proof(
        "every beat goes where it belongs, and none while an image may begin",
        "TableLoader",
        Load,
        "induction",
        2,
        Mutant("edge/loader.py", "(self.idle & (closed | ~loaded))", "self.idle"),
        covers=24,
        short=True,
    ),
]
