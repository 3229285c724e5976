"""The unrolled engine: a layer is a cloud of additions between two registers.

::

    frame ─► words ─► image ─► layer 0 ─► register ─► ... ─► last layer ─► sums ─► score drain ─► scores

The words of a frame are gathered first and handed on together, so that the additions see whole images only
and are still while one arrives. An image moves on when the register after it is free.
"""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.score_drain import ScoreDrain
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.payloads import Score
from accelgen.rtl.unrolled.layer import UnrolledLayer
from accelgen.rtl.unrolled.pipeline import PipelinedLayer
from accelgen.rtl.unrolled.plan import UnrolledPlan

__all__ = ["UnrolledEngine"]


class UnrolledEngine(wiring.Component):
    """Run images through all layers, one layer a cycle.

    Throughput: an image in as many cycles as its frame has beats, or as it has classes if that is more.
    Latency: one cycle for each layer. Back-pressure on ``scores`` stops the layers one after the other,
    from the last, without loss.

    Parameters
    ----------
    plan : UnrolledPlan
        What to build.

    Members
    -------
    frame : In(WriteSignature(...))
        Words of the next image; only while ``may_load``.
    may_load, loaded, consumed : Out, In, Out(1)
        Hand-over of an image: see `LayerControl`.
    idle : Out(1)
        Nothing runs.
    scores : Out(stream.Signature(Score(accumulator_bits)))
        Scores of each image.
    """

    def __init__(self, plan: UnrolledPlan):
        self.plan = plan
        super().__init__(
            {
                "frame": In(WriteSignature(plan.input_beats, plan.word * plan.activation_bits)),
                "may_load": Out(1),
                "loaded": In(1),
                "consumed": Out(1),
                "idle": Out(1),
                "scores": Out(stream.Signature(Score(plan.accumulator_bits))),
            }
        )

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        m.submodules.drain = drain = ScoreDrain(
            plan.classes, plan.accumulator_bits, plan.classes, plan.classes
        )
        connect(m, drain.scores, wiring.flipped(self.scores))

        # held[n]: the register before layer n holds an image; the last one holds scores.
        held = Signal(len(plan.layers) + 1)
        moves = Signal.like(held)
        free = Signal.like(held)
        m.d.comb += [
            free.eq(~held | moves),
            moves.eq(held & Cat(free[1:], drain.passes.ready)),
            self.consumed.eq(self.loaded & free[0]),
            self.may_load.eq(1),
            self.idle.eq(~held.any()),
            drain.passes.valid.eq(held[-1]),
            drain.passes.p.ends.eq(~0),
        ]
        m.d.sync += held.eq(Cat(self.consumed, moves[:-1]) | (held & ~moves))

        values = self._image(m)
        layers = zip(plan.layers, plan.network.input_bits, plan.network.input_signs, plan.graphs, strict=True)
        for number, (layer, bits, signs, graph) in enumerate(layers):
            cloud = (
                PipelinedLayer(layer, bits, graph)
                if graph
                else UnrolledLayer(layer, bits, signed_inputs=signs)
            )
            m.submodules[f"layer{number}"] = cloud
            m.d.comb += cloud.values.eq(values)
            values = Signal(len(cloud.results), name=f"after{number}", reset_less=True)
            with m.If(moves[number]):
                m.d.sync += values.eq(cloud.results)
        m.d.comb += drain.passes.p.sums.as_value().eq(values)
        return m

    def _image(self, m) -> Signal:
        """Gather the words of a frame, and return the pixels of the image that runs."""
        plan = self.plan
        bits = plan.word * plan.activation_bits
        words = [Signal(bits, name=f"word{n}", reset_less=True) for n in range(plan.input_beats)]
        for number, word in enumerate(words):
            with m.If(self.frame.valid & (self.frame.address == number)):
                m.d.sync += word.eq(self.frame.data)
        image = Signal(plan.network.pixel_input.pixels * plan.activation_bits, reset_less=True)
        with m.If(self.consumed):
            m.d.sync += image.eq(Cat(words))
        return image
