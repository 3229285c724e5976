"""A unit of a stage: an engine of one layer, or of a share of its block rows, from words to passes or scores.

::

    words ─► sparse array ─┬─► score drain ─► scores
             (two banks)   └─► requantiser ─► activations
"""

from __future__ import annotations

from amaranth.hdl import C, Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.folded import load
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.conv.max_pool import MaxPool
from accelgen.rtl.dnn.engine import Engine
from accelgen.rtl.payloads import Activations, Score, ends_of
from accelgen.rtl.pipelined.plan import UnitPlan
from accelgen.rtl.table import Table

__all__ = ["Unit"]


class Unit(Engine):
    """Run a layer on the image in one of two banks.

    Throughput: one nonzero activation of a kept block per cycle, for all lanes of a pass; about ten cycles
    of overhead per image. Latency: six cycles from ``start`` to the first sum, and one more for each event of
    the pass. Back-pressure on ``activations`` or ``scores`` stalls it without loss.

    Parameters
    ----------
    plan : UnitPlan
        What to build.
    tables : list of Table
        Contents of its memories.

    Members
    -------
    frame : In(WriteSignature(...))
        Words of the next image, which enter the bank that is not read.
    start : In(1)
        The image in ``bank`` is whole, and its turn has come.
    idle : In(1)
        Nothing runs, for a cycle at least between two images.
    bank : In(1)
        The bank that is read, or that no image enters.
    activations : Out(stream.Signature(Activations(lanes, result_bits)))
        Passes, in order; only of a layer that is not the last.
    scores, done : Out(stream.Signature(Score(accumulator_bits))), Out(1)
        Scores, and that the last of them leave; only of the last layer.
    load_codes, load_index, load_bias, load_thresholds, load_multipliers : In(WriteSignature(...))
        Only with ``weights = "ram"``.
    """

    plan: UnitPlan

    def __init__(self, plan: UnitPlan, tables: list[Table]):
        self.layer = C(0, 1)
        super().__init__(plan, tables)

    def _members(self):
        plan = self.plan
        members = {
            "frame": In(WriteSignature(plan.bank_words[0], plan.word * plan.activation_bits)),
            "start": In(1),
            "idle": In(1),
            "bank": In(1),
        }
        if plan.hidden:
            passes = Activations(plan.lanes, plan.result_bits, ends_of(plan))
            members["activations"] = Out(stream.Signature(passes))
        else:
            members |= {"scores": Out(stream.Signature(Score(plan.score_bits))), "done": Out(1)}
        if self.writable:
            for table in self.tables:
                members[f"load_{table.name}"] = In(WriteSignature(len(table.words), table.width))
        return members

    @property
    def restart(self):
        """A layer that starts is the first one of its engine."""
        return self.start

    def elaborate(self, platform):
        m = Module()
        array = self._front(m)
        m.d.comb += [array.start.eq(self.start), array.restart.eq(self.start), array.bank.eq(self.bank)]
        m.d.comb += array.idle.eq(self.idle)
        # The array writes frames into bank 0, and while it reads bank 0, results into bank 1.
        for port, bank in ((array.frame, 1), (array.results, 0)):
            m.d.comb += [
                port.valid.eq(self.frame.valid & (self.bank == bank)),
                port.address.eq(self.frame.address),
                port.data.eq(self.frame.data),
            ]
        if not self.plan.hidden:
            self._read_out(m, array)
            return m
        entry, leaving, asks = self._rules(m, self)
        m.d.comb += asks
        connect(m, array.passes, entry)
        if self.plan.windows.pools:
            m.submodules.pool = pool = MaxPool(self.plan.lanes, self.plan.result_bits)
            connect(m, leaving, pool.passes)
            leaving = pool.largest
        connect(m, leaving, wiring.flipped(self.activations))
        return m

    def _front(self, m):
        """Build what gives the sums of passes from what they start from; return it."""
        array, bias = self._array(m)
        if self.writable:
            load(m, self, bias.write, array)
        self._start(m, array, bias)
        return array

    def _read_out(self, m, array):
        """Make scores of the sums of the last layer."""
        drain = self._drain(m)
        connect(m, drain.scores, wiring.flipped(self.scores))
        connect(m, array.passes, drain.passes)
        m.d.comb += self.done.eq(drain.done)
