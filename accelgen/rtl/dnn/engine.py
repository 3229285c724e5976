"""The folded engine of a network without spikes: one set of lanes runs every layer.

::

    frame ─► sparse array ─┬─► score drain ─► scores
              ▲            ▼
              └─ packer ◄─ requantiser

With convolutions a window array stands in the place of the sparse array, and, where a layer pools, max
pooling behind the requantiser. A multiplier stands around the requantiser, or in its place, where layers
multiply.
"""

from __future__ import annotations

from amaranth.hdl import Array, C, Cat, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import connect

from accelgen.rtl.common.folded import folded_members, follow, load
from accelgen.rtl.common.layer_control import LayerControl
from accelgen.rtl.common.multiplier_fetch import MultiplierFetch
from accelgen.rtl.common.packer import Packer, PackRule, pack_rule
from accelgen.rtl.common.score_drain import ScoreDrain
from accelgen.rtl.common.sparse_array import SparseArray, chosen
from accelgen.rtl.common.table_memory import TableMemory
from accelgen.rtl.conv.max_pool import MaxPool
from accelgen.rtl.conv.window_array import WindowArray
from accelgen.rtl.dnn.multiplier import Multiplier
from accelgen.rtl.dnn.requantiser import Requantiser
from accelgen.rtl.dnn.threshold_fetch import ThresholdFetch
from accelgen.rtl.payloads import ends_of
from accelgen.rtl.plan import Plan
from accelgen.rtl.table import Table

__all__ = ["Engine"]


class Engine(wiring.Component):
    """Run an image through all layers.

    Throughput: one nonzero activation of a kept block per cycle, for all lanes of a pass; about ten
    cycles of overhead per layer. Latency: the sum over layers. Back-pressure on ``scores`` stalls the
    last layer without loss.

    Parameters
    ----------
    plan : Plan
        What to build.
    tables : list of Table
        Contents of the weight, index, bias, threshold and multiplier memories.
    watched : bool
        Somebody counts its work: see `folded_members`.

    Members
    -------
    frame : In(WriteSignature(...))
        Words of the next image; only while ``may_load``.
    may_load, loaded, consumed : Out, In, Out(1)
        Hand-over of an image: see `LayerControl`.
    idle : Out(1)
        Nothing runs.
    scores : Out(stream.Signature(Score(accumulator_bits)))
        Scores of each image.
    load_codes, load_index, load_bias, load_thresholds, load_multipliers : In(WriteSignature(...))
        Only with ``weights = "ram"``.
    """

    def __init__(self, plan: Plan, tables: list[Table], *, watched: bool = False):
        self.plan = plan
        self.tables = tables
        self.writable = plan.weights == "ram"
        self.watched = watched
        super().__init__(self._members())

    def _members(self):
        plan = self.plan
        return folded_members(plan, self.tables, plan.accumulator_bits, watched=self.watched)

    def elaborate(self, platform):
        m = Module()
        m.submodules.control = control = LayerControl(len(self.plan.layers))
        array, bias = self._array(m)
        drain = self._drain(m)
        connect(m, wiring.flipped(self.frame), array.frame)
        connect(m, drain.scores, wiring.flipped(self.scores))
        if self.writable:
            load(m, self, bias.write, array)
        follow(m, self, control, array)
        self._start(m, array, bias)
        self._after_array(m, control, array, drain)
        return m

    def _array(self, m):
        """Build what gives the sums of passes, and what they start from."""
        plan = self.plan
        front = WindowArray if plan.windows else SparseArray
        m.submodules.array = array = front(plan, self.tables, plan.bias_bits, watched=self.watched)
        m.submodules.bias = bias = TableMemory(self._table("bias"), self.writable)
        return array, bias

    def _drain(self, m):
        """Build what makes scores of sums."""
        plan, last = self.plan, self.plan.layers[-1]
        outputs = last.last_pass - (plan.last_leaves(last) - 1) * plan.leaving  # of the last word of sums
        m.submodules.drain = drain = ScoreDrain(
            plan.leaving, plan.accumulator_bits, plan.classes, outputs, ends_of(plan)
        )
        return drain

    @staticmethod
    def _start(m, array, bias):
        """Start the sums of a pass from its bias, which is fetched when the array asks for a start."""
        m.d.comb += [
            bias.enable.eq(array.start_enable),
            bias.address.eq(array.start_address),
            array.start_value.eq(bias.data),
        ]

    def _after_array(self, m, control, array, drain):
        """Finished passes become activations, or, in the last layer, scores."""
        plan = self.plan
        hidden = plan.hidden
        if not hidden:
            connect(m, array.passes, drain.passes)
            m.d.comb += control.done.eq(drain.done)
            return
        entry, leaving, asks = self._rules(m, control)
        packing = plan.packing
        m.submodules.packer = packer = Packer(packing)
        if plan.windows.pools:
            m.submodules.pool = pool = MaxPool(plan.lanes, plan.result_bits)
            connect(m, leaving, pool.passes)
            leaving = pool.largest
        connect(m, leaving, packer.activations)
        connect(m, packer.results, array.results)
        # A pass goes to one of two places, and both see it; only one is told that it is valid.
        scoring = control.layer == len(hidden)
        rules = [pack_rule(packing, number) for number in range(len(hidden))]
        m.d.comb += [
            *asks,
            entry.payload.eq(array.passes.payload),
            drain.passes.payload.eq(array.passes.payload),
            entry.valid.eq(array.passes.valid & ~scoring),
            drain.passes.valid.eq(array.passes.valid & scoring),
            packer.start.eq(control.start),
            packer.rule.eq(chosen(m, control.layer, PackRule(packing), rules)),
            control.done.eq(packer.done | drain.done),
        ]
        with m.If(scoring):
            m.d.comb += array.passes.ready.eq(drain.passes.ready)
        with m.Else():
            m.d.comb += array.passes.ready.eq(entry.ready)

    def _rules(self, m, control):
        """Build what makes activations of sums; return where passes enter and leave, and what it asks for."""
        plan, hidden = self.plan, self.plan.hidden
        if all(layer.multiplied for layer in hidden):
            multiplier = self._multiply(m, control)
            return multiplier.passes, multiplier.activations, []
        m.submodules.requantiser = requantiser = Requantiser(
            plan.leaving,
            plan.accumulator_bits,
            plan.result_bits,
            [None if layer.multiplied else (layer.shift, layer.bits) for layer in hidden],
            ends_of(plan),
            columns=[layer.columns for layer in hidden],
            threshold_bits=plan.threshold_bits,
        )
        if plan.threshold_words:
            self._fetch_thresholds(m, control, requantiser)
        asks = [requantiser.layer.eq(control.layer)]
        if not plan.multiplier_words:
            return requantiser.passes, requantiser.activations, asks
        multiplier = self._multiply(m, control)
        connect(m, multiplier.others, requantiser.passes)
        connect(m, requantiser.activations, multiplier.plain)
        return multiplier.passes, multiplier.activations, asks

    def _multiply(self, m, control):
        """Build the multiplier, and hold out to it what the next output is multiplied with."""
        plan = self.plan
        m.submodules.multipliers = memory = TableMemory(self._table("multipliers"), self.writable)
        m.submodules.multiplier_fetch = fetch = MultiplierFetch(plan.multiplier_words, ends_of(plan))
        m.submodules.multiplier = multiplier = Multiplier(
            plan.leaving,
            plan.accumulator_bits,
            plan.result_bits,
            plan.factor_bits,
            [
                (part.multiplied, part.shift, part.bits, part.even) if part.multiplied else None
                for part in plan.hidden
            ],
            ends_of(plan),
        )
        if self.writable:
            connect(m, wiring.flipped(self.load_multipliers), memory.write)
        m.d.comb += [
            fetch.restart.eq(control.restart),
            fetch.used.eq(multiplier.used),
            fetch.last.eq(multiplier.last),
            fetch.ends.eq(multiplier.used_ends),
            memory.enable.eq(fetch.enable),
            memory.address.eq(fetch.address),
            Cat(multiplier.multiplier, multiplier.offset).eq(memory.data),
            multiplier.layer.eq(control.layer),
        ]
        return multiplier

    def _table(self, name: str) -> Table:
        return next(table for table in self.tables if table.name == name)

    def _fetch_thresholds(self, m, control, requantiser):
        """Hold out to the requantiser the thresholds of the pass that it is offered next."""
        plan = self.plan
        m.submodules.thresholds = memory = TableMemory(self._table("thresholds"), self.writable)
        m.submodules.threshold_fetch = fetch = ThresholdFetch(plan.threshold_words, ends_of(plan))
        if self.writable:
            connect(m, wiring.flipped(self.load_thresholds), memory.write)
        has = Array(C(None in layer.columns, 1) for layer in plan.layers)[control.layer]
        m.d.comb += [
            fetch.restart.eq(control.restart),
            fetch.taken.eq(has & requantiser.passes.valid & requantiser.passes.ready),
            fetch.ends.eq(requantiser.passes.p.ends),
            memory.enable.eq(fetch.enable),
            memory.address.eq(fetch.address),
            requantiser.thresholds.eq(memory.data),
        ]
