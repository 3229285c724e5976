"""The top: an engine between AXI4-Streams, with sticky errors. It wires and decides nothing."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import Member, connect

from accelgen.rtl.dnn.engine import Engine
from accelgen.rtl.edge.frame import FrameReceiver
from accelgen.rtl.edge.ports import WATCHED, stream_ports
from accelgen.rtl.edge.shell import Shell
from accelgen.rtl.pipelined.engine import StagedEngine
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.plan import Plan
from accelgen.rtl.table import Table
from accelgen.rtl.unrolled.engine import UnrolledEngine
from accelgen.rtl.unrolled.plan import UnrolledPlan

__all__ = ["Top"]


class Top(wiring.Component):
    """A network as a block: image frames in, score frames out.

    Throughput: see `Engine`, `StagedEngine` and `UnrolledEngine`; an image may enter while the last layer of
    the one before still runs. Back-pressure on ``m_axis`` stalls the last layer without loss.

    Parameters
    ----------
    plan : Plan, PipelinedPlan or UnrolledPlan
        What to build.
    tables : list of Table
        Contents of the memories; unrolled engines have none.
    watched : bool
        Somebody counts the work of a folded engine.

    Members
    -------
    s_axis_tdata, s_axis_tvalid, s_axis_tready, s_axis_tlast
        Image frames: see `FrameReceiver`.
    m_axis_tdata, m_axis_tvalid, m_axis_tready, m_axis_tlast
        Result frames: see `ResultSender`.
    l_axis_tdata, l_axis_tvalid, l_axis_tready, l_axis_tlast
        Table frames, with ``weights = "ram"`` only: see `TableLoader`. An image keeps the tables with which
        its first beat was accepted.
    error : Out(4)
        Sticky: short frame, long frame, stray bits, malformed table frame, from bit 0 up.
    error_clear : In(1)
        Clears them; an error in the same cycle stays.
    met, ended : Out(1)
        See `folded_members`. Only if ``watched``.
    """

    def __init__(
        self, plan: Plan | PipelinedPlan | UnrolledPlan, tables: list[Table], *, watched: bool = False
    ):
        self.plan = plan
        self.tables = tables
        self.writable = plan.weights == "ram"
        self.watched = watched
        super().__init__(self.members(plan) | (WATCHED if watched else {}))

    @staticmethod
    def members(plan: Plan | PipelinedPlan | UnrolledPlan) -> dict[str, Member]:
        """Return the members of the top of a plan."""
        return stream_ports(plan.input_width, loadable=plan.weights == "ram")

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        pixels = plan.network.pixel_input
        m.submodules.engine = engine = self._engine()
        if self.watched:
            m.d.comb += [self.met.eq(engine.met), self.ended.eq(engine.ended)]
        m.submodules.receiver = receiver = FrameReceiver(
            plan.input_beats,
            plan.pixels_per_beat,
            pixels.pixels,
            pixels.bits,
            plan.bank_words[0],
            plan.word,
            plan.activation_bits,
            plan.input_width,
        )
        connect(m, receiver.write, engine.frame)
        shell = Shell(m, self, engine)
        sender = shell.sender(plan.classes, plan.accumulator_bits, task=plan.network.task)
        shell.receive(receiver)
        shell.send(sender)
        m.d.comb += [
            receiver.consumed.eq(engine.consumed),
            receiver.may_load.eq(engine.may_load),
            engine.loaded.eq(receiver.loaded),
        ]
        malformed = Signal()
        if self.writable:
            # An image that has begun keeps its tables: it is in the receiver, then in bank 0, then it runs.
            idle = engine.idle & ~receiver.loaded & ~receiver.open
            shell.load(self.tables, idle=idle, malformed=malformed, ready=receiver.may_begin)
        else:
            m.d.comb += receiver.may_begin.eq(1)
        shell.keep_errors(receiver, malformed)
        return m

    def _engine(self):
        plan = self.plan
        if isinstance(plan, UnrolledPlan):
            return UnrolledEngine(plan)
        if isinstance(plan, PipelinedPlan):
            return StagedEngine(plan, self.tables)
        return Engine(plan, self.tables, watched=self.watched)
