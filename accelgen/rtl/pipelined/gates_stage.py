"""A stage of a pipeline whose layer is unrolled: its weights are gates, and an image takes a cycle.

::

    words ─► image ─► layer ─► results ─┬─► words, one each cycle
                                        └─► score drain ─► scores (of a last stage)

The image stands in registers while its words arrive, and leaves them at once: there is no second bank.
"""

from __future__ import annotations

from amaranth.hdl import Array, Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.score_drain import ScoreDrain
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.payloads import Score
from accelgen.rtl.pipelined.plan import GatesPlan, Leaving
from accelgen.rtl.unrolled.layer import UnrolledLayer
from accelgen.rtl.unrolled.pipeline import PipelinedLayer

__all__ = ["GatesStage"]


class GatesStage(wiring.Component):
    """Run an unrolled layer on one image after another.

    Throughput: an image in as many cycles as it has words, those that enter or those that leave, whichever
    are more, and one or two besides. Latency: two cycles from ``consumed`` to the first word or score.
    Back-pressure: an image waits for ``may_give`` and then for nothing; that on ``scores`` stalls the last
    stage without loss.

    Parameters
    ----------
    plan : GatesPlan
        What to build.

    Members
    -------
    frame, may_load, loaded, consumed, idle, scores, words, may_give, given
        As `Stage` has them.
    """

    def __init__(self, plan: GatesPlan):
        self.plan = plan
        members = {
            "frame": In(WriteSignature(plan.bank_words[0], plan.frame_bits)),
            "may_load": Out(1),
            "loaded": In(1),
            "consumed": Out(1),
            "idle": Out(1),
        }
        if leaving := plan.leaving:
            words = WriteSignature(leaving.words, leaving.word * leaving.activation_bits)
            members |= {"words": Out(words), "may_give": In(1), "given": Out(1)}
        else:
            members["scores"] = Out(stream.Signature(Score(plan.shape.score_bits)))
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        full = Signal()  # the image is whole, and still stands in its registers
        leaves = Signal()  # it becomes results
        held = Signal()  # there are results that have not left
        m.d.comb += [
            self.may_load.eq(~full),
            self.consumed.eq(self.loaded & self.may_load),
            self.idle.eq(~full & ~held),
        ]
        m.d.sync += full.eq(Mux(full, ~leaves, self.consumed))
        m.submodules.layer = layer = self._layer()
        m.d.comb += layer.values.eq(self._image(m)[: len(layer.values)])
        results = Signal(len(layer.results), reset_less=True)
        with m.If(leaves):
            m.d.sync += results.eq(layer.results)
        if leaving := self.plan.leaving:
            self._give(m, leaving, full, leaves, held, results)
        else:
            self._read_out(m, full, leaves, held, results)
        return m

    def _layer(self) -> PipelinedLayer | UnrolledLayer:
        """Return the gates of the layer."""
        plan = self.plan
        bits = plan.shape.activation_bits
        if plan.graph:
            return PipelinedLayer(plan.layer, bits, plan.graph)
        return UnrolledLayer(plan.layer, bits, signed_inputs=plan.signed_inputs)

    def _image(self, m: Module) -> Cat:
        """Gather the words of an image."""
        words = [
            Signal(self.plan.frame_bits, name=f"word{n}", reset_less=True)
            for n in range(self.plan.bank_words[0])
        ]
        for number, word in enumerate(words):
            with m.If(self.frame.valid & (self.frame.address == number)):
                m.d.sync += word.eq(self.frame.data)
        return Cat(words)

    def _give(
        self, m: Module, leaving: Leaving, full: Signal, leaves: Signal, held: Signal, results: Signal
    ) -> None:
        """Send the words of the results, one each cycle."""
        width = leaving.word * leaving.activation_bits
        place = Signal(counter(leaving.words))
        words = Array(results[n * width : (n + 1) * width] for n in range(leaving.words))
        m.d.comb += [
            leaves.eq(full & ~held & self.may_give),
            self.words.valid.eq(held),
            self.words.address.eq(place),
            self.words.data.eq(words[place]),
            self.given.eq(held & (place == leaving.words - 1)),
        ]
        m.d.sync += held.eq(Mux(held, ~self.given, leaves))
        with m.If(held):
            m.d.sync += place.eq(Mux(self.given, 0, place + 1))

    def _read_out(self, m: Module, full: Signal, leaves: Signal, held: Signal, results: Signal) -> None:
        """Send the results as scores."""
        shape = self.plan.shape
        count = shape.classes
        m.submodules.drain = drain = ScoreDrain(count, shape.score_bits, count, count)
        connect(m, drain.scores, wiring.flipped(self.scores))
        m.d.comb += [
            leaves.eq(full & (~held | drain.passes.ready)),
            drain.passes.valid.eq(held),
            drain.passes.p.ends.eq(~0),
        ]
        # A score of an engine may be wider: its sums count rows of which outputs do not exist.
        bits = len(results) // count
        for number in range(count):
            score = results.word_select(number, bits).as_signed()
            m.d.comb += drain.passes.p.sums[number].eq(score)
        m.d.sync += held.eq(leaves | (held & ~drain.passes.ready))
