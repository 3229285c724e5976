"""Start values of a pass: its biases, and the membranes that the timestep before has left."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, unsigned
from amaranth.hdl import signed as signed_shape
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.table_memory import NEVER_READ_WHILE_WRITTEN, TableMemory, WriteSignature
from accelgen.rtl.counting import counter
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.table import Table

__all__ = ["Membranes"]


class Membranes(wiring.Component):
    """Give each pass its start values: ``bias + left``, where ``left`` is 0 unless membranes live on.

    Throughput: one word per cycle. Latency: one cycle; ``value`` stays while ``enable`` is low. Membrane
    memory is read once and written once for each pass and timestep, and not at all where nothing lives.

    Parameters
    ----------
    plan : SpikingPlan
        Widths and depths.
    bias : Table
        The biases, a word for each pass.

    Members
    -------
    enable, address : In
        Read the words of a pass.
    first : In(1)
        This is the first timestep: nothing was left.
    living : In(1)
        The pass that starts belongs to a layer whose membranes live on.
    value : Out(ArrayLayout(signed(accumulator_bits), lanes))
        The start values of the pass read last.
    left : In(WriteSignature(membrane_words, lanes * membrane_bits))
        What a finished pass leaves; only if some membrane lives on.
    load_bias : In(WriteSignature(...))
        Only with ``weights = "ram"``.
    """

    def __init__(self, plan: SpikingPlan, bias: Table):
        self.plan = plan
        self.bias = bias
        self.writable = plan.weights == "ram"
        members = {
            "enable": In(1),
            "address": In(counter(plan.passes)),
            "first": In(1),
            "living": In(1),
            "value": Out(data.ArrayLayout(signed_shape(plan.accumulator_bits), plan.lanes)),
        }
        if plan.membrane_words:
            members["left"] = In(WriteSignature(plan.membrane_words, plan.lanes * plan.membrane_bits))
        if self.writable:
            members["load_bias"] = In(WriteSignature(len(bias.words), bias.width))
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        m.submodules.bias = bias = TableMemory(self.bias, self.writable)
        if self.writable:
            connect(m, wiring.flipped(self.load_bias), bias.write)
        m.d.comb += [bias.enable.eq(self.enable), bias.address.eq(self.address)]
        biases = data.View(data.ArrayLayout(signed_shape(plan.bias_bits), plan.lanes), bias.data)
        if not plan.membrane_words:
            m.d.comb += [self.value[lane].eq(biases[lane]) for lane in range(plan.lanes)]
            return m

        m.submodules.memory = memory = Memory(
            shape=unsigned(plan.lanes * plan.membrane_bits),
            depth=max(plan.membrane_words, 2),
            init=[],
            attrs=NEVER_READ_WHILE_WRITTEN,
        )
        read, write = memory.read_port(), memory.write_port()
        m.d.comb += [
            read.en.eq(self.enable & ~self.first & (self.address < plan.membrane_words)),
            read.addr.eq(self.address),
            write.en.eq(self.left.valid),
            write.addr.eq(self.left.address),
            write.data.eq(self.left.data),
        ]
        layout = data.ArrayLayout(signed_shape(plan.membrane_bits), plan.lanes)
        membranes = data.View(layout, read.data)
        something = self.living & ~self.first
        for lane in range(plan.lanes):
            m.d.comb += self.value[lane].eq(biases[lane] + Mux(something, membranes[lane], 0))
        return m
