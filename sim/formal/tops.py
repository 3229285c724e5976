"""Whole networks of every kind: the rules of their ports, for a bounded number of cycles."""

from __future__ import annotations

from amaranth.hdl import Assert, Assume, Cover, Module, Mux, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from sim.formal.networks import KINDS, Kind
from sim.formal.ports import Observed, offers_stay
from sim.formal.proof import Mutant, Proof

__all__ = ["PROOFS"]


class Offers(Observed):
    """A result that is offered stays until it is taken."""

    def rules(self, m):
        top = self.top
        offers_stay(m, top, "m_axis", Assert)
        waited = Signal()
        m.d.sync += waited.eq(top.m_axis_tvalid & ~top.m_axis_tready)
        m.d.comb += Cover(waited & self.left & top.m_axis_tlast)


class Answers(Observed):
    """Every image gives a result frame of the right length, in time, and nothing else gives one.

    Time counts while nothing is offered, whatever the reader does, and while the reader is ready.
    """

    def rules(self, m):
        top, bound = self.top, self.kind.bound
        waited, silent = Signal(range(bound + 2)), Signal(range(bound + 2))
        answered = Signal()
        with m.If(~self.unanswered.any() | (self.left & top.m_axis_tlast)):
            m.d.sync += [waited.eq(0), silent.eq(0)]
        with m.Else():
            m.d.sync += silent.eq(Mux(top.m_axis_tvalid, 0, silent + 1))
            with m.If(top.m_axis_tready):
                m.d.sync += waited.eq(waited + 1)
        m.d.comb += [Assert(waited <= bound), Assert(silent <= bound)]
        with m.If(top.m_axis_tvalid):
            m.d.comb += [
                Assert(self.unanswered.any()),
                Assert(top.m_axis_tlast == (self.word == self.plan.classes)),
            ]
        with m.If(self.left & top.m_axis_tlast):
            m.d.sync += answered.eq(1)
        m.d.comb += Cover(answered & self.unanswered.any())


class Loads(Observed):
    """Tables change only while no image is open: none begun, none whose scores have not all left."""

    def rules(self, m):
        top = self.top
        taken = top.l_axis_tvalid & top.l_axis_tready
        m.d.comb += Assert(~taken | ~(self.open.any() | self.begun | self.entering))
        opened = Signal()
        with m.If(self.open.any()):
            m.d.sync += opened.eq(1)
        m.d.comb += Cover(opened & taken)


class Turns(Observed):
    """A table frame that waits begins within the images already begun, however many want to come."""

    def rules(self, m):
        top, bound = self.top, self.kind.turn
        waited = Signal(range(bound + 2))
        m.d.comb += [Assume(top.m_axis_tready), Assume(top.s_axis_tvalid)]
        m.d.sync += waited.eq(Mux(top.l_axis_tvalid & ~top.l_axis_tready, waited + 1, 0))
        m.d.comb += [Assert(waited <= bound), Cover((waited > 2) & top.l_axis_tready)]


class Resets(wiring.Component):
    """A copy that wakes up in any state says, after a reset, what a fresh one says.

    Any state is also any state that the copy can be in when a reset comes later.
    """

    def __init__(self, kind: Kind):
        self.woken, self.fresh = (kind.top()[0] for _ in range(2))
        members = self.fresh.signature.members
        super().__init__({name: member for name, member in members.items() if member.flow is In})

    def elaborate(self, platform):
        m = Module()
        m.submodules.woken, m.submodules.fresh = a, b = self.woken, self.fresh
        for top in (a, b):
            m.d.comb += [getattr(top, name).eq(getattr(self, name)) for name in self.signature.members]
        reset = Signal(reset_less=True)
        m.d.sync += reset.eq(1)
        m.d.comb += Assume(ResetSignal() == ~reset)
        names = ["s_axis_tready", "m_axis_tvalid", "error"] + ["l_axis_tready"] * a.writable
        for name in names:
            m.d.comb += Assert(~reset | (getattr(a, name) == getattr(b, name)))
        with m.If(reset & a.m_axis_tvalid):
            m.d.comb += Assert((a.m_axis_tdata == b.m_axis_tdata) & (a.m_axis_tlast == b.m_axis_tlast))
        m.d.comb += Cover(reset & b.m_axis_tvalid & b.m_axis_tlast)
        return m


CHANGES = Mutant(
    "edge/result.py", "self.scores.ready.eq(~naming & self.tready)", "self.scores.ready.eq(~naming)"
)
ENDLESS = Mutant("edge/result.py", "naming.eq(~naming & self.scores.p.last)", "naming.eq(0)")
WAITS = Mutant(
    "edge/result.py",
    "self.tvalid.eq(naming | self.scores.valid)",
    "self.tvalid.eq(self.tready & (naming | self.scores.valid))",
)
RACE = Mutant("edge/loader.py", "(self.idle & (closed | ~loaded))", "self.idle")
STARVES = Mutant("edge/loader.py", "self.ready.eq(loaded & ~closed)", "self.ready.eq(loaded)")
AWAKE = Mutant("common/layer_control.py", "running = Signal()", "running = Signal(reset_less=True)")
STAGE_AWAKE = Mutant("pipelined/control.py", "running = Signal()", "running = Signal(reset_less=True)")
UNROLLED_AWAKE = Mutant(
    "unrolled/engine.py",
    "held = Signal(len(plan.layers) + 1)",
    "held = Signal(len(plan.layers) + 1, reset_less=True)",
)


def _proofs() -> list[Proof]:
    """Return what is shown of whole networks."""
    proofs = []
    for name, kind in KINDS.items():
        cheap = name in ("folded, ram", "unrolled")

        def bounded(rule, mutant, depth, *, name=name, kind=kind, short=False, any_start=""):
            says = rule.__doc__.splitlines()[0].rstrip(".")
            proofs.append(
                Proof(
                    says, name, lambda: rule(kind), "bounded", depth, mutant, any_start=any_start, short=short
                )
            )

        bounded(Offers, CHANGES, kind.first, short=cheap)
        proofs.append(
            Proof(
                "What is offered does not follow from whether it is taken",
                name,
                lambda kind=kind: kind.top()[0],
                "gates",
                0,
                WAITS,
                cone=("m_axis_tready", "m_axis_t*"),
                short=cheap,
            )
        )
        if kind.late:
            bounded(Answers, ENDLESS, kind.late, short=name == "unrolled")
        bounded(
            Resets,
            {"unrolled": UNROLLED_AWAKE, "pipelined": STAGE_AWAKE}.get(name.split(",")[0], AWAKE),
            kind.first,
            any_start="woken",
            short=name == "unrolled",
        )
        if kind.datapath.weights == "ram":
            bounded(Loads, RACE, kind.first, short=cheap)
            if kind.turn:
                bounded(Turns, STARVES, 16 + kind.turn)
    return proofs


PROOFS = _proofs()
