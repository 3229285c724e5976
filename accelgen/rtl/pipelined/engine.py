"""The engine of a pipeline: a stage for each layer, and between two stages the words of an image."""

from __future__ import annotations

from amaranth.hdl import Cat, Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.payloads import Score
from accelgen.rtl.pipelined.gates_stage import GatesStage
from accelgen.rtl.pipelined.plan import GatesPlan, PipelinedPlan
from accelgen.rtl.pipelined.stage import Stage
from accelgen.rtl.table import Table

__all__ = ["StagedEngine"]


class StagedEngine(wiring.Component):
    """Run all layers at the same time, each on an image of its own.

    Throughput: an image in as many cycles as the slowest stage takes. Latency: the sum over stages, with the
    waits for one another. Back-pressure on ``scores`` stalls the last stage without loss, and in time all.

    Parameters
    ----------
    plan : PipelinedPlan
        What to build.
    tables : list of Table
        Contents of the memories of all stages: see `pipelined_tables`.

    Members
    -------
    frame, may_load, loaded, consumed, idle, scores, load_<table>
        As `Engine` has them.
    """

    #: What runs a layer.
    stage: type[Stage] = Stage

    def __init__(self, plan: PipelinedPlan, tables: list[Table]):
        self.plan = plan
        self.tables = tables
        super().__init__(self._members())

    def _members(self):
        plan = self.plan
        members = {
            "frame": In(WriteSignature(plan.bank_words[0], plan.word * plan.activation_bits)),
            "may_load": Out(1),
            "loaded": In(1),
            "consumed": Out(1),
            "idle": Out(1),
            "scores": Out(stream.Signature(Score(plan.score_bits))),
        }
        if plan.weights == "ram":
            for table in self.tables:
                members[f"load_{table.name}"] = In(WriteSignature(len(table.words), table.width))
        return members

    def elaborate(self, platform):
        m = Module()
        stages: list[Stage | GatesStage] = []
        for number, part in enumerate(self.plan.stages):
            stage = GatesStage(part) if isinstance(part, GatesPlan) else self.stage(part, number, self.tables)
            m.submodules[f"stage{number}"] = stage
            stages.append(stage)
            for name in stage.signature.members:
                if name.startswith("load_"):
                    connect(m, wiring.flipped(getattr(self, name)), getattr(stage, name))
        first, last = stages[0], stages[-1]
        connect(m, wiring.flipped(self.frame), first.frame)
        connect(m, last.scores, wiring.flipped(self.scores))
        m.d.comb += [
            self.may_load.eq(first.may_load),
            first.loaded.eq(self.loaded),
            self.consumed.eq(first.consumed),
            self.idle.eq(Cat(stage.idle for stage in stages).all()),
        ]
        for stage, after in zip(stages, stages[1:], strict=False):
            connect(m, stage.words, after.frame)
            m.d.comb += [stage.may_give.eq(after.may_load), after.loaded.eq(stage.given)]
        self._beside(m, stages)
        return m

    def _beside(self, m: Module, stages: list) -> None:
        """Wire what travels beside images, if anything does."""
