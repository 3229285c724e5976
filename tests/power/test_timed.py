import pytest

from accelgen.errors import InvalidRequest, ToolError
from accelgen.power.liberty import parse
from accelgen.power.netlist import Instance, Memory, Netlist, Port
from accelgen.power.timed import MEMORY_DELAY, read_counts, timed_netlist
from tests.power.drawn import LIBRARY

CLK, A, B, Q, GATED = 12, 13, 14, 15, 16
INVERTER = Instance("INV", "", {"A": A, "Y": B})
REGISTER = Instance("DFF", "", {"CK": GATED, "D": B, "Q": Q})
GATE = Instance("GATE", "", {"CK": CLK, "E": A, "GCK": GATED})


def lines(*instances, memories=(), outputs=None):
    netlist = Netlist(list(instances), list(memories), {"clk": [CLK], "a": [A]}, outputs or {"q": [Q]})
    text, nets = timed_netlist(netlist, parse(LIBRARY))
    return text.splitlines(), nets


def test_cells_become_truth_tables_with_delays():
    found, nets = lines(INVERTER, REGISTER, GATE)
    assert nets == [CLK, A, Q, B, GATED]
    clk, a, q, b, gated, state = 2, 3, 4, 5, 6, 7
    assert found == [
        "nets 8",
        f"input clk {clk}",
        f"input a {a}",
        f"output q {q}",
        # D has 2 fF and the wire 1 fF, so an edge takes 26 or 46 ps.
        f"gate {b} 36 1 {a}",
        f"flop {state} {gated} 2 {b}",
        f"gate {q} 1 2 {state}",
        f"clockgate {gated} {a}",
    ]


def test_memories_keep_their_ports():
    memory = Memory(
        "m", 4, 2, (Port(CLK, ("1",), (A, B), (Q, "x")),), (Port(CLK, (A, "0"), (B, A), ("1", B)),)
    )
    found, _ = lines(memories=[memory])
    clk, a, q, b = 2, 3, 4, 5
    assert found[-3:] == [
        f"memory 4 2 {MEMORY_DELAY}",
        f"read {clk} 1 2 {a} {b} {q} 0",
        f"write {clk} 2 {b} {a} 1 {b} {a} 0",
    ]


def test_what_cannot_be_simulated_is_refused():
    behind = Instance("GATE", "", {"CK": GATED, "E": A, "GCK": B})
    with pytest.raises(InvalidRequest, match="^GATE: a clock gate behind another cannot be simulated$"):
        lines(GATE, behind)
    with pytest.raises(InvalidRequest, match="^INV: the clock passes through it, and it is no clock gate$"):
        lines(Instance("INV", "", {"A": CLK, "Y": GATED}), REGISTER)
    with pytest.raises(InvalidRequest, match="^the netlist has no input 'clk'$"):
        timed_netlist(Netlist([], [], {}, {}), parse(LIBRARY))


def test_counts_are_read_by_net():
    text = "0\n0\n8\n3\n1\n77\n5 6\n"
    assert read_counts(text, [CLK, A, Q], 1) == ({CLK: 8, A: 3, Q: 1}, [(5, 6)])
    with pytest.raises(ToolError, match="counted fewer nets than there are"):
        read_counts("0\n0\n8\n", [CLK, A], 0)
