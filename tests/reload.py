"""New tables for a top that is at work, at every alignment of the two streams that could hurt.

The rule that is checked: a frame is computed with the tables that were in force when its first beat was
accepted, whole, and a table frame on offer is accepted within the frames that have begun.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from accelgen.rtl.plan import Plan
from tests.stream_drivers import simulate

WIDTHS = ("weight_bits", "bias_bits", "accumulator_bits", "membrane_bits", "score_bits")
OFFSETS = range(-3, 4)
STILL = 60  # cycles after which nothing that has no input moves any more

Beats = list[tuple[int, int]]


def partners(build: Callable, plan_of: Callable[..., Plan]):
    """Return two networks of other weights that fit the same hardware."""
    first = build(0)
    widths = [getattr(plan_of(first), name, None) for name in WIDTHS]
    for seed in range(1, 200):
        second = build(seed)
        if [getattr(plan_of(second), name, None) for name in WIDTHS] == widths:
            return first, second
    raise AssertionError("no seed gives a network of the same widths")


@dataclass
class Played:
    """What a top did with frames and table frames.

    Attributes
    ----------
    results : list of list of int
        Signed 32-bit beats of each result frame.
    frames, loads : list of int
        Cycles in which first beats were accepted.
    waits : list of int
        Cycles from the offer of each table frame to then.
    error : int
        The sticky bits at the end.
    """

    results: list = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    loads: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    error: int = 0

    def tables(self) -> list[int]:
        """Return which table frame was in force for each frame, 0 for the first."""
        assert not set(self.frames) & set(self.loads), "a frame and a table frame begin in the same cycle"
        return [sum(load < frame for load in self.loads) - 1 for frame in self.frames]


def play(top, rounds, config=None, deadline: int = 60_000) -> Played:
    """Play rounds of beats into ``s_axis`` and ``l_axis``; a round begins when the one before has ended.

    Parameters
    ----------
    top : Component
        With ``weights = "ram"``.
    rounds : list of (frames, loads)
        Frames and table frames, each a list of (cycle, data, last): no beat is offered before its cycle,
        counted from the start of the round. Each frame must give a result.
    config : dict, optional
        Values of run-time inputs.
    """
    done = Played()
    results = 0

    async def sides(ctx):
        nonlocal results
        for name, value in (config or {}).items():
            ctx.set(getattr(top, name), value)
        ctx.set(top.m_axis_tready, 1)
        cycle, answer = 0, []
        for frames, loads in rounds:
            start = cycle
            queues = {"s_axis": deque(), "l_axis": deque()}
            for name, sent in (("s_axis", frames), ("l_axis", loads)):
                for frame in sent:
                    queues[name] += [
                        (start + at, data, last, not n) for n, (at, data, last) in enumerate(frame)
                    ]
            results += len(frames)
            offered = {}
            while any(queues.values()) or len(done.results) < results:
                for name, queue in queues.items():
                    offers = bool(queue) and queue[0][0] <= cycle
                    ctx.set(getattr(top, f"{name}_tvalid"), offers)
                    if offers:
                        ctx.set(getattr(top, f"{name}_tdata"), int(queue[0][1]))
                        ctx.set(getattr(top, f"{name}_tlast"), int(queue[0][2]))
                        offered.setdefault((name, len(queue)), cycle)
                _, _, s_ready, l_ready, valid, data, last = await ctx.tick().sample(
                    top.s_axis_tready,
                    top.l_axis_tready,
                    top.m_axis_tvalid,
                    top.m_axis_tdata,
                    top.m_axis_tlast,
                )
                for name, ready in (("s_axis", s_ready), ("l_axis", l_ready)):
                    queue = queues[name]
                    if ready and queue and queue[0][0] <= cycle:
                        if queue[0][3]:
                            (done.frames if name == "s_axis" else done.loads).append(cycle)
                            if name == "l_axis":
                                done.waits.append(cycle - offered[name, len(queue)])
                        queue.popleft()
                if valid:
                    answer.append(data - (1 << 32) if data >> 31 else data)
                    if last:
                        done.results.append(answer)
                        answer = []
                cycle += 1
        done.error = ctx.get(top.error)

    simulate(top, sides, deadline=deadline)
    return done


def aligned(frame: Beats, loads: list[Beats], pivots: list[int]):
    """Return rounds that load, then offer a beat and a table frame at each offset from each other.

    Parameters
    ----------
    frame : list of (int, int)
        Beats, with ``tlast``.
    loads : list of list of (int, int)
        Two table frames, which take turns.
    pivots : list of int
        The beats, by their number. What comes before one enters long before.
    """
    rounds = [([], [[(0, *beat) for beat in loads[0]]])]
    for number, (pivot, offset) in enumerate((p, o) for p in pivots for o in OFFSETS):
        base = pivot and pivot + STILL
        sent = [(base + max(0, -offset) if n >= pivot else 0, *beat) for n, beat in enumerate(frame)]
        rounds.append(([sent], [[(base + max(0, offset), *beat) for beat in loads[1 - number % 2]]]))
        rounds.append(([[(0, *beat) for beat in frame]], []))
    return rounds


def check(top, frame: Beats, loads: list[Beats], answers: list[list[int]], pivots: list[int], config=None):
    """Raise unless ``top`` keeps the rule, at every alignment and behind images without end.

    ``answers`` are the results of ``frame`` with the tables of the first and of the second load.
    """
    done = play(top, aligned(frame, loads, pivots), config)
    turns = [answers[n % 2] for n in done.tables()]
    assert done.results == turns and done.error == 0
    assert len(done.loads) == 1 + len(pivots) * len(OFFSETS)

    crowd = [[(0, *beat) for beat in frame] for _ in range(9)]
    alone = play(top, [([], [[(0, *beat) for beat in loads[0]]]), (crowd[:1], []), (crowd[:1], [])], config)
    image = alone.frames[1] - alone.frames[0]
    offer = 4 * image
    rounds = [([], [[(0, *beat) for beat in loads[0]]]), (crowd, [[(offer, *beat) for beat in loads[1]]])]
    done = play(top, rounds, config)
    assert done.results == [answers[n] for n in done.tables()]
    assert done.waits[1] <= 2 * image, "a table frame must not starve"
    assert done.tables()[-1] == 1
