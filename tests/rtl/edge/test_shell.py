from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In
from amaranth.sim import Simulator

from accelgen.rtl.edge.ports import stream_ports
from accelgen.rtl.edge.shell import Shell


class Faulty:
    """A receiver that raises what a test says."""

    def __init__(self, owner):
        self.short, self.long, self.range_ = owner.short, owner.long, owner.range_


class Kept(wiring.Component):
    """A top with nothing but errors."""

    def __init__(self):
        raised = dict.fromkeys(("short", "long", "range_", "load"), In(1))
        super().__init__(stream_ports(8, loadable=False) | raised)

    def elaborate(self, platform):
        m = Module()
        engine = Signal()
        Shell(m, self, engine).keep_errors(Faulty(self), self.load)
        return m


def test_errors_stay_until_they_are_cleared_and_a_new_one_is_not():
    dut = Kept()
    simulator = Simulator(dut)
    simulator.add_clock(1e-6)

    async def look(ctx):
        for bit, name in enumerate(("short", "long", "range_", "load")):
            ctx.set(getattr(dut, name), 1)
            await ctx.tick()
            ctx.set(getattr(dut, name), 0)
            await ctx.tick().repeat(3)
            assert ctx.get(dut.error) == (2 << bit) - 1
        ctx.set(dut.error_clear, 1)
        ctx.set(dut.long, 1)
        await ctx.tick()
        ctx.set(dut.long, 0)
        assert ctx.get(dut.error) == 2
        await ctx.tick()
        assert ctx.get(dut.error) == 0

    simulator.add_testbench(look)
    simulator.run()
