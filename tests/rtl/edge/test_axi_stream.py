from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator

from accelgen.rtl.edge.axi_stream import AxiStream, End, flat_ports, join


class Through(wiring.Component):
    """What comes in at one end goes out at the other."""

    def __init__(self):
        stream = AxiStream(8)
        super().__init__({**flat_ports(stream.flip(), "s_axis_"), **flat_ports(stream, "m_axis_")})

    def elaborate(self, platform):
        m = Module()
        join(m, End(self, "s_axis_"), End(self, "m_axis_"))
        return m


def test_ports_have_the_names_and_directions_of_the_standard():
    members = flat_ports(AxiStream(8), "m_axis_")
    assert {name: member.flow for name, member in members.items()} == {
        "m_axis_tdata": Out,
        "m_axis_tvalid": Out,
        "m_axis_tready": In,
        "m_axis_tlast": Out,
    }
    assert flat_ports(AxiStream(8).flip())["tdata"].flow == In and members["m_axis_tdata"].shape.width == 8


def test_ends_meet_in_both_directions():
    dut = Through()
    simulator = Simulator(dut)

    async def look(ctx):
        for data, valid, last, ready in ((3, 1, 0, 1), (200, 0, 1, 0)):
            ctx.set(dut.s_axis_tdata, data)
            ctx.set(dut.s_axis_tvalid, valid)
            ctx.set(dut.s_axis_tlast, last)
            ctx.set(dut.m_axis_tready, ready)
            seen = (dut.m_axis_tdata, dut.m_axis_tvalid, dut.m_axis_tlast, dut.s_axis_tready)
            assert tuple(ctx.get(wire) for wire in seen) == (data, valid, last, ready)

    simulator.add_testbench(look)
    simulator.run()
