"""The top of a pipeline: frames of pixels in, a result in one beat out. It wires and decides nothing."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import Member, connect

from accelgen.rtl.edge.image import ImageReceiver
from accelgen.rtl.edge.ports import stream_ports
from accelgen.rtl.edge.shell import Shell
from accelgen.rtl.table import Table
from accelgen.rtl.unrolled.pipeline import PipelinedEngine
from accelgen.rtl.unrolled.plan import UnrolledPlan

__all__ = ["PipelinedTop"]


class PipelinedTop(wiring.Component):
    """A network as a block that takes an image every few clocks, or with each.

    Throughput: a beat per cycle, and a result for each image. Latency: a cycle for each rank of registers
    after the last beat. Back-pressure on ``m_axis`` stops everything in the same cycle, ``s_axis`` too.

    Parameters
    ----------
    plan : UnrolledPlan
        What to build; its ``interval`` is not 0.

    Members
    -------
    s_axis_tdata, s_axis_tvalid, s_axis_tready, s_axis_tlast
        Image frames: see `ImageReceiver`.
    m_axis_tdata, m_axis_tvalid, m_axis_tready, m_axis_tlast
        Results, each a beat: the words that others send one after the other lie side by side, the first in
        the low bits. ``tlast`` is on every beat.
    error : Out(4)
        Sticky: short frame, long frame, stray bits, and one that stays 0, from bit 0 up.
    error_clear : In(1)
        Clears them; an error in the same cycle stays.
    """

    def __init__(self, plan: UnrolledPlan):
        self.plan = plan
        self.tables: list[Table] = []
        self.writable = False
        super().__init__(self.members(plan))

    @staticmethod
    def members(plan: UnrolledPlan) -> dict[str, Member]:
        """Return the members of the top of a plan."""
        return stream_ports(plan.input_width, loadable=False, output_width=plan.output_width)

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        pixels = plan.network.pixel_input
        m.submodules.engine = engine = PipelinedEngine(plan)
        m.submodules.receiver = receiver = ImageReceiver(
            plan.input_beats, plan.pixels_per_beat, pixels.pixels, pixels.bits, plan.input_width
        )
        connect(m, receiver.image, engine.image)
        shell = Shell(m, self, engine)
        shell.receive(receiver)
        shell.keep_errors(receiver, Signal())
        m.d.comb += [
            self.m_axis_tdata.eq(engine.result.payload),
            self.m_axis_tvalid.eq(engine.result.valid),
            self.m_axis_tlast.eq(1),
            engine.result.ready.eq(self.m_axis_tready),
        ]
        return m
