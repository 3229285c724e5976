"""A netlist of three cells, a clock gate and a memory, whose energy is computed by hand."""

import pytest

from accelgen.errors import ToolError
from accelgen.power.access import priced
from accelgen.power.estimate import SLEW, clock_nets, estimate, fanouts_of, loads_of
from accelgen.power.liberty import parse
from accelgen.power.netlist import Instance, Memory, Netlist
from tests.power.drawn import LIBRARY, macro

CYCLES = 100
CLK, A, B, Q, GATED = 2, 3, 4, 5, 6
LOGIC = [
    Instance("INV", "", {"A": A, "Y": B}),
    Instance("DFF", "", {"CK": GATED, "D": B, "Q": Q}),
    Instance("INV", "mac", {"A": Q, "Y": "x"}),
    Instance("GATE", "", {"CK": CLK, "E": "1", "GCK": GATED}),
]
NETLIST = Netlist(LOGIC, [], {"clk": [CLK], "a": [A]}, {})
MEMORY = Memory("m", 16, 8, (), ())
WIRELESS = LIBRARY.replace('default_wire_load : "near";', "")


def toggles(a=30, b=30, q=10):
    return {A: a, B: b, Q: q, CLK: 2 * CYCLES, GATED: CYCLES}


def measure(found, memories=(), clock_hz=1e6, text=WIRELESS):
    netlist = Netlist(LOGIC, [memory for memory, *_ in memories], NETLIST.inputs, {})
    library, cells = parse(text), parse(macro())
    macros = [{name: priced(cell, cells.voltage) for name, cell in cells.cells.items()}] * len(memories)
    accesses = [used for _, used in memories]
    return estimate(netlist, found, accesses, library, macros, cycles=CYCLES, clock_hz=clock_hz)


def test_it_is_what_a_hand_computes():
    found = measure(toggles(), [(MEMORY, (20, 50))])
    # V**2 / 2 = 2: a pin of 3 fF takes 6 fJ a change. Net b has the 2 fF of D: the tables give 2.4 fJ.
    assert found.blocks["control"] == pytest.approx((30 * 6 + 30 * 2.4 + 30 * 4) * 1e-15)
    assert found.blocks["mac"] == pytest.approx(10 * 6e-15)
    # 1 fF on either side of the gate; half of the cycles the register sees its clock, for 3 fJ an edge.
    assert found.blocks["clock"] == pytest.approx((200 * 2 + 100 * (2 + 3)) * 1e-15)
    assert found.blocks["wires"] == 0
    assert found.charging == pytest.approx((30 * 6 + 30 * 4 + 10 * 6 + 200 * 2 + 100 * 2) * 1e-15)
    assert found.seconds == pytest.approx(1e-4)
    assert found.leakage["logic"] == pytest.approx((4 + 10 + 4 + 5) * 1e-9 * 1e-4)
    assert found.leakage["memory"] == pytest.approx(50e-9 * 1e-4)
    (memory,) = found.memories
    assert memory.dynamic == pytest.approx(70 * 1.1e-12)
    assert found.area == {"logic": 12.0, "memory": 100.0}
    assert found.total == pytest.approx(
        sum(found.blocks.values()) + sum(found.leakage.values()) + memory.dynamic
    )


def test_wires_cost_what_their_model_says():
    without, found = measure(toggles()), measure(toggles(), text=LIBRARY)
    # A net that ends in one pin has a wire of 2 units of 0.5 fF, hence 2 fJ a change.
    assert found.blocks["wires"] == pytest.approx((30 + 30 + 10) * 2e-15)
    assert found.blocks["clock"] - without.blocks["clock"] == pytest.approx((200 + 100) * 2e-15)
    # The tables of the inverter see the wire too: 0.2 fJ for each fF.
    assert found.blocks["control"] - without.blocks["control"] == pytest.approx(30 * 0.2e-15)


def test_twice_the_activity_is_twice_the_dynamic_energy():
    once, twice = measure(toggles(), text=LIBRARY), measure(toggles(a=60, b=60, q=20), text=LIBRARY)
    for block in ("mac", "control", "wires"):
        assert twice.blocks[block] == pytest.approx(2 * once.blocks[block])
    assert twice.blocks["clock"] == once.blocks["clock"] and twice.leakage == once.leakage


def test_an_idle_design_costs_its_clock_and_its_leakage():
    idle = measure(toggles(a=0, b=0, q=0), [(MEMORY, (0, 0))], text=LIBRARY)
    assert idle.blocks["mac"] == idle.blocks["control"] == idle.blocks["wires"] == 0
    assert idle.total == pytest.approx(idle.blocks["clock"] + sum(idle.leakage.values()))
    assert measure(toggles(), clock_hz=2e6).leakage["logic"] == pytest.approx(idle.leakage["logic"] / 2)


def test_nets_have_loads_fanouts_and_clocks():
    library = parse(LIBRARY)
    assert loads_of(NETLIST, library)[B] == pytest.approx(3e-15)
    assert fanouts_of(NETLIST, library) == {A: 1, GATED: 1, B: 1, Q: 1, CLK: 1}
    assert clock_nets(NETLIST, library) == {CLK, GATED}
    assert SLEW > 0


def test_a_net_that_was_not_simulated_is_named():
    found = toggles()
    del found[Q]
    with pytest.raises(ToolError, match="^the simulation has no activity of net 5$"):
        measure(found)
