"""The top of a spiking network: an engine between AXI4-Streams. It wires and decides nothing."""

from __future__ import annotations

from amaranth.hdl import Module, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Member, Out, connect

from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.counting import counter
from accelgen.rtl.edge.events import EventReceiver
from accelgen.rtl.edge.frame import FrameReceiver
from accelgen.rtl.edge.ports import WATCHED, stream_ports
from accelgen.rtl.edge.shell import Shell
from accelgen.rtl.pipelined.spiking_engine import StagedSpikingEngine
from accelgen.rtl.pipelined.spiking_plan import SpikingPipelinedPlan
from accelgen.rtl.snn.engine import SpikingEngine
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.rate_encoder import RateEncoder
from accelgen.rtl.table import Table

__all__ = ["SpikingTop"]


class SpikingTop(wiring.Component):
    """A spiking network as a block: images or events in, score frames out.

    Throughput: see `SpikingEngine` and `StagedSpikingEngine`. Back-pressure on ``m_axis`` stalls the last
    layer without loss.

    Parameters
    ----------
    plan : SpikingPlan or SpikingPipelinedPlan
        What to build.
    tables : list of Table
        Contents of the memories.
    watched : bool
        Somebody counts its work, and changes its settings between images; of a pipeline only the latter, and
        it has no ``met`` and ``ended``.

    Members
    -------
    s_axis_tdata, s_axis_tvalid, s_axis_tready, s_axis_tlast
        Image frames (see `FrameReceiver`) or events (see `EventReceiver`).
    m_axis_tdata, m_axis_tvalid, m_axis_tready, m_axis_tlast
        Result frames (see `ResultSender`); above the class, from bit 16 on, the timesteps used.
    l_axis_tdata, l_axis_tvalid, l_axis_tready, l_axis_tlast
        Table frames: see `TableLoader`. Only with ``weights = "ram"``. A sample keeps the tables with which
        its first beat was accepted.
    last_timestep : In(range(MAX_TIMESTEPS))
        Timesteps of the next image, less one. Only with images.
    margin : In
        Lead at which a sample stops early, 0 for never. Only with ``early_stop``.
    error, error_clear
        Sticky errors, and what clears them.
    met, ended, quiet : Out(1)
        See `folded_members`; no sample has begun that has not left the engine. Only if ``watched``.
    """

    def __init__(
        self, plan: SpikingPlan | SpikingPipelinedPlan, tables: list[Table], *, watched: bool = False
    ):
        self.plan = plan
        self.tables = tables
        self.writable = plan.weights == "ram"
        self.watched = watched
        self.staged = isinstance(plan, SpikingPipelinedPlan)
        counted = {} if self.staged else WATCHED
        super().__init__(self.members(plan) | (counted | {"quiet": Out(1)} if watched else {}))

    @staticmethod
    def members(plan: SpikingPlan | SpikingPipelinedPlan) -> dict[str, Member]:
        """Return the members of the top of a plan."""
        members = stream_ports(plan.input_width, loadable=plan.weights == "ram")
        if plan.stream == "pixels":
            members["last_timestep"] = In(counter(MAX_TIMESTEPS))
        if plan.early_stop:
            members["margin"] = In(unsigned(max(plan.score_bits - 1, 1)))
        return members

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        m.submodules.engine = engine = self._engine()
        shell = Shell(m, self, engine)
        sender = shell.sender(plan.classes, plan.score_bits, note_bits=len(engine.used))
        m.d.comb += sender.note.eq(engine.used)
        shell.send(sender)
        if plan.early_stop:
            m.d.comb += engine.margin.eq(self.margin)

        ready = Signal()  # the tables are whole, and stay
        source, receiver, busy = (self._pixels if plan.stream == "pixels" else self._events)(m, engine, ready)
        connect(m, source.frame, engine.frame)
        shell.receive(receiver)
        m.d.comb += [
            source.may_load.eq(engine.may_load),
            source.consumed.eq(engine.consumed),
            source.stopped.eq(engine.stopped),
            engine.loaded.eq(source.loaded),
            engine.first.eq(source.first),
            engine.final.eq(source.final),
        ]
        if self.watched:
            if not self.staged:
                m.d.comb += [self.met.eq(engine.met), self.ended.eq(engine.ended)]
            m.d.comb += self.quiet.eq(engine.idle & ~busy)
        malformed = Signal()
        if self.writable:
            # The tables of a sample that has begun stay until its last timestep has left the engine.
            idle = engine.idle & ~busy
            shell.load(self.tables, idle=idle, malformed=malformed, ready=ready)
        else:
            m.d.comb += ready.eq(1)
        shell.keep_errors(receiver, malformed)
        return m

    def _engine(self):
        if isinstance(self.plan, SpikingPipelinedPlan):
            return StagedSpikingEngine(self.plan, self.tables)
        return SpikingEngine(self.plan, self.tables, watched=self.watched)

    def _pixels(self, m, engine, ready):
        """Build what turns image frames into timesteps; return it, what receives, and whether it is busy."""
        plan, pixels = self.plan, self.plan.network.pixel_input
        block = plan.pixels_per_beat
        m.submodules.receiver = receiver = FrameReceiver(
            plan.input_beats,
            block,
            pixels.pixels,
            pixels.bits,
            plan.input_beats,
            block,
            pixels.bits,
            plan.input_width,
        )
        m.submodules.encoder = encoder = RateEncoder(plan)
        connect(m, receiver.write, encoder.pixels)
        m.d.comb += [
            receiver.may_load.eq(1),
            receiver.may_begin.eq(ready),
            receiver.consumed.eq(encoder.taken),
            encoder.image.eq(receiver.loaded),
            encoder.last_timestep.eq(self.last_timestep),
        ]
        return encoder, receiver, receiver.open | receiver.loaded | encoder.loaded

    def _events(self, m, engine, ready):
        """Build what turns events into timesteps; return it twice, and whether it is busy."""
        plan = self.plan
        m.submodules.receiver = receiver = EventReceiver(
            plan.network.input.inputs, plan.pixels_per_beat, plan.bank_words[0], plan.word
        )
        m.d.comb += [receiver.may_begin.eq(ready), engine.cancel.eq(receiver.cancel)]
        return receiver, receiver, receiver.open | receiver.loaded
