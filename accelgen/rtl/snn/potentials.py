"""Membranes of neurons whose currents last: they wait beside what a pass starts from, its currents."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, unsigned
from amaranth.hdl import signed as signed_shape
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from accelgen.rtl.common.table_memory import NEVER_READ_WHILE_WRITTEN, WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.snn.plan import SpikingPlan

__all__ = ["Potentials"]


class Potentials(wiring.Component):
    """Give each pass the membranes that the timestep before has left; zeros in the first timestep.

    Throughput: one word per cycle. Latency: one cycle, which the sums of a pass need at least: the word of
    the next pass is read when one leaves, and that of the first when a timestep starts. Memory is read once
    and written once for each pass and timestep; a word is written when the next is read.

    Parameters
    ----------
    plan : SpikingPlan
        Widths and depths.

    Members
    -------
    restart : In(1)
        A timestep starts.
    moves : In(1)
        A pass leaves.
    number : In(range(passes))
        The number of that pass in its timestep.
    first : In(1)
        This is the first timestep: nothing was left.
    value : Out(ArrayLayout(signed(potential_bits), lanes))
        The membranes of the pass that leaves next.
    left : In(WriteSignature(potential_words, lanes * potential_bits))
        What a finished pass leaves.
    """

    def __init__(self, plan: SpikingPlan):
        self.plan = plan
        super().__init__(
            {
                "restart": In(1),
                "moves": In(1),
                "number": In(counter(plan.passes)),
                "first": In(1),
                "value": Out(data.ArrayLayout(signed_shape(plan.potential_bits), plan.lanes)),
                "left": In(WriteSignature(plan.potential_words, plan.lanes * plan.potential_bits)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        m.submodules.memory = memory = Memory(
            shape=unsigned(plan.lanes * plan.potential_bits),
            depth=max(plan.potential_words, 2),
            init=[],
            attrs=NEVER_READ_WHILE_WRITTEN,
        )
        read, write = memory.read_port(), memory.write_port()
        following = Mux(self.restart, 0, self.number + 1)
        m.d.comb += [
            read.en.eq((self.restart | self.moves) & ~self.first & (following < plan.potential_words)),
            read.addr.eq(following),
            write.en.eq(self.left.valid),
            write.addr.eq(self.left.address),
            write.data.eq(self.left.data),
        ]
        membranes = data.View(data.ArrayLayout(signed_shape(plan.potential_bits), plan.lanes), read.data)
        for lane in range(plan.lanes):
            m.d.comb += self.value[lane].eq(Mux(self.first, 0, membranes[lane]))
        return m
