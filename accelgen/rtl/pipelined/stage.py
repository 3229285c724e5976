"""A stage of a pipeline: the engine of one layer, from words to words or, the last one, to scores.

::

    words ─► sparse array ─┬─► score drain ─► scores
             (two banks)   └─► requantiser ─► packer ─► words
"""

from __future__ import annotations

from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.folded import folded_members
from accelgen.rtl.common.packer import Packer, PackRule, pack_rule
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.conv.max_pool import MaxPool
from accelgen.rtl.dnn.engine import Engine
from accelgen.rtl.pipelined.control import StageControl
from accelgen.rtl.pipelined.plan import Leaving, StagePlan
from accelgen.rtl.pipelined.trimmer import WordTrimmer
from accelgen.rtl.table import Table

__all__ = ["Stage", "words_of"]


def words_of(leaving: Leaving) -> WriteSignature:
    """Return the signature of the words that leave a stage."""
    return WriteSignature(leaving.words, leaving.word * leaving.activation_bits)


class Stage(Engine):
    """Run a layer on one image after another.

    Throughput: one nonzero activation of a kept block per cycle, for all lanes of a pass; about ten cycles
    of overhead per image. Latency: an image starts once it is whole. Back-pressure: an image waits for
    ``may_give``, and then for nothing; that on ``scores`` stalls the last stage without loss.

    Parameters
    ----------
    plan : StagePlan
        What to build.
    tables : list of Table
        Contents of its memories.

    Members
    -------
    frame : In(WriteSignature(...))
        Words of the next image; only while ``may_load``.
    may_load, loaded, consumed, idle : Out, In, Out, Out(1)
        Hand-over of an image: see `StageControl`.
    scores : Out(stream.Signature(Score(accumulator_bits)))
        Scores of each image; only of the last stage.
    words : Out(WriteSignature(...))
        Words of the image for the next stage; only of the others, like what follows.
    may_give, given : In, Out(1)
        There is room for an image; the last word of one is being written.
    load_codes, load_index, load_bias, load_thresholds, load_multipliers : In(WriteSignature(...))
        Only with ``weights = "ram"``.
    """

    plan: StagePlan

    def __init__(self, plan: StagePlan, tables: list[Table]):
        super().__init__(plan, tables)

    def _members(self):
        members = folded_members(self.plan, self.tables, self.plan.accumulator_bits)
        if leaving := self.plan.leaving:
            del members["scores"]
            members |= {"words": Out(words_of(leaving)), "may_give": In(1), "given": Out(1)}
        return members

    def elaborate(self, platform):
        m = Module()
        m.submodules.control = control = StageControl()
        array = self._array(m, control)
        # The array writes frames into bank 0, and while it reads bank 0, results into bank 1.
        for port, bank in ((array.frame, 1), (array.results, 0)):
            m.d.comb += [
                port.valid.eq(self.frame.valid & (control.bank == bank)),
                port.address.eq(self.frame.address),
                port.data.eq(self.frame.data),
            ]
        if self.plan.leaving is None:
            drain = self._drain(m)
            connect(m, array.passes, drain.passes)
            m.d.comb += [control.may_give.eq(1), control.done.eq(drain.done)]
        else:
            self._give(m, control, array, self.plan.leaving)
        return m

    def _give(self, m: Module, control: StageControl, array: wiring.Component, leaving: Leaving) -> None:
        """Make words of passes."""
        plan = self.plan
        entry, results, asks = self._rules(m, control)
        m.submodules.packer = packer = Packer(leaving)
        m.submodules.trimmer = trimmer = WordTrimmer(leaving)
        connect(m, array.passes, entry)
        if plan.windows.pools:
            m.submodules.pool = pool = MaxPool(plan.lanes, plan.result_bits)
            connect(m, results, pool.passes)
            results = pool.largest
        connect(m, results, packer.activations)
        connect(m, packer.results, trimmer.packed)
        connect(m, trimmer.words, wiring.flipped(self.words))
        m.d.comb += [
            *asks,
            packer.start.eq(control.start),
            packer.rule.eq(PackRule(leaving).const(pack_rule(leaving, plan.layers[0]))),
            trimmer.start.eq(control.start),
            control.may_give.eq(self.may_give),
            control.done.eq(packer.done),
            self.given.eq(packer.done),
        ]
