"""The nonzero scanner: reads one block of activations per access and issues only what is not zero."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Signal, unsigned
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Ends, Entry, Visit

__all__ = ["NonzeroScanner"]


class NonzeroScanner(wiring.Component):
    """Issue the nonzero activations of the visited blocks, lowest position first.

    Throughput: one entry per cycle, with no bubble between blocks. A visit to an empty block issues
    one entry of value 0, which carries the end of its pass. Latency: one cycle. Back-pressure on
    ``entries`` stalls the scanner without loss. Where a layer has no flags, a block of zeros may be
    visited all the same; it then costs a cycle without an entry.

    Parameters
    ----------
    width : int
        Activations of a block.
    bits : int
        Bits of an activation, unsigned.
    blocks : int
        Blocks that can be visited.
    weight_words : int
        Words of weight memory.
    skip_zeros : bool
        False issues every activation of every block, for comparison: see `Datapath`.
    ends : StructLayout
        What may end with a block; with `WindowEnds`, a dense layer has no flags.

    Members
    -------
    block_in : In(range(width + 1))
        Activations of a block of the layer that runs; only without ``skip_zeros``.
    visits : In(stream.Signature(Visit(blocks, weight_words)))
        Blocks to walk; the last of each pass says so.
    enable, address, block : activation memory
        Read port, one cycle of latency; ``block`` keeps its word while ``enable`` is low.
    entries : Out(stream.Signature(Entry(weight_words, bits)))
        Nonzero activations with the addresses of their weights.
    """

    def __init__(
        self,
        width: int,
        bits: int,
        blocks: int,
        weight_words: int,
        *,
        skip_zeros: bool = True,
        ends: data.StructLayout = Ends,
    ):
        self.width = width
        self.bits = bits
        self.blocks = blocks
        self.weight_words = weight_words
        self.skip_zeros = skip_zeros
        self.ends = ends
        members = {
            "visits": In(stream.Signature(Visit(blocks, weight_words, ends))),
            "enable": Out(1),
            "address": Out(counter(blocks)),
            "block": In(data.ArrayLayout(unsigned(bits), width)),
            "entries": Out(stream.Signature(Entry(weight_words, bits, ends))),
        }
        if not skip_zeros:
            members["block_in"] = In(counter(width + 1))
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()

        # The block stays in the memory's output register; `issued` marks what has gone. Clearing the
        # lowest pending bit is p & (p - 1), which is zero when nothing is left after this entry: then,
        # and only then, the next block is read, and its word is here in the next cycle.
        held = Signal()
        visit = Signal(Visit(self.blocks, self.weight_words, self.ends))
        issued = Signal(self.width)
        pending = Signal(self.width)
        rest = Signal(self.width)
        for position in range(self.width):
            wanted = (
                self.block[position].any() & visit.occupied if self.skip_zeros else position < self.block_in
            )
            m.d.comb += pending[position].eq(wanted & ~issued[position])
        m.d.comb += rest.eq(pending & (pending - 1))

        lowest = Signal(counter(self.width))
        value = Signal(self.bits)
        for position in reversed(range(self.width)):
            with m.If(pending[position]):
                m.d.comb += [lowest.eq(position), value.eq(self.block[position])]
        if not self.skip_zeros:
            with m.If(~visit.occupied):
                m.d.comb += value.eq(0)  # a word of zeros is not stored: see FlaggedMemory

        finishing = ~rest.any()
        free = Signal()
        issues, gone = held, ~held | (self.entries.ready & finishing)
        if self.ends is not Ends and self.skip_zeros:
            something = pending.any() | visit.ends.pass_end
            issues, gone = held & something, gone | ~something
        m.d.comb += [
            self.entries.valid.eq(issues),
            self.entries.p.address.eq(visit.base + lowest),
            self.entries.p.value.eq(value),
            self.entries.p.ends.eq(Mux(finishing, visit.ends.as_value(), 0)),
            free.eq(gone),
            self.visits.ready.eq(free),
            self.address.eq(self.visits.p.block),
            self.enable.eq(self.visits.valid & free & self.visits.p.occupied),
        ]
        with m.If(free):
            m.d.sync += [held.eq(self.visits.valid), visit.eq(self.visits.payload), issued.eq(0)]
        with m.Elif(self.entries.ready):
            m.d.sync += issued.eq(issued | (pending ^ rest))
        return m
