"""The window walker: which rows of which windows a pass has to visit, and where their words are."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Mux, Signal, unsigned
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.conv.window import LOOPS
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import WindowEnds, WindowRow
from accelgen.rtl.plan import Plan

__all__ = ["Jump", "WalkShape", "WindowWalker", "jump_of", "walk_shape"]

#: The outermost of the loops that have ended when this has.
ENDS = {
    "pass_end": "block",
    "square_end": "square_y",
    "row_end": "pass",
    "pixel_end": "block_row",
    "layer_end": "y",
}


#: Numbers that every layer begins anew; the others go on where the layer before ended.
STARTS = ("y", "x", "flags", "place")


def _starts(plan: Plan) -> tuple[str, ...]:
    """Return the numbers that every layer begins anew, its first weight word too if they are packed."""
    return (*STARTS, "base") if plan.packed else STARTS


class WalkShape(data.StructLayout):
    """The numbers of a layer that the walker counts with."""

    def __init__(self, plan: Plan):
        lasts = [max(part.lasts[level] for part in plan.windows) + 1 for level in range(len(LOOPS))]
        sizes = _sizes(plan)
        super().__init__(
            {
                "lasts": data.StructLayout(dict(zip(LOOPS, map(counter, lasts), strict=True))),
                "starts": data.StructLayout({name: counter(sizes[name]) for name in _starts(plan)}),
                "height": counter(sizes["y"]),
                "whole": unsigned(plan.windows.columns),
                "image": 1,
                "block_in": counter(plan.word + 1),
                "indexed": 1,
            }
        )


class Jump(data.StructLayout):
    """What a step adds to each number of the walk, modulo its size."""

    def __init__(self, plan: Plan):
        super().__init__({name: counter(size) for name, size in _sizes(plan).items()})


def _sizes(plan: Plan) -> dict[str, int]:
    """Return how many values each number of the walk has; rows above the image count as rows far below it."""
    return {
        "y": plan.windows.bottom + 1,
        "x": plan.windows.width + plan.windows.padding,
        "flags": plan.windows.flag_rows,
        "place": max(plan.bank_words),
        "base": plan.weight_addresses,
        "index": plan.index_words,
    }


def walk_shape(plan: Plan, number: int) -> dict:
    """Return the `WalkShape` of a layer."""
    part, layer = plan.windows[number], plan.layers[number]
    starts = part.start | ({"base": plan.weight_starts[number]} if plan.packed else {})
    # Flags of a row of pixels lie at the upper end of their word, with the padding below them.
    starts["x"] += plan.windows.width - part.window.width + plan.windows.padding if part.window else 0
    return {
        "lasts": dict(zip(LOOPS, part.lasts, strict=True)),
        "starts": _wrapped(plan, starts),
        "height": part.window.height if part.window else 1,
        "whole": (1 << part.columns) - 1,
        "image": part.window is not None,
        "block_in": layer.block_in,
        "indexed": layer.indexed,
    }


def jump_of(plan: Plan, number: int, outermost: int) -> dict:
    """Return the `Jump` of a layer when so many of the `LOOPS` have ended."""
    return _wrapped(plan, {name: moves[outermost] for name, moves in plan.windows[number].jumps().items()})


def _wrapped(plan: Plan, numbers: dict[str, int]) -> dict[str, int]:
    sizes = _sizes(plan)
    return {name: number % (1 << (max(sizes[name], 2) - 1).bit_length()) for name, number in numbers.items()}


class WindowWalker(wiring.Component):
    """Walk the window rows of every pass and name those that may hold something nonzero.

    Throughput: one window row of a kept block per cycle; a row of zeros, or one outside the image, takes its
    cycle here, ahead of the MAC array, and is not passed on unless it ends a pass. Latency: three cycles.
    Back-pressure on ``rows`` stalls the walk without loss.

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
    shape : In(WalkShape(plan))
        The layer; constant while it is walked.
    outermost, jump : Out, In
        Asks for the jump of a step that ends so many of the loops; answered in the same cycle.
    enable, address, entry : index memory
        Read port, one cycle of latency; entries of all layers follow one another.
    look, row, lit : flags
        Read port, one cycle of latency: see `WordFlags`.
    rows : Out(stream.Signature(WindowRow(...)))
        Window rows to visit.
    """

    def __init__(self, plan: Plan):
        self.plan = plan
        words = max(plan.bank_words)
        super().__init__(
            {
                "start": In(1),
                "restart": In(1),
                "shape": In(WalkShape(plan)),
                "outermost": Out(counter(len(LOOPS) + 1)),
                "jump": In(Jump(plan)),
                "enable": Out(1),
                "address": Out(counter(plan.index_words)),
                "entry": In(counter(words)),
                "look": Out(1),
                "row": Out(counter(plan.windows.flag_rows)),
                "lit": In(unsigned(plan.windows.width)),
                "rows": Out(stream.Signature(WindowRow(plan.windows.columns, words, plan.weight_addresses))),
            }
        )

    def elaborate(self, platform):
        m = Module()

        # Three steps, each holding one window row: `walk` counts and reads the index, `find` has the block
        # and reads its flags, `look` has them. A row of zeros, that ends nothing, vanishes in `look`.
        walking = Signal()
        finding = Signal()
        looks = Signal()
        steps = Signal()
        now = Signal(self.jump.shape())
        turns, ended = self._count(m, steps)
        m.d.comb += [
            steps.eq(walking & (~finding | looks)),
            self.address.eq(now.index),
            self.enable.eq(steps & self.shape.indexed & ~turns.window_row.any()),
        ]
        with m.If(~finding | looks):
            m.d.sync += finding.eq(walking)
        found = self._find(m, steps, turns.block, now, self._ends(m, ended))
        m.d.comb += self.look.eq(finding & looks & self.shape.image & found.inside)
        self._look(m, finding, looks, found)

        # Every number moves by the jump of the outermost loop that steps.
        for level, end in enumerate(ended):
            with m.If(end):
                m.d.comb += self.outermost.eq(level + 1)
        with m.If(steps):
            m.d.sync += [now[name].eq(now[name] + self.jump[name]) for name in _sizes(self.plan)]
            with m.If(ended[-1]):
                m.d.sync += walking.eq(0)
        with m.If(self.start):
            m.d.sync += walking.eq(1)
            m.d.sync += [now[name].eq(self.shape.starts[name]) for name in STARTS]
            with m.If(self.restart):
                m.d.sync += [now.base.eq(0), now.index.eq(0)]
            if self.plan.packed:
                m.d.sync += now.base.eq(self.shape.starts.base)
        return m

    def _count(self, m, steps):
        """Count the loops; return their turns, and for each whether it ends with all loops inside it."""
        turns = Signal(self.shape.lasts.shape())
        ended: list[Signal] = []
        for level, name in enumerate(LOOPS):
            end = Signal(name=f"{name}_end")
            inner = ended[-1] if level else C(1, 1)
            m.d.comb += end.eq(inner & (turns[name] == self.shape.lasts[name]))
            with m.If(steps & inner):
                m.d.sync += turns[name].eq(Mux(end, 0, turns[name] + 1))
            ended.append(end)
        return turns, ended

    def _ends(self, m, ended):
        """Return what ends with the row that `walk` holds."""
        ends = Signal(WindowEnds)
        for name, loop in ENDS.items():
            m.d.comb += ends[name].eq(ended[LOOPS.index(loop)])
        return ends

    def _find(self, m, steps, turn, now, ends):
        """Hold the row that `walk` has counted, and return it with the address of its block."""
        numbers = {name: now[name].shape() for name in ("x", "flags", "place", "base")}
        held = Signal(data.StructLayout({"block": turn.shape(), **numbers, "inside": 1, "ends": WindowEnds}))
        with m.If(steps):
            m.d.sync += [held[name].eq(now[name]) for name in numbers]
            m.d.sync += [
                held.block.eq(turn),
                held.inside.eq(now.y < self.shape.height),
                held.ends.eq(ends),
            ]
        block = Mux(self.shape.indexed, self.entry, held.block)
        found = Signal(
            data.StructLayout(
                {
                    "word": now.place.shape(),
                    "x": now.x.shape(),
                    "base": now.base.shape(),
                    "inside": 1,
                    "ends": WindowEnds,
                }
            )
        )
        m.d.comb += [
            self.row.eq(held.flags + block),
            found.word.eq(held.place + block),
            *(found[name].eq(held[name]) for name in ("x", "base", "inside", "ends")),
        ]
        return found

    def _look(self, m, finding, looks, found):
        """Hold the row that `find` had, and pass it on with its flags, if it has any or must be passed on."""
        plan, whole = self.plan, self.shape.whole
        looking = Signal()
        held = Signal.like(found)
        seen = Signal(plan.windows.columns)
        with m.If(~self.shape.image):
            m.d.comb += seen.eq(whole)
        with m.Elif(held.inside):
            m.d.comb += seen.eq((Cat(C(0, plan.windows.padding), self.lit) >> held.x) & whole)
        worth_it = seen.any() | held.ends.pass_end | C(not plan.skip_zeros)
        m.d.comb += [
            looks.eq(~looking | ~worth_it | self.rows.ready),
            self.rows.valid.eq(looking & worth_it),
            self.rows.p.word.eq(held.word),
            self.rows.p.base.eq(held.base),
            self.rows.p.wanted.eq(seen if plan.skip_zeros else whole),
            self.rows.p.seen.eq(seen),
            self.rows.p.ends.eq(held.ends),
        ]
        with m.If(looks):
            m.d.sync += looking.eq(finding)
            with m.If(finding):
                m.d.sync += held.eq(found)
