"""The engine of a pipeline that spikes: a stage for each layer, and between two the spikes of a timestep.

The barrier is the hand-over: a layer has a timestep whole, or has none of it.
"""

from __future__ import annotations

from amaranth.hdl import C, Module, Mux
from amaranth.lib.wiring import In, Out

from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.counting import counter
from accelgen.rtl.pipelined.engine import StagedEngine
from accelgen.rtl.pipelined.spiking_plan import SpikingPipelinedPlan
from accelgen.rtl.pipelined.spiking_stage import SpikingStage

__all__ = ["StagedSpikingEngine"]


class StagedSpikingEngine(StagedEngine):
    """Run all layers at the same time, each on a timestep of its own.

    A sample that has no last timestep, for it was malformed, gives no scores: its timesteps run through, and
    the first of the next sample begins anew in each stage. Throughput: a timestep in as many cycles as the
    slowest stage takes. Latency: the sum over stages, with the waits for one another, of the last timestep.
    Back-pressure on ``scores`` stalls the last stage without loss, and in time all.

    Parameters
    ----------
    plan : SpikingPipelinedPlan
        What to build.
    tables : list of Table
        Contents of the memories of all stages: see `pipelined_tables`.

    Members
    -------
    frame, may_load, loaded, consumed, first, final, idle, scores, used, load_<table>
        As `SpikingEngine` has them, of timesteps and samples. ``idle`` is high if nothing waits either.
    cancel : In(1)
        Not used: no sample stops early.
    stopped : Out(1)
        Low.
    """

    plan: SpikingPipelinedPlan
    stage = SpikingStage

    def _members(self):
        return super()._members() | {
            "first": In(1),
            "final": In(1),
            "cancel": In(1),
            "stopped": Out(1),
            "used": Out(counter(MAX_TIMESTEPS + 1)),
        }

    def _beside(self, m: Module, stages: list[SpikingStage]) -> None:
        first, last = stages[0], stages[-1]
        m.d.comb += [first.first.eq(self.first), first.final.eq(self.final), self.stopped.eq(C(0, 1))]
        for stage, after in zip(stages, stages[1:], strict=False):
            m.d.comb += [after.first.eq(stage.its_first), after.final.eq(stage.its_final)]
        with m.If(last.begins):
            m.d.sync += self.used.eq(Mux(last.its_first, 1, self.used + 1))
