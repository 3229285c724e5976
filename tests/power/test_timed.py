import pytest

from accelgen.errors import InvalidRequest, ToolError
from accelgen.power.liberty import parse
from accelgen.power.netlist import Instance, Memory, Netlist, Port
from accelgen.power.timed import read_counts, read_parts, timed_netlist
from tests.power.drawn import LIBRARY

CLK, A, B, Q, GATED = 12, 13, 14, 15, 16
INVERTER = Instance("INV", "", {"A": A, "Y": B})
REGISTER = Instance("DFF", "", {"CK": GATED, "D": B, "Q": Q})
GATE = Instance("GATE", "", {"CK": CLK, "E": A, "GCK": GATED})


def lines(*instances, memories=(), outputs=None):
    netlist = Netlist(list(instances), list(memories), {"clk": [CLK], "a": [A]}, outputs or {"q": [Q]})
    text, nets = timed_netlist(netlist, parse(LIBRARY), [4.2e-9] * len(memories))
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
        "memory 4 2 4200",
        f"read {clk} 1 2 {a} {b} {q} 0",
        f"write {clk} 2 {b} {a} 1 {b} {a} 0",
    ]


def test_what_cannot_be_simulated_is_refused():
    behind = Instance("GATE", "", {"CK": GATED, "E": A, "GCK": B})
    with pytest.raises(InvalidRequest, match="^GATE: a clock gate behind another cannot be simulated$"):
        lines(GATE, behind)
    with pytest.raises(InvalidRequest, match="^INV: the clock passes through it, and it is no clock gate$"):
        lines(Instance("INV", "", {"A": CLK, "Y": GATED}), REGISTER)
    for inputs in ({}, {"clk": ["0"]}, {"clk": [CLK, A]}):
        with pytest.raises(InvalidRequest, match="^the netlist has no input 'clk'$"):
            timed_netlist(Netlist([], [], inputs, {}), parse(LIBRARY), [])


def test_a_register_may_have_a_reset_that_is_tied_off():
    cleared = LIBRARY.replace('clocked_on : "CK";', 'clocked_on : "CK"; clear : "R\'";').replace(
        "pin (D) {", "pin (R) { direction : input; } pin (D) {"
    )

    def flop(reset):
        register = Instance("DFF", "", {"CK": CLK, "D": A, "R": reset, "Q": Q})
        netlist = Netlist([register], [], {"clk": [CLK], "a": [A]}, {"q": [Q]})
        text, _ = timed_netlist(netlist, parse(cleared), [])
        return next(line for line in text.splitlines() if line.startswith("flop"))

    # The first input of the table is D, the second, R, a constant 1.
    assert flop("1") == "flop 5 2 a 3 1"
    for live in ("0", A):
        with pytest.raises(
            InvalidRequest, match=r"^DFF: is cleared or set by \(\(~R\)\), which is not tied off$"
        ):
            flop(live)


def test_counts_are_read_by_net():
    text = "0\n0\n8\n3\n1\n77\n5 6\n"
    assert read_counts(text, [CLK, A, Q], 1) == ({CLK: 8, A: 3, Q: 1}, [(5, 6)])
    with pytest.raises(ToolError, match="counted fewer nets than there are"):
        read_counts("0\n0\n8\n", [CLK, A], 0)


def test_parts_are_named_by_nets_and_read_by_net():
    netlist = Netlist([INVERTER], [], {"clk": [CLK], "a": [A]}, {"q": [Q]}, part=[A, "0", B])
    text, _ = timed_netlist(netlist, parse(LIBRARY), [])
    assert "part 3 0 5" in text.splitlines()
    one, two = "0\n0\n8\n3\n1\n77\n5 6\n7 8\n", "0\n0\n2\n1\n0\n0\n1 0\n0 1\n"
    found = read_parts(f"0 4\n{one}5 1\n{two}", [CLK, A, Q], 2)
    assert found == {
        0: (4, ({CLK: 8, A: 3, Q: 1}, [(5, 6), (7, 8)])),
        5: (1, ({CLK: 2, A: 1, Q: 0}, [(1, 0), (0, 1)])),
    }
    assert read_parts("", [CLK], 0) == {}
