"""The block index decoder: which blocks a pass has to visit, and where their weights start."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Ends, Visit
from accelgen.rtl.plan import Plan

__all__ = ["BlockIndexDecoder", "LayerShape", "layer_shape"]


class LayerShape(data.StructLayout):
    """The numbers of a layer that the decoder counts with.

    ``last_...`` are each one less than what they count, ``last_pair`` counting pairs of kept blocks; the last
    pair is ``short`` of a block if the kept blocks are odd in number. ``first`` is the address of the first
    block of a layer without an index.
    """

    def __init__(self, plan: Plan):
        super().__init__(
            {
                "last_pair": counter(max(-(-layer.kept // 2) for layer in plan.layers)),
                "short": 1,
                "last_pass": counter(max(layer.passes for layer in plan.layers)),
                "last_row": counter(max(layer.rows for layer in plan.layers)),
                "block_in": counter(max(layer.block_in for layer in plan.layers) + 1),
                "indexed": 1,
                **({"first": counter(max(plan.bank_words))} if _late(plan) else {}),
                **({"base": counter(plan.weight_addresses)} if plan.packed else {}),
            }
        )


def layer_shape(plan: Plan, number: int) -> dict:
    """Return the `LayerShape` of a layer."""
    layer = plan.layers[number]
    return {
        "last_pair": -(-layer.kept // 2) - 1,
        "short": layer.kept % 2,
        "last_pass": layer.passes - 1,
        "last_row": layer.rows - 1,
        "block_in": layer.block_in,
        "indexed": layer.indexed,
        **({"first": plan.first_word(number)} if _late(plan) else {}),
        **({"base": plan.weight_starts[number]} if plan.packed else {}),
    }


def _late(plan: Plan) -> bool:
    """Return whether a layer without an index reads words that do not begin at address 0."""
    return any(not layer.indexed and plan.first_word(number) for number, layer in enumerate(plan.layers))


class BlockIndexDecoder(wiring.Component):
    """Walk the kept blocks of every pass and name those that hold something nonzero.

    Throughput: two kept blocks per cycle, and one visit; empty blocks take their time here, ahead of the MAC
    array, and are not passed on. A pass ends with the last visit of its last pair of blocks; if both are
    empty, with a visit to an empty one. Latency: three cycles. Back-pressure on ``visits`` stalls the walk
    without loss.

    Parameters
    ----------
    plan : Plan
        Shapes and depths.
    entry_bits : int
        Bits of an entry of the index.

    Members
    -------
    start : In(1)
        Walk a layer. The walk before has ended.
    idle : In(1)
        Nothing runs: the next layer is the first of an image.
    shape : In(LayerShape(plan))
        The layer; constant while it is walked.
    enable, address, entries : index memory
        Read port, one cycle of latency: two kept blocks. Entries of all layers follow one another.
    look, queries, occupied : flags
        Read port, one cycle of latency: which blocks of a pair hold anything nonzero.
    visits : Out(stream.Signature(Visit(...)))
        Blocks to visit.
    """

    def __init__(self, plan: Plan, entry_bits: int):
        self.plan = plan
        self.blocks = max(plan.bank_words)
        super().__init__(
            {
                "start": In(1),
                "idle": In(1),
                "shape": In(LayerShape(plan)),
                "enable": Out(1),
                "address": Out(counter(plan.index_words)),
                "entries": In(data.ArrayLayout(entry_bits, 2)),
                "look": Out(1),
                "queries": Out(data.ArrayLayout(counter(self.blocks), 2)),
                "occupied": In(2),
                "visits": Out(stream.Signature(Visit(self.blocks, plan.weight_addresses))),
            }
        )

    def elaborate(self, platform):
        m = Module()

        # Three steps, each holding one pair of kept blocks: `walk` counts and reads the index, `find` has the
        # entries and reads their flags, `look` has those. A pair of empty blocks, that ends nothing, vanishes
        # in `look`; a pair of others takes a second cycle there.
        walking = Signal()
        walks = Signal()
        finding = Signal()
        steps = Signal()
        looks = Signal()
        pair = Signal.like(self.shape.last_pair)
        ends = Signal(Ends)
        m.d.comb += [
            walks.eq(walking | self.start),
            steps.eq(~finding | looks),
            self.enable.eq(walks & steps & self.shape.indexed),
        ]
        self._walk(m, walking, walks & steps, pair, ends)

        found = Signal(data.StructLayout({"pair": pair.shape(), "ends": Ends}))
        with m.If(steps):
            m.d.sync += finding.eq(walks)
            with m.If(walks):
                m.d.sync += [found.pair.eq(pair), found.ends.eq(ends)]
        m.d.comb += self.look.eq(finding & looks)
        for number in range(2):
            place = Cat(C(number, 1), found.pair)
            if _late(self.plan):
                place += self.shape.first
            m.d.comb += self.queries[number].eq(Mux(self.shape.indexed, self.entries[number], place))
        self._look(m, finding, looks, found.ends)
        return m

    def _walk(self, m, walking, steps, pair, ends):
        """Count pairs of kept blocks, passes and rows, a pair in each cycle that ``steps``."""
        pass_ = Signal.like(self.shape.last_pass)
        row = Signal.like(self.shape.last_row)
        row_start = Signal.like(self.address)
        m.d.comb += [
            ends.pass_end.eq(pair == self.shape.last_pair),
            ends.row_end.eq(ends.pass_end & (pass_ == self.shape.last_pass)),
            ends.layer_end.eq(ends.row_end & (row == self.shape.last_row)),
        ]
        with m.If(self.start):
            m.d.sync += walking.eq(1)
        with m.If(steps):
            m.d.sync += pair.eq(pair + 1)
            with m.If(self.shape.indexed):
                m.d.sync += self.address.eq(self.address + 1)
            with m.If(ends.pass_end):
                m.d.sync += [pair.eq(0), pass_.eq(pass_ + 1)]
                with m.If(~ends.row_end):
                    m.d.sync += self.address.eq(row_start)  # the next pass walks the same blocks
            with m.If(ends.row_end):
                m.d.sync += [pass_.eq(0), row.eq(row + 1)]
                with m.If(self.shape.indexed):
                    m.d.sync += row_start.eq(self.address + 1)
            with m.If(ends.layer_end):
                m.d.sync += [row.eq(0), walking.eq(0)]
        with m.If(self.idle):
            m.d.sync += [self.address.eq(0), row_start.eq(0)]

    def _look(self, m, finding, looks, found_ends):
        """Hold the pair that `find` had, and pass on which of its blocks are worth a visit."""
        looking = Signal()
        blocks = Signal.like(self.queries)
        ends = Signal(Ends)
        again = Signal()  # the first of two visits has left
        with m.If(looks):
            m.d.sync += looking.eq(finding)
            with m.If(finding):
                m.d.sync += [blocks.eq(self.queries), ends.eq(found_ends)]

        alone = Signal()  # there is no second block
        wanted = Signal(2)
        both = Signal()
        second = Signal()
        base = Signal.like(self.visits.p.base)
        every = C(not self.plan.skip_zeros)
        m.d.comb += [
            alone.eq(ends.pass_end & self.shape.short),
            wanted.eq(Cat(self.occupied[0] | every, ~alone & (self.occupied[1] | every))),
            both.eq(wanted.all() & ~again),
            second.eq(again | (wanted == 0b10)),
            self.visits.valid.eq(looking & (wanted.any() | ends.pass_end)),
            self.visits.p.block.eq(Mux(second, blocks[1], blocks[0])),
            self.visits.p.base.eq(base + Mux(second & ~again, self.shape.block_in, 0)),
            self.visits.p.occupied.eq(Mux(second, self.occupied[1], self.occupied[0])),
            looks.eq(~looking | ~self.visits.valid | (self.visits.ready & ~both)),
        ]
        with m.If(~both):
            m.d.comb += self.visits.p.ends.eq(ends)

        # The weights of every block are stepped over, whether it is visited or not.
        half = looking & both & self.visits.ready
        with m.If(half):
            m.d.sync += again.eq(1)
        with m.Elif(looks):
            m.d.sync += again.eq(0)
        with m.If(half | (looking & looks)):
            one = half | again | alone
            m.d.sync += base.eq(base + Mux(one, self.shape.block_in, self.shape.block_in << 1))
        if self.plan.packed:
            with m.If(self.start):
                m.d.sync += base.eq(self.shape.base)
        else:
            with m.If(self.idle):
                m.d.sync += base.eq(0)
