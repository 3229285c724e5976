"""The top of an unrolled spiking network: images or events in, results out. It wires and decides nothing."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Member, Out, connect

from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.common.score_drain import ScoreDrain
from accelgen.rtl.counting import counter
from accelgen.rtl.edge.events import EventReceiver
from accelgen.rtl.edge.image import ImageReceiver
from accelgen.rtl.edge.ports import stream_ports
from accelgen.rtl.edge.shell import Shell
from accelgen.rtl.table import Table
from accelgen.rtl.unrolled.answer import Answer
from accelgen.rtl.unrolled.spiking_pipeline import SpikingPipeline, timestep_ranks
from accelgen.rtl.unrolled.spiking_plan import SpikingUnrolledPlan
from accelgen.rtl.unrolled.timesteps import Timesteps

__all__ = ["UnrolledSpikingTop"]


class UnrolledSpikingTop(wiring.Component):
    """A spiking network as a block that runs a timestep each clock.

    Throughput: an image in as many clocks as its frame has beats, or as it has timesteps if those are more;
    of events, a timestep in as many clocks as `EventReceiver` takes. With an interval a result is a beat;
    without one it is a frame, in as many clocks as it has words. Back-pressure on ``m_axis`` stops everything
    without loss.

    Parameters
    ----------
    plan : SpikingUnrolledPlan
        What to build.
    watched : bool
        Somebody changes its settings between images.

    Members
    -------
    s_axis_tdata, s_axis_tvalid, s_axis_tready, s_axis_tlast
        Image frames (see `ImageReceiver`) or events (see `EventReceiver`).
    m_axis_tdata, m_axis_tvalid, m_axis_tready, m_axis_tlast
        Result frames (see `ResultSender`), with an interval their words side by side in one beat; above the
        class, from bit 16 on, the timesteps used.
    last_timestep : In(range(MAX_TIMESTEPS))
        Timesteps of the next image, less one; sampled when its first timestep may begin. Only with images.
    error : Out(4)
        Sticky: short frame, long frame, stray bits or addresses, and one that stays 0, from bit 0 up.
    error_clear : In(1)
        Clears them; an error in the same cycle stays.
    quiet : Out(1)
        No sample has begun that has not left the engine. Only if ``watched``.
    """

    def __init__(self, plan: SpikingUnrolledPlan, *, watched: bool = False):
        self.plan = plan
        self.tables: list[Table] = []
        self.writable = False
        self.watched = watched
        super().__init__(self.members(plan) | ({"quiet": Out(1)} if watched else {}))

    @staticmethod
    def members(plan: SpikingUnrolledPlan) -> dict[str, Member]:
        """Return the members of the top of a plan."""
        members = stream_ports(plan.input_width, loadable=False, output_width=plan.output_width)
        if plan.stream == "pixels":
            members["last_timestep"] = In(counter(MAX_TIMESTEPS))
        return members

    def elaborate(self, platform):
        m = Module()
        m.submodules.engine = engine = SpikingPipeline(self.plan)
        receiver, busy = (self._pixels if self.plan.stream == "pixels" else self._events)(m, engine)
        shell = self._side_by_side(m, engine) if self.plan.interval else self._framed(m, engine)
        shell.receive(receiver)
        shell.keep_errors(receiver, Signal())
        if self.watched:
            m.d.comb += self.quiet.eq(engine.idle & ~busy)
        return m

    def _pixels(self, m, engine):
        """Build what turns frames into timesteps; return what receives, and whether an image is here."""
        plan, rate = self.plan, self.plan.network.rate_input
        m.submodules.receiver = receiver = ImageReceiver(
            plan.input_beats,
            plan.pixels_per_beat,
            rate.pixels,
            rate.bits,
            plan.input_width,
            steady=not plan.interval,
        )
        m.submodules.timesteps = timesteps = Timesteps(rate)
        connect(m, receiver.image, timesteps.image)
        connect(m, timesteps.timesteps, engine.timesteps)
        m.d.comb += timesteps.last_timestep.eq(self.last_timestep)
        return receiver, timesteps.here

    def _events(self, m, engine):
        """Build what turns events into timesteps; return what receives, and whether a sample has begun."""
        plan, inputs = self.plan, self.plan.network.input.inputs
        m.submodules.receiver = receiver = EventReceiver(
            inputs, plan.pixels_per_beat, plan.input_beats, plan.word
        )
        words = [Signal(plan.word, name=f"word{n}", reset_less=True) for n in range(plan.input_beats)]
        for number, word in enumerate(words):
            with m.If(receiver.frame.valid & (receiver.frame.address == number)):
                m.d.sync += word.eq(receiver.frame.data)
        m.d.comb += [
            receiver.may_begin.eq(1),
            receiver.may_load.eq(1),
            receiver.stopped.eq(C(0, 1)),
            receiver.consumed.eq(receiver.loaded & engine.timesteps.ready),
            engine.timesteps.valid.eq(receiver.loaded),
            engine.timesteps.p.spikes.eq(Cat(words)[:inputs]),
            engine.timesteps.p.first.eq(receiver.first),
            engine.timesteps.p.final.eq(receiver.final),
        ]
        return receiver, receiver.open | receiver.loaded

    def _framed(self, m, engine) -> Shell:
        """Send a result word by word."""
        plan, tally = self.plan, engine.tally
        m.submodules.drain = drain = ScoreDrain(plan.classes, plan.score_bits, plan.classes, plan.classes)
        shell = Shell(m, self, drain)
        sender = shell.sender(plan.classes, plan.score_bits, note_bits=len(tally.p.used))
        shell.send(sender)
        m.d.comb += [
            drain.passes.valid.eq(tally.valid),
            drain.passes.p.ends.eq(~0),
            drain.passes.p.sums.eq(tally.p.scores),
            tally.ready.eq(drain.passes.ready),
            sender.note.eq(tally.p.used),
        ]
        return shell

    def _side_by_side(self, m, engine) -> Shell:
        """Send a result as one beat."""
        plan = self.plan
        m.submodules.answer = answer = Answer(plan.classes, plan.score_bits, timestep_ranks(plan)[1])
        connect(m, engine.tally, answer.tally)
        m.d.comb += [
            self.m_axis_tdata.eq(answer.words.payload),
            self.m_axis_tvalid.eq(answer.words.valid),
            self.m_axis_tlast.eq(1),
            answer.words.ready.eq(self.m_axis_tready),
        ]
        return Shell(m, self, engine)
