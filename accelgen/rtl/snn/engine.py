"""The event-driven engine of a spiking network: one set of lanes runs every layer of every timestep.

::

    frame ─► sparse array ─┬─► (last layer) score drain ─► readout ─► scores
              ▲    ▲       ▼                    ▲
              │ membranes ◄─ fire ──────────────┘ (if spikes are counted)
              └── packer ◄───┘

The queue of events between two layers is the activation memory: one bit for each neuron, so that it can
neither overflow nor hold an event twice, and the scanner finds the events in it in order of address. A
timestep ends, for every layer, when its last pass has fired: that is the barrier.
"""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.common.folded import folded_members, follow, load
from accelgen.rtl.common.layer_control import LayerControl
from accelgen.rtl.common.packer import Packer, PackRule, pack_rule
from accelgen.rtl.common.score_drain import ScoreDrain
from accelgen.rtl.common.sparse_array import SparseArray, chosen
from accelgen.rtl.counting import counter
from accelgen.rtl.snn.fire import Fire
from accelgen.rtl.snn.membranes import Membranes
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.readout import Readout
from accelgen.rtl.table import Table

__all__ = ["SpikingEngine"]


class SpikingEngine(wiring.Component):
    """Run the timesteps of a sample through all layers.

    Throughput: one event of a kept block per cycle, for all lanes of a pass; about ten cycles of
    overhead per layer and timestep. Latency: the sum over layers and timesteps. Back-pressure on
    ``scores`` stalls the last layer without loss.

    Parameters
    ----------
    plan : SpikingPlan
        What to build.
    tables : list of Table
        Contents of the weight, index and bias memories.
    watched : bool
        Somebody counts its work: see `folded_members`.

    Members
    -------
    frame : In(WriteSignature(...))
        Words of spikes of the next timestep; only while ``may_load``.
    may_load, loaded, consumed : Out, In, Out(1)
        Hand-over of a timestep: see `LayerControl`.
    first, final : In(1)
        The timestep that is handed over is the first, or the last, of its sample.
    cancel : In(1)
        The sample that runs turned out to be malformed: it must not stop early.
    stopped : Out(1)
        The sample is over although more timesteps were to come; they are not wanted.
    idle : Out(1)
        Nothing runs.
    scores : Out(stream.Signature(Score(score_bits)))
        Scores of each sample.
    used : Out(range(MAX_TIMESTEPS + 1))
        Timesteps of the sample so far.
    margin : In
        Only with ``early_stop``: see `Readout`.
    load_codes, load_index, load_bias : In(WriteSignature(...))
        Only with ``weights = "ram"``.
    """

    def __init__(self, plan: SpikingPlan, tables: list[Table], *, watched: bool = False):
        self.plan = plan
        self.tables = tables
        self.writable = plan.weights == "ram"
        self.watched = watched
        members = {
            **folded_members(plan, tables, plan.score_bits, watched=watched),
            "first": In(1),
            "final": In(1),
            "cancel": In(1),
            "stopped": Out(1),
            "used": Out(counter(MAX_TIMESTEPS + 1)),
        }
        if plan.early_stop:
            members["margin"] = In(max(plan.score_bits - 1, 1))
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        m.submodules.control = control = LayerControl(len(plan.layers))
        m.submodules.array = array = SparseArray(
            plan, self.tables, plan.accumulator_bits, watched=self.watched
        )
        m.submodules.membranes = membranes = Membranes(plan, self.tables[-1])
        connect(m, wiring.flipped(self.frame), array.frame)
        if self.writable:
            load(m, self, membranes.load_bias, array)

        # What is said of a timestep at its hand-over holds until the next: another may wait meanwhile.
        first = Signal()
        final = Signal()
        with m.If(control.consumed):
            m.d.sync += [
                first.eq(self.first),
                final.eq(self.final),
                self.used.eq(Mux(self.first, 1, self.used + 1)),
            ]
        # The membranes of a layer without memory start every timestep from its bias, as in the first.
        living = Cat(C(plan.lives(number), 1) for number in range(len(plan.layers)))
        follow(m, self, control, array)
        m.d.comb += [
            membranes.enable.eq(array.start_enable),
            membranes.address.eq(array.start_address),
            membranes.first.eq(first),
            membranes.living.eq((living >> control.layer)[0]),
            array.start_value.eq(membranes.value),
        ]
        drain, readout = self._read_out(m, control, first, final)
        self._after_array(m, control, array, membranes, drain, first)
        m.d.comb += [
            control.done.eq(readout.done | (m.submodules.packer.done if len(plan.layers) > 1 else 0)),
            self.stopped.eq(readout.done & readout.ended & ~final),
        ]
        return m

    def _read_out(self, m, control, first, final):
        """The last layer's sums, or its spikes, become scores."""
        plan = self.plan
        bits = 2 if plan.counting else plan.accumulator_bits
        m.submodules.drain = drain = ScoreDrain(plan.lanes, bits, plan.classes, plan.layers[-1].last_pass)
        m.submodules.readout = readout = Readout(
            plan.classes,
            bits,
            plan.score_bits,
            early_stop=plan.early_stop,
            integrator=plan.network.readout,
            membrane_bits=plan.readout_bits,
        )
        connect(m, drain.scores, readout.increments)
        connect(m, readout.scores, wiring.flipped(self.scores))
        m.d.comb += [
            readout.first.eq(first),
            readout.final.eq(final),
            readout.drained.eq(drain.done),
        ]
        if plan.early_stop:
            # A malformed sample gives no result, so it must not end as if it had one.
            cancelled = Signal()
            with m.If(self.cancel):
                m.d.sync += cancelled.eq(1)
            with m.Elif(control.consumed & self.first):
                m.d.sync += cancelled.eq(0)
            m.d.comb += [readout.margin.eq(self.margin), readout.cancelled.eq(cancelled)]
        return drain, readout

    def _after_array(self, m, control, array, membranes, drain, first):
        """Finished passes fire, or, in a last layer that does not, go straight to the readout."""
        plan = self.plan
        hidden = plan.layers[:-1]
        scoring = control.layer == len(hidden)
        if not any(plan.neurons):
            connect(m, array.passes, drain.passes)
            return
        m.submodules.fire = fire = Fire(plan)
        if plan.membrane_words:
            connect(m, fire.left, membranes.left)
        if plan.potential_words:
            m.d.comb += fire.first.eq(first)
        m.d.comb += [
            fire.restart.eq(control.restart),
            fire.layer.eq(control.layer),
            fire.passes.payload.eq(array.passes.payload),
        ]
        if plan.counting:
            m.d.comb += [
                drain.passes.valid.eq(fire.spikes.valid & scoring),
                drain.passes.p.ends.eq(fire.spikes.p.ends),
                fire.passes.valid.eq(array.passes.valid),
                array.passes.ready.eq(fire.passes.ready),
                fire.spikes.ready.eq(scoring & drain.passes.ready),
            ]
            m.d.comb += [
                drain.passes.p.sums[lane].eq(fire.spikes.p["values"][lane]) for lane in range(plan.lanes)
            ]
        else:
            m.d.comb += [
                drain.passes.valid.eq(array.passes.valid & scoring),
                drain.passes.payload.eq(array.passes.payload),
                fire.passes.valid.eq(array.passes.valid & ~scoring),
                array.passes.ready.eq(Mux(scoring, drain.passes.ready, fire.passes.ready)),
            ]
        if not hidden:
            return
        m.submodules.packer = packer = Packer(plan)
        connect(m, packer.results, array.results)
        rules = [pack_rule(plan, number) for number in range(len(hidden))]
        m.d.comb += [
            packer.start.eq(control.start),
            packer.rule.eq(chosen(m, control.layer, PackRule(plan), rules)),
            packer.activations.valid.eq(fire.spikes.valid & ~scoring),
            packer.activations.payload.eq(fire.spikes.payload),
        ]
        with m.If(~scoring):
            m.d.comb += fire.spikes.ready.eq(packer.activations.ready)
