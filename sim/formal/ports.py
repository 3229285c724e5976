"""A whole network between streams that do all that AXI4-Stream allows, and a record of what its ports did."""

from __future__ import annotations

from amaranth.hdl import Assume, Cat, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from sim.formal.networks import Kind

__all__ = ["Observed", "offers_stay"]

MOST_OPEN = 7


class Observed(wiring.Component):
    """A top whose inputs are free, beside a second opinion of what its ports mean.

    Subclasses add what is shown to `rules`. Frames may be malformed, unless the network takes events.

    Attributes
    ----------
    begun : Signal
        A frame of an image is on its way in.
    entering : Signal
        A beat of a frame that is not being dropped is taken.
    good : Signal
        The last beat of a good frame is taken.
    open : Signal
        Good frames whose scores have not all left.
    unanswered : Signal
        Good frames whose class has not left.
    word : Signal
        Beats of the present result frame that have left.
    sent, left : Signal
        A beat is taken on ``s_axis``, on ``m_axis``.
    """

    def __init__(self, kind: Kind):
        self.kind = kind
        self.top, self.plan, self.tables = kind.top()
        members = {name: member for name, member in self.top.signature.members.items() if member.flow is In}
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = top = self.top
        m.d.comb += [getattr(top, name).eq(getattr(self, name)) for name in self.signature.members]
        m.d.comb += Assume(~ResetSignal())
        if hasattr(top, "last_timestep"):
            m.d.comb += Assume(top.last_timestep < 2)
        for name in ("s_axis", "l_axis") if self.top.writable else ("s_axis",):
            offers_stay(m, top, name, Assume)
        self.sent, self.left = Signal(), Signal()
        m.d.comb += [
            self.sent.eq(top.s_axis_tvalid & top.s_axis_tready),
            self.left.eq(top.m_axis_tvalid & top.m_axis_tready),
        ]
        self.begun, self.entering, self.good, self.bad = Signal(), Signal(), Signal(), Signal()
        (self._events if self.plan.input_width == 32 else self._pixels)(m)
        self._results(m)
        self.rules(m)
        return m

    def rules(self, m):
        """Add assertions and covers; a subclass says which.

        Raises
        ------
        NotImplementedError
            Here.
        """
        raise NotImplementedError

    def _pixels(self, m):
        """Judge frames of pixels."""
        top, plan, pixels = self.top, self.plan, self.plan.network.input
        number, spoilt, dropping = Signal(range(plan.input_beats + 1)), Signal(), Signal()
        used = plan.pixels_per_beat * pixels.bits
        stray = top.s_axis_tdata[used:].any()
        final = number == plan.input_beats - 1
        m.d.comb += [
            self.begun.eq(number.any()),
            self.entering.eq(self.sent & ~dropping),
            self.good.eq(self.sent & ~dropping & final & top.s_axis_tlast & ~spoilt & ~stray),
            self.bad.eq(self.sent & ~dropping & ((final ^ top.s_axis_tlast) | stray)),
        ]
        with m.If(self.sent & ~dropping):
            m.d.sync += [number.eq(number + 1), spoilt.eq(spoilt | stray)]
            with m.If(final | top.s_axis_tlast):
                m.d.sync += [number.eq(0), spoilt.eq(0), dropping.eq(~top.s_axis_tlast)]
        with m.If(dropping & self.sent & top.s_axis_tlast):
            m.d.sync += dropping.eq(0)

    def _events(self, m):
        """Let good events in, of at most two timesteps."""
        top, plan = self.top, self.plan
        block = top.s_axis_tdata[plan.position_bits : -1]
        mark, timesteps, begun = top.s_axis_tdata[-1], Signal(2), Signal()
        good = (mark & ~top.s_axis_tdata[:-1].any()) | (~mark & ~top.s_axis_tlast & (block < 2))
        with m.If(top.s_axis_tvalid):
            m.d.comb += Assume(good & (top.s_axis_tlast | (timesteps < 1) | ~mark))
        m.d.comb += [
            self.begun.eq(begun),
            self.entering.eq(self.sent),
            self.good.eq(self.sent & top.s_axis_tlast),
        ]
        with m.If(self.sent):
            m.d.sync += begun.eq(~top.s_axis_tlast)
            with m.If(mark):
                m.d.sync += timesteps.eq((timesteps + 1) & ~top.s_axis_tlast.replicate(2))

    def _results(self, m):
        """Count what is owed."""
        top, plan = self.top, self.plan
        self.word = Signal(range(plan.classes + 2))
        self.open, self.unanswered = Signal(range(MOST_OPEN + 1)), Signal(range(MOST_OPEN + 1))
        scored = self.left & (self.word == plan.classes - 1)
        ends = self.left & top.m_axis_tlast
        m.d.sync += [
            self.open.eq(self.open + self.good - scored),
            self.unanswered.eq(self.unanswered + self.good - ends),
        ]
        with m.If(self.left):
            m.d.sync += self.word.eq((self.word + 1) & ~ends.replicate(len(self.word)))
        m.d.comb += Assume(self.unanswered < MOST_OPEN)


def offers_stay(m, top, name: str, must) -> None:
    """A word that is offered stays as it is until it is taken."""
    valid, ready = getattr(top, f"{name}_tvalid"), getattr(top, f"{name}_tready")
    offer = Cat(getattr(top, f"{name}_tdata"), getattr(top, f"{name}_tlast"))
    before, waiting = Signal.like(offer), Signal(name=f"{name}_waiting")
    m.d.sync += [before.eq(offer), waiting.eq(valid & ~ready)]
    with m.If(waiting):
        m.d.comb += must(valid & (offer == before))
