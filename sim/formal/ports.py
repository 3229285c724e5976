"""A whole network between streams that do anything AXI4-Stream allows, and what its ports have told so far."""

from __future__ import annotations

from amaranth.hdl import Assert, Assume, Cat, Cover, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.edge.ports import ERRORS
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
        self.begun, self.good, self.bad = Signal(), Signal(), Signal()
        (self._events if self.plan.input_width == 32 else self._pixels)(m)
        self._results(m)
        self.rules(m)
        return m

    def rules(self, m):
        """Add assertions and covers."""
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
        m.d.comb += [self.begun.eq(begun), self.good.eq(self.sent & top.s_axis_tlast)]
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


class Offers(Observed):
    """Offers stay until they are taken."""

    def rules(self, m):
        offers_stay(m, self.top, "m_axis", Assert)
        waited = Signal()
        m.d.sync += waited.eq(self.top.m_axis_tvalid & ~self.top.m_axis_tready)
        m.d.comb += Cover(waited & self.left & self.top.m_axis_tlast)


class Answers(Observed):
    """Every image gives a result frame of the right length, in time, and nothing else gives one.

    Time counts only while the result is taken, and from the image, or from the end of the result before.
    """

    def rules(self, m):
        top = self.top
        waited = Signal(range(self.kind.bound + 2))
        late = Signal()
        m.d.comb += late.eq(waited > self.kind.bound)
        with m.If(~self.unanswered.any() | (self.left & top.m_axis_tlast)):
            m.d.sync += waited.eq(0)
        with m.Elif(top.m_axis_tready & ~late):
            m.d.sync += waited.eq(waited + 1)
        m.d.comb += Assert(~late)
        with m.If(top.m_axis_tvalid):
            m.d.comb += [
                Assert(self.unanswered.any()),
                Assert(top.m_axis_tlast == (self.word == self.plan.classes)),
            ]
        answered = Signal(2)
        with m.If(self.left & top.m_axis_tlast & ~answered.all()):
            m.d.sync += answered.eq(answered + 1)
        m.d.comb += Cover(answered == 2)


class Errors(Observed):
    """``error`` says what a frame did, at once and until it is cleared, and nothing else."""

    def rules(self, m):
        top, expected = self.top, Signal(len(ERRORS) - 1)
        m.d.sync += expected.eq((expected & ~top.error_clear.replicate(3)).any() | self.bad)
        m.d.comb += Assert(top.error[:3].any() == expected.any())
        answered = Signal()
        with m.If(self.left & top.m_axis_tlast):
            m.d.sync += answered.eq(1)
        m.d.comb += Cover(answered & ~expected.any() & top.error_clear)


class Loads(Observed):
    """Tables change only while no image is open, and a waiting table frame begins."""

    bound = 40

    def rules(self, m):
        top = self.top
        taken = top.l_axis_tvalid & top.l_axis_tready
        with m.If(taken):
            m.d.comb += Assert(~self.open.any() & ~self.begun & ~self.sent)
        reloads = Signal()
        with m.If(self.unanswered.any()):
            m.d.sync += reloads.eq(1)
        m.d.comb += Cover(reloads & taken & top.l_axis_tlast)


class Turns(Observed):
    """A waiting table frame begins, however many images want to come."""

    bound = 40

    def rules(self, m):
        top = self.top
        waited = Signal(range(self.kind.bound + 2))
        m.d.comb += Assume(top.m_axis_tready)
        m.d.comb += Assume(top.s_axis_tvalid)
        late = waited > self.kind.bound
        with m.If(~top.l_axis_tvalid | top.l_axis_tready):
            m.d.sync += waited.eq(0)
        with m.Elif(~late):
            m.d.sync += waited.eq(waited + 1)
        m.d.comb += Assert(~late)
        m.d.comb += Cover((waited > 3) & top.l_axis_tvalid & top.l_axis_tready)
