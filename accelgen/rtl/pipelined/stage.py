"""A stage of a pipeline: a layer, from words to words or, the last one, to scores.

::

    words ─┬─► unit ─┬─► packer ─► trimmer ─► words
           ├─► unit ─┤
           └─► unit ─┴─► scores (of a last stage, which has one unit)
"""

from __future__ import annotations

from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.packer import Packer, PackRule, pack_rule
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.payloads import Score, ends_of
from accelgen.rtl.pipelined.control import StageControl
from accelgen.rtl.pipelined.joiner import RowJoiner
from accelgen.rtl.pipelined.plan import Leaving, StagePlan
from accelgen.rtl.pipelined.tables import suffix, unit_tables
from accelgen.rtl.pipelined.trimmer import WordTrimmer
from accelgen.rtl.pipelined.unit import Unit
from accelgen.rtl.table import Table

__all__ = ["Stage", "words_of"]


def words_of(leaving: Leaving) -> WriteSignature:
    """Return the signature of the words that leave a stage."""
    return WriteSignature(leaving.words, leaving.word * leaving.activation_bits)


class Stage(wiring.Component):
    """Run a layer on one image after another.

    Throughput: an image in as many cycles as the slowest unit takes; see `Unit`. Latency: an image starts
    once it is whole. Back-pressure: an image waits for ``may_give``, and then for nothing; that on
    ``scores`` stalls the last stage without loss.

    Parameters
    ----------
    plan : StagePlan
        What to build.
    number : int
        Of the stage; names of tables end with it.
    tables : list of Table
        Contents of the memories of all stages.

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
    load_<table> : In(WriteSignature(...))
        Only with ``weights = "ram"``, for each table of the stage.
    """

    #: The engine of a layer, or of some of its block rows.
    unit: type[Unit] = Unit

    def __init__(self, plan: StagePlan, number: int, tables: list[Table]):
        self.plan = plan
        count = len(plan.units)
        self.suffixes = [suffix(number, unit, count) for unit in range(count)]
        self.tables = [unit_tables(tables, each) for each in self.suffixes]
        super().__init__(self._members())

    def _members(self):
        plan = self.plan
        members = {
            "frame": In(WriteSignature(plan.bank_words[0], plan.frame_bits)),
            "may_load": Out(1),
            "loaded": In(1),
            "consumed": Out(1),
            "idle": Out(1),
        }
        if plan.leaving:
            members |= {"words": Out(words_of(plan.leaving)), "may_give": In(1), "given": Out(1)}
        else:
            members["scores"] = Out(stream.Signature(Score(plan.units[0].score_bits)))
        if plan.units[0].weights == "ram":
            for each, own in zip(self.suffixes, self.tables, strict=True):
                for table in own:
                    members[f"load_{table.name}{each}"] = In(WriteSignature(len(table.words), table.width))
        return members

    def elaborate(self, platform):
        m = Module()
        m.submodules.control = control = StageControl()
        m.d.comb += [
            self.may_load.eq(control.may_load),
            control.loaded.eq(self.loaded),
            self.consumed.eq(control.consumed),
            self.idle.eq(control.idle),
        ]
        units = self._units(m, control)
        if self.plan.leaving:
            self._give(m, control, units, self.plan.leaving)
        else:
            (unit,) = units
            connect(m, unit.scores, wiring.flipped(self.scores))
            m.d.comb += [control.may_give.eq(1), control.done.eq(unit.done)]
        return m

    def _units(self, m: Module, control: StageControl) -> list[Unit]:
        """Add and return all engines."""
        return [self._unit(m, control, number) for number in range(len(self.plan.units))]

    def _unit(self, m: Module, control: StageControl, number: int) -> Unit:
        """Add and return an engine that gets all words."""
        unit = self.unit(self.plan.units[number], self.tables[number])
        m.submodules[f"unit{number}"] = unit
        m.d.comb += [
            unit.start.eq(control.start),
            unit.idle.eq(control.rests),
            unit.bank.eq(control.bank),
            unit.frame.valid.eq(self.frame.valid),
            unit.frame.address.eq(self.frame.address),
            unit.frame.data.eq(self.frame.data),
        ]
        if unit.writable:
            for table in self.tables[number]:
                ours = getattr(self, f"load_{table.name}{self.suffixes[number]}")
                connect(m, wiring.flipped(ours), getattr(unit, f"load_{table.name}"))
        return unit

    def _give(self, m: Module, control: StageControl, units: list[Unit], leaving: Leaving) -> None:
        """Make words of the passes of all units."""
        first = self.plan.units[0]
        passes = units[0].activations
        if len(units) > 1:
            m.submodules.joiner = joiner = RowJoiner(
                len(units), first.lanes, first.result_bits, ends_of(first)
            )
            for number, unit in enumerate(units):
                connect(m, unit.activations, getattr(joiner, f"passes{number}"))
            passes = joiner.joined
        m.submodules.packer = packer = Packer(leaving)
        m.submodules.trimmer = trimmer = WordTrimmer(leaving)
        connect(m, passes, packer.activations)
        connect(m, packer.results, trimmer.packed)
        connect(m, trimmer.words, wiring.flipped(self.words))
        m.d.comb += [
            packer.start.eq(control.start),
            packer.rule.eq(PackRule(leaving).const(pack_rule(leaving, 0))),
            trimmer.start.eq(control.start),
            control.may_give.eq(self.may_give),
            control.done.eq(packer.done),
            self.given.eq(packer.done),
        ]
