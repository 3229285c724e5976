"""A stage of a pipeline that spikes: a layer, from the spikes of a timestep to its own, or to scores."""

from __future__ import annotations

from amaranth.hdl import Module
from amaranth.lib.wiring import In, Out

from accelgen.rtl.pipelined.control import StageControl
from accelgen.rtl.pipelined.marks import TimestepMarks
from accelgen.rtl.pipelined.spiking_unit import SpikingUnit
from accelgen.rtl.pipelined.stage import Stage

__all__ = ["SpikingStage"]


class SpikingStage(Stage):
    """Run a layer on one timestep after another, of one sample after another.

    Throughput: a timestep in as many cycles as the slowest unit takes; see `SpikingUnit`. Latency: a timestep
    starts once it is whole. Back-pressure: a timestep waits for ``may_give``, and then for nothing; that on
    ``scores`` stalls the last stage, in the last timestep of a sample, without loss.

    Parameters
    ----------
    plan, number, tables
        See `Stage`.

    Members
    -------
    first, final : In(1)
        The timestep that is handed over is the first, or the last, of its sample.
    its_first, its_final : Out(1)
        The same of the timestep that runs; with ``given`` it is that of the words that are given.
    begins : Out(1)
        A timestep starts to run.
    others
        See `Stage`.
    """

    unit = SpikingUnit

    def _members(self):
        marks = {"first": In(1), "final": In(1), "its_first": Out(1), "its_final": Out(1), "begins": Out(1)}
        return super()._members() | marks

    def _units(self, m: Module, control: StageControl) -> list[SpikingUnit]:
        m.submodules.marks = marks = TimestepMarks()
        m.d.comb += [
            marks.consumed.eq(control.consumed),
            marks.first.eq(self.first),
            marks.final.eq(self.final),
            marks.bank.eq(control.bank),
            self.its_first.eq(marks.its_first),
            self.its_final.eq(marks.its_final),
            self.begins.eq(control.start),
        ]
        units = super()._units(m, control)
        for unit in units:
            m.d.comb += unit.first.eq(marks.its_first)
        if not self.plan.leaving:
            m.d.comb += units[0].final.eq(marks.its_final)
        return units
