"""Event receiver: the spikes of a timestep are its events, each once; bad samples leave nothing behind."""

from __future__ import annotations

from amaranth.hdl import Assert, Assume, Cat, Cover, Module, Mux, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.edge.events import EventReceiver
from sim.formal.proof import Mutant, Proof, inside

__all__ = ["PROOFS"]

INPUTS, BLOCK, BLOCKS = 3, 2, 2


class Events(wiring.Component):
    """`EventReceiver` beside one of its addresses, whichever that is; no sample stops early here."""

    def __init__(self):
        super().__init__(
            {
                "tdata": In(32),
                "tvalid": In(1),
                "tlast": In(1),
                "may_begin": In(1),
                "may_load": In(1),
                "consumed": In(1),
                "which": In(range(INPUTS + 1)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = dut = EventReceiver(INPUTS, BLOCK, BLOCKS, BLOCK)
        local = inside(dut)
        memory = local["memory"]
        queue = inside(memory)
        phase = local["phase"]
        first, before = Signal(init=1), Signal(34)
        offer, waits = Cat(self.tdata, self.tlast), Signal()
        kept = Signal.like(self.which)
        m.d.sync += [
            first.eq(0),
            before.eq(offer),
            waits.eq(self.tvalid & ~dut.tready),
            kept.eq(self.which),
        ]
        names = ("tdata", "tvalid", "tlast", "may_begin", "may_load", "consumed")
        m.d.comb += [getattr(dut, name).eq(getattr(self, name)) for name in names]
        m.d.comb += [
            Assume(~ResetSignal()),
            Assume((self.which < INPUTS) & (first | (self.which == kept))),
            Assume(~waits | (self.tvalid & (offer == before))),
            Assume(~self.consumed | dut.loaded),
        ]
        # What the words mean.
        mark, address = self.tdata[-1], self.tdata[:-1]
        bad = Mux(mark, address.any(), address >= INPUTS)
        timestep, dropping, ended, seen = Signal(range(17)), Signal(), Signal(), Signal()
        begun = Signal()
        taken = self.tvalid & dut.tready & ~dropping
        long, short = taken & (timestep == 16), taken & self.tlast & ~mark
        spoilt = Signal()
        m.d.comb += spoilt.eq(long | short | (taken & bad))
        over = dut.frame.valid & (dut.frame.address == BLOCKS - 1)
        with m.If(taken):
            m.d.sync += [begun.eq(1), ended.eq(mark), seen.eq(seen | (~mark & (address == self.which)))]
        with m.If(over):
            m.d.sync += [
                begun.eq(~local["final"]),
                ended.eq(0),
                seen.eq(0),
                timestep.eq(Mux(local["final"], 0, timestep + 1)),
            ]
        with m.If(spoilt):
            m.d.sync += [begun.eq(0), ended.eq(0), seen.eq(0), timestep.eq(0), dropping.eq(~self.tlast)]
        with m.If(dropping & self.tvalid & self.tlast):
            m.d.sync += dropping.eq(0)

        block, place = self.which >> 1, self.which & 1
        m.d.comb += [
            Assert(dut.long == long),
            Assert(dut.short == short),
            Assert(dut.range_ == (taken & bad & (timestep < 16))),
            Assert(~dut.frame.valid | (dut.frame.address < BLOCKS)),
            Assert(~dut.frame.valid | (ended & ~dut.loaded)),
            Assert(~dropping | dut.tready),
            Assert(dut.open == begun),
        ]
        with m.If(dut.frame.valid & (dut.frame.address == block)):
            m.d.comb += Assert(dut.frame.data.bit_select(place, 1) == seen)

        # What the registers mean.
        stored = queue["memory"].read_port(domain="comb")
        there = Signal()
        m.d.comb += [
            stored.addr.eq(block),
            there.eq(queue["flags"].bit_select(block, 1) & stored.data.bit_select(place, 1)),
        ]
        mine = local["gathering"] & (local["block"] == block)
        returning, waiting = phase.ongoing("PUT BACK"), phase.ongoing("HAND OVER")
        m.d.comb += [
            Assert(seen == Mux(mine, local["bits"].bit_select(place, 1), there)),
            Assert(local["timestep"] == timestep),
            Assert((timestep <= 16) & ~(ended & (timestep == 16))),
            Assert(phase.ongoing("DROP") == dropping),
            Assert((returning | waiting) == ended),
            Assert(~local["gathering"] | ~waiting),
            Assert(~dropping | ~(ended | seen | timestep.any() | local["gathering"] | dut.open)),
            Assert(~local["fetching"] | (self.tvalid & ~mark & ~local["gathering"] & ~ended & ~dropping)),
            Assert(~local["fetching"] | (waits & (address < INPUTS) & ~over)),
            Assert(~local["copying"] | (waiting & ~dut.loaded)),
            Assert(~local["copying"] | (local["address"] == (local["number"] - 1)[0])),
            Assert(waiting | ~local["number"].any()),
        ]
        # A block that is fetched back, or handed over, is the one in memory.
        with m.If(local["fetching"] & (address >> 1 == block)):
            m.d.comb += Assert(memory.data.bit_select(place, 1) == seen)
        with m.If(local["copying"] & (local["address"] == block)):
            m.d.comb += Assert((local["occupied"] & memory.data.bit_select(place, 1)) == seen)
        samples, again = Signal(2), Signal()
        with m.If(over & local["final"] & ~samples.all()):
            m.d.sync += samples.eq(samples + 1)
        with m.If(local["fetching"]):
            m.d.sync += again.eq(1)
        m.d.comb += [Cover((samples == 2) & again), Cover(dropping & (samples == 1))]
        return m


PROOFS = [
    Proof(
        "the spikes of a timestep are its events; bad samples leave nothing",
        "EventReceiver",
        Events,
        "induction",
        3,
        Mutant("edge/events.py", "Mux(fetching, memory.data, 0)", "0"),
        covers=24,
        short=True,
    ),
    Proof(
        "a sample is open from its first word until it is handed over, or spoilt",
        "EventReceiver",
        Events,
        "induction",
        3,
        Mutant("edge/events.py", "self.open.eq(~final)", "self.open.eq(0)"),
        covers=24,
    ),
]
