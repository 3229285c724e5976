"""A unit of a stage that spikes: an engine of one layer, or of a share of its block rows, and its membranes.

::

    words ─► sparse array ─┬─► (last layer) score drain ─► readout ─► scores
             (two banks)   │                     ▲
                ▲          ▼                     │
             membranes ◄─ fire ──────────────────┘ (if spikes are counted)
                           └─► spikes
"""

from __future__ import annotations

from amaranth.hdl import C
from amaranth.lib import wiring
from amaranth.lib.wiring import In, connect

from accelgen.rtl.common.folded import load
from accelgen.rtl.common.score_drain import ScoreDrain
from accelgen.rtl.common.sparse_array import SparseArray
from accelgen.rtl.pipelined.spiking_plan import SpikingUnitPlan
from accelgen.rtl.pipelined.unit import Unit
from accelgen.rtl.snn.fire import Fire
from accelgen.rtl.snn.membranes import Membranes
from accelgen.rtl.snn.readout import Readout

__all__ = ["SpikingUnit"]


class SpikingUnit(Unit):
    """Run a layer on the timestep in one of two banks.

    Membranes that live on stay in the unit from one timestep to the next. Nothing clears them: in the
    ``first`` timestep of a sample what was left is not read. Throughput: one event of a kept block per cycle,
    for all lanes of a pass; about ten cycles of overhead per timestep. Latency: see `Unit`. Back-pressure on
    ``activations`` or ``scores`` stalls it without loss; on the latter only in the ``final`` timestep.

    Parameters
    ----------
    plan : SpikingUnitPlan
        What to build.
    tables : list of Table
        Contents of its memories.

    Members
    -------
    first, final : In(1)
        The timestep that runs is the first, or the last, of its sample; ``final`` only of the last layer.
    others
        See `Unit`.
    """

    plan: SpikingUnitPlan

    def _members(self):
        members = super()._members() | {"first": In(1)}
        return members if self.plan.hidden else members | {"final": In(1)}

    def _front(self, m):
        plan = self.plan
        m.submodules.array = array = SparseArray(plan, self.tables, plan.accumulator_bits)
        m.submodules.membranes = membranes = Membranes(plan, self._table("bias"))
        if self.writable:
            load(m, self, membranes.load_bias, array)
        m.d.comb += [
            membranes.enable.eq(array.start_enable),
            membranes.address.eq(array.start_address),
            membranes.first.eq(self.first),
            membranes.living.eq(plan.lives(0)),
            array.start_value.eq(membranes.value),
        ]
        return array

    def _fire(self, m):
        """Build what tells which neurons of a pass fire, and what their membranes keep."""
        m.submodules.fire = fire = Fire(self.plan)
        m.d.comb += [fire.restart.eq(self.start), fire.layer.eq(C(0, 1))]
        if self.plan.membrane_words:
            connect(m, fire.left, m.submodules.membranes.left)
        if self.plan.potential_words:
            m.d.comb += fire.first.eq(self.first)
        return fire

    def _rules(self, m, control):
        fire = self._fire(m)
        return fire.passes, fire.spikes, []

    def _read_out(self, m, array):
        plan = self.plan
        bits = 2 if plan.counting else plan.accumulator_bits
        m.submodules.drain = drain = ScoreDrain(plan.lanes, bits, plan.classes, plan.part.last_pass)
        m.submodules.readout = readout = Readout(
            plan.classes,
            bits,
            plan.score_bits,
            early_stop=False,
            integrator=plan.network.readout,
            membrane_bits=plan.readout_bits,
        )
        if plan.counting:
            fire = self._fire(m)
            connect(m, array.passes, fire.passes)
            m.d.comb += [
                drain.passes.valid.eq(fire.spikes.valid),
                drain.passes.p.ends.eq(fire.spikes.p.ends),
                fire.spikes.ready.eq(drain.passes.ready),
            ]
            m.d.comb += [
                drain.passes.p.sums[lane].eq(fire.spikes.p["values"][lane]) for lane in range(plan.lanes)
            ]
        else:
            connect(m, array.passes, drain.passes)
        connect(m, drain.scores, readout.increments)
        connect(m, readout.scores, wiring.flipped(self.scores))
        m.d.comb += [
            readout.first.eq(self.first),
            readout.final.eq(self.final),
            readout.drained.eq(drain.done),
            self.done.eq(readout.done),
        ]
