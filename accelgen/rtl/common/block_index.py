"""The block index decoder: which blocks a pass has to visit, and where their weights start."""

from __future__ import annotations

from amaranth.hdl import C, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Ends, Visit
from accelgen.rtl.plan import Plan

__all__ = ["BlockIndexDecoder", "LayerShape"]


class LayerShape(data.StructLayout):
    """The numbers of a layer that the decoder counts with, each one less than what it counts."""

    def __init__(self, plan: Plan):
        super().__init__(
            {
                "last_kept": counter(max(layer.kept for layer in plan.layers)),
                "last_pass": counter(max(layer.passes for layer in plan.layers)),
                "last_row": counter(max(layer.rows for layer in plan.layers)),
                "block_in": counter(max(layer.block_in for layer in plan.layers) + 1),
                "indexed": 1,
                **({"base": counter(plan.weight_addresses)} if plan.packed else {}),
            }
        )


class BlockIndexDecoder(wiring.Component):
    """Walk the kept blocks of every pass and name those that hold something nonzero.

    Throughput: one kept block per cycle, empty blocks included; an empty block takes its cycle here,
    ahead of the MAC array, and is not passed on unless it ends a pass. Latency: two cycles.
    Back-pressure on ``visits`` stalls the walk without loss.

    Parameters
    ----------
    plan : Plan
        Shapes and depths.

    Members
    -------
    start : In(1)
        Walk a layer. The walk before has ended.
    restart : In(1)
        With ``start``: this is the first layer of an image.
    shape : In(LayerShape(plan))
        The layer; constant while it is walked.
    enable, address, entry : index memory
        Read port, one cycle of latency; entries of all layers follow one another.
    query, occupied : Out, In(1)
        Asks whether a block holds anything nonzero; answered in the same cycle.
    visits : Out(stream.Signature(Visit(...)))
        Blocks to visit.
    """

    def __init__(self, plan: Plan):
        self.plan = plan
        self.blocks = max(plan.bank_words)
        super().__init__(
            {
                "start": In(1),
                "restart": In(1),
                "shape": In(LayerShape(plan)),
                "enable": Out(1),
                "address": Out(counter(plan.index_words)),
                "entry": In(counter(self.blocks)),
                "query": Out(counter(self.blocks)),
                "occupied": In(1),
                "visits": Out(stream.Signature(Visit(self.blocks, plan.weight_addresses))),
            }
        )

    def elaborate(self, platform):
        m = Module()

        # Two steps, each holding one kept block: `walk` counts and reads the index, `look` has the
        # entry and asks whether the block is occupied. A block that is not, and ends nothing, vanishes
        # in `look`; the weights it would have used are stepped over there.
        walking = Signal()
        looking = Signal()
        kept = Signal.like(self.shape.last_kept)
        pass_ = Signal.like(self.shape.last_pass)
        row = Signal.like(self.shape.last_row)
        ends = Signal(Ends)
        m.d.comb += [
            ends.pass_end.eq(kept == self.shape.last_kept),
            ends.row_end.eq(ends.pass_end & (pass_ == self.shape.last_pass)),
            ends.layer_end.eq(ends.row_end & (row == self.shape.last_row)),
        ]
        looked_at = Signal(data.StructLayout({"kept": kept.shape(), "ends": Ends}))
        base = Signal.like(self.visits.p.base)

        worth_it = self.occupied | looked_at.ends.pass_end | C(not self.plan.skip_zeros)
        moves = Signal()
        m.d.comb += [
            self.query.eq(Mux(self.shape.indexed, self.entry, looked_at.kept)),
            self.visits.valid.eq(looking & worth_it),
            self.visits.p.block.eq(self.query),
            self.visits.p.base.eq(base),
            self.visits.p.occupied.eq(self.occupied),
            self.visits.p.ends.eq(looked_at.ends),
            moves.eq(~looking | ~worth_it | self.visits.ready),
            self.enable.eq(walking & moves & self.shape.indexed),
        ]
        row_start = Signal.like(self.address)
        with m.If(moves):
            m.d.sync += looking.eq(walking)
            with m.If(looking):
                m.d.sync += base.eq(base + self.shape.block_in)
            with m.If(walking):
                m.d.sync += [looked_at.kept.eq(kept), looked_at.ends.eq(ends), kept.eq(kept + 1)]
                with m.If(self.shape.indexed):
                    m.d.sync += self.address.eq(self.address + 1)
                with m.If(ends.pass_end):
                    m.d.sync += [kept.eq(0), pass_.eq(pass_ + 1)]
                    with m.If(~ends.row_end):
                        m.d.sync += self.address.eq(row_start)  # the next pass walks the same blocks
                with m.If(ends.row_end):
                    m.d.sync += [pass_.eq(0), row.eq(row + 1)]
                    with m.If(self.shape.indexed):
                        m.d.sync += row_start.eq(self.address + 1)
                with m.If(ends.layer_end):
                    m.d.sync += [row.eq(0), walking.eq(0)]

        with m.If(self.start):
            m.d.sync += walking.eq(1)
            with m.If(self.restart):
                m.d.sync += [self.address.eq(0), row_start.eq(0), base.eq(0)]
            if self.plan.packed:
                m.d.sync += base.eq(self.shape.base)
        return m
