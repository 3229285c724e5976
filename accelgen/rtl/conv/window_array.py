"""The front of an engine with convolutions: from images in memory to the finished sums of a pass.

::

    frame ─► image memory ─► nonzero scanner ─► weight fetch ─► MAC array ─► passes
    results ─►   │ flags          ▲                                ▲
                 └─► walker ─► picker                        start values
"""

from __future__ import annotations

from amaranth.hdl import Module
from amaranth.lib.wiring import connect

from accelgen.rtl.common.sparse_array import SparseArray, chosen
from accelgen.rtl.conv.image_memory import ImageMemory, image_shape
from accelgen.rtl.conv.picker import PickShape, PositionPicker, pick_shape
from accelgen.rtl.conv.walker import Jump, WalkShape, WindowWalker, jump_of, walk_shape
from accelgen.rtl.conv.window import LOOPS
from accelgen.rtl.conv.window_mac import WindowMacArray
from accelgen.rtl.conv.word_flags import ImageShape

__all__ = ["WindowArray"]


class WindowArray(SparseArray):
    """Multiply the windows of a layer with its block-sparse weights; see `SparseArray` for members.

    Throughput: one nonzero activation of a kept block per cycle, for all lanes of a pass. A window row of
    zeros costs a cycle unless work ahead of it hides it; a word of zeros in a dense layer costs one. Latency:
    nine cycles from ``start`` to the first sum, and one more for each nonzero activation. Back-pressure on
    ``passes`` stalls it without loss.
    """

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        m.submodules.images = memory = ImageMemory(plan)
        m.submodules.walker = walker = WindowWalker(plan)
        m.submodules.picker = picker = PositionPicker(plan)
        self._build(m, memory, picker.visits, WindowMacArray)
        connect(m, walker.rows, picker.rows)
        layers = range(len(plan.layers))
        leaving = ImageShape(plan.windows.words, plan.windows.width)
        asks = [
            walker.shape.eq(chosen(m, self.layer, WalkShape(plan), [walk_shape(plan, n) for n in layers])),
            picker.shape.eq(chosen(m, self.layer, PickShape(plan), [pick_shape(plan, n) for n in layers])),
            memory.shape.eq(chosen(m, self.layer, leaving, [image_shape(plan, n) for n in plan.readers])),
            memory.look.eq(walker.look),
            memory.row.eq(walker.row),
            walker.lit.eq(memory.lit),
            walker.restart.eq(self.restart),
        ]
        if len(self.tables) > 1:
            asks.append(walker.entry.eq(m.submodules.index.data))
        self._wire(m, memory, walker, asks)
        with m.Switch(self.layer):
            for number in layers:
                with m.Case(number), m.Switch(walker.outermost):
                    for outermost in range(len(LOOPS) + 1):
                        with m.Case(outermost):
                            m.d.comb += walker.jump.eq(Jump(plan).const(jump_of(plan, number, outermost)))
        return m
