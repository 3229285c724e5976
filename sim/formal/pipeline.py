"""Pipelines: results are those of their images, in order, none lost and none twice, whatever the pauses."""

from __future__ import annotations

from amaranth.hdl import Array, Assert, Assume, Cat, Cover, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from sim.formal.networks import pixel_network
from sim.formal.ports import offers_stay
from sim.formal.proof import Mutant, Proof

__all__ = ["PROOFS"]

#: Images whose results are watched, and results that wait for their reader, at most.
IMAGES, WAITING = 8, 8


class InOrder(wiring.Component):
    """A pipeline beside a queue of what its images give, which the layers as equations say.

    Frames may have a beat too many: they give nothing.
    """

    def __init__(self, interval: int, stages: int):
        self.network = pixel_network()
        hardware = hardware_of(self.network, Datapath(unrolled=True, interval=interval, stages=stages))
        self.top, self.plan = hardware.top(), hardware.plan
        members = self.top.signature.members
        super().__init__({name: member for name, member in members.items() if member.flow is In})

    def elaborate(self, platform):
        m = Module()
        m.submodules.dut = top = self.top
        m.d.comb += [getattr(top, name).eq(getattr(self, name)) for name in self.signature.members]
        m.d.comb += Assume(~ResetSignal())
        offers_stay(m, top, "s_axis", Assume)
        offers_stay(m, top, "m_axis", Assert)
        beats, each = self.plan.input_beats, self.plan.pixels_per_beat
        beat, dropping = Signal(range(beats + 1)), Signal()
        kept = Signal(each * (beats - 1) + 1)
        sent, left = top.s_axis_tvalid & top.s_axis_tready, top.m_axis_tvalid & top.m_axis_tready
        final = beat == beats - 1
        good = Signal()
        m.d.comb += [
            Assume(~top.s_axis_tdata[each:].any()),
            good.eq(sent & ~dropping & final & top.s_axis_tlast),
        ]
        with m.If(sent & ~dropping):
            m.d.sync += [
                beat.eq(beat + 1),
                kept.eq(Cat(kept[each:-1], top.s_axis_tdata[:each]) if beats > 1 else 0),
            ]
            with m.If(final | top.s_axis_tlast):
                m.d.sync += [beat.eq(0), dropping.eq(~top.s_axis_tlast)]
        with m.If(sent & dropping & top.s_axis_tlast):
            m.d.sync += dropping.eq(0)

        image = Cat(kept[: each * (beats - 1)], top.s_axis_tdata[:each])[: self.network.pixel_input.pixels]
        # A queue in which each image waits for its result.
        queue = [Signal(len(image), name=f"queue{n}") for n in range(WAITING)]
        first, count = Signal(range(WAITING)), Signal(range(WAITING + 1))
        last = Signal(range(WAITING))
        m.d.comb += last.eq(first + count)
        with m.If(good):
            m.d.sync += Array(queue)[last].eq(image)
        with m.If(left):
            m.d.sync += first.eq(first + 1)
        m.d.sync += count.eq(count + good - left)
        oldest = Signal(len(image))
        m.d.comb += oldest.eq(Array(queue)[first])
        with m.If(top.m_axis_tvalid):
            m.d.comb += [
                Assert(count.any()),
                Assert(top.m_axis_tlast),
                Assert(top.m_axis_tdata == self._result(oldest)),
            ]
        m.d.comb += Assert(count <= self.plan.stages)
        # Nothing waits but for the reader: an image is there after as many clocks as there are ranks.
        silent = Signal(range(WAITING + 2))
        m.d.sync += silent.eq(0)
        with m.If(count.any() & ~top.m_axis_tvalid):
            m.d.sync += silent.eq(silent + 1)
        m.d.comb += [Assert(silent < self.plan.stages), Assert(top.m_axis_tvalid | top.s_axis_tready)]
        answered = Signal(range(IMAGES))
        with m.If(left & ~answered.all()):
            m.d.sync += answered.eq(answered + 1)
        # Places without an image are not closed up: images stay about as far apart as they came.
        full = -(-self.plan.stages // beats)
        m.d.comb += Cover((answered == 2) & top.m_axis_tvalid & ~top.m_axis_tready & (count == full))
        return m

    def _result(self, pixels):
        """Return the words of a result, by the equations alone: sums of integers, as wide as a word."""
        values = [pixels[n] for n in range(len(pixels))]
        for layer in self.network.layers:
            values = [
                sum((weight * value for weight, value in zip(row, values, strict=True)), start=bias)
                for row, bias in zip(layer.weights.dense().tolist(), layer.bias.tolist(), strict=True)
            ]
            if layer.rule:  # a bit, without a shift
                values = [value > 0 for value in values]
        words = [
            value[:32] if len(value) >= 32 else Cat(value, value[-1].replicate(32 - len(value)))
            for value in values
        ]
        label = Cat(values[1] > values[0], Signal(31))
        return Cat(*words, label)


def _proof(interval: int, stages: int, depth: int, mutant: Mutant, *, short: bool = False) -> Proof:
    return Proof(
        "results are those of their images, in order, none lost and none twice",
        f"pipeline of {interval} and {stages}",
        lambda: InOrder(interval, stages),
        "bounded",
        depth,
        mutant,
        short=short,
    )


PROOFS = [
    _proof(1, 3, 14, Mutant("unrolled/pipeline.py", "self.result.ready | ~held[-1]", "C(1, 1)"), short=True),
    _proof(2, 4, 19, Mutant("unrolled/pipeline.py", "self.image.ready.eq(go)", "self.image.ready.eq(1)")),
]
