import re

from accelgen.power.liberty import parse
from accelgen.power.netlist import Instance, Memory, Netlist, Port
from accelgen.power.structural import memory_library, named_pins, structural_verilog

MEMORY = Memory("m", 4, 2, (Port(2, ("1",), (3, 4), (8, "x")),), (Port(2, (6, 6), (4, 3), (5, "0")),))
NETLIST = Netlist(
    [Instance("INV", "", {"A": 3, "Y": 5}), Instance("DFF", "", {"CK": 2, "D": "0", "Q": 6})],
    [MEMORY],
    {"clk": [2], "d": [3, 4]},
    {"q": [6], "w": [8, 4]},
)


def test_instances_ports_and_constants_are_named():
    lines = structural_verilog(NETLIST, "t").splitlines()
    assert lines[0] == "module t (clk, d, q, w);"
    assert "  input [1:0] d;" in lines and "  output q;" in lines
    assert "  INV i0 (.A(d[0]), .Y(n5));" in lines and "  DFF i1 (.CK(clk), .D(1'b0), .Q(n6));" in lines
    assert "  assign q = n6;" in lines and "  assign w[1] = d[1];" in lines
    (memory,) = (line for line in lines if "memory_0" in line)
    assert re.findall(r"\.(\w+)\(([^)]*)\)", memory) == [
        ("clk", "clk"),
        ("e0_0", "1'b1"),
        ("a0_0", "d[0]"),
        ("a0_1", "d[1]"),
        ("d0_0", "n8"),
        ("e1_0", "n6"),
        ("a1_0", "d[1]"),
        ("a1_1", "d[0]"),
        ("d1_0", "n5"),
        ("d1_1", "1'b0"),
    ], "a word that is written as a whole has one enable, and an output that leads nowhere no pin"


def test_memories_have_pins_with_delays():
    text = memory_library(NETLIST, [(0.25e-9, 0.125e-9)])
    cell = parse(text)
    pins = cell.cells["memory_0"].pins
    assert pins["clk"].clock and pins["d0_0"].output and not pins["a0_0"].output
    assert abs(pins["d0_0"].delay(0, 0) - 0.25e-9) < 1e-15
    assert 'setup_rising; rise_constraint (scalar) { values ("0.1250"); }' in text


def test_every_pin_on_a_net_has_a_name():
    found = dict(named_pins(NETLIST))
    assert found["i0/A"] == 3 and found["i0/Y"] == 5 and "i1/D" not in found
    assert found["m0/clk"] == 2 and found["m0/d0_0"] == 8 and found["m0/d1_0"] == 5
    assert "m0/e0_0" not in found and "m0/d1_1" not in found
    verilog = structural_verilog(NETLIST, "t")
    assert all(f".{name.partition('/')[2]}(" in verilog for name in found)
