"""A netlist of three cells and a memory, whose energy is computed by hand."""

import pytest

from accelgen.errors import ToolError
from accelgen.power.estimate import estimate
from accelgen.power.liberty import parse
from accelgen.power.netlist import Instance, Memory, Net, Netlist
from accelgen.power.saif import Activity
from tests.power.drawn import LIBRARY, macro

CYCLES = 100
CLK, A, B, Q = (Net(("t",), name) for name in ("clk", "a", "b", "q"))
LOGIC = [
    Instance("INV", "t", {"A": A, "Y": B}),
    Instance("DFF", "t", {"CK": CLK, "D": B, "Q": Q}),
    Instance("INV", "t.mac", {"A": Q, "Y": None}),
]
MEMORY = Memory("m", 16, 8, ((A,),), ((None,),))


def activity(a=30, b=30, q=10, clk=2 * CYCLES, high=40):
    toggles = {"a": a, "b": b, "q": q, "clk": clk}
    return {("t",): {name: Activity(high, count) for name, count in toggles.items()}}


def measure(found, memories=(), clock_hz=1e6):
    cells = parse(LIBRARY)
    macros = parse(macro()).cells
    return estimate(Netlist(LOGIC, list(memories)), found, cells, macros, cycles=CYCLES, clock_hz=clock_hz)


def test_it_is_what_a_hand_computes():
    found = measure(activity(), [MEMORY])
    # V**2 / 2 = 2: a pin of 3 fF takes 6 fJ a change. Net b has the 2 fF of D: the tables give 2.4 fJ.
    assert found.blocks["control"] == pytest.approx((30 * 6 + 30 * 2.4 + 30 * 4) * 1e-15)
    assert found.blocks["mac"] == pytest.approx(10 * 6e-15)
    assert found.blocks["clock"] == pytest.approx(200 * (2 + 3) * 1e-15)
    assert found.seconds == pytest.approx(1e-4)
    assert found.leakage["logic"] == pytest.approx((4 + 10 + 4) * 1e-9 * 1e-4)
    assert found.leakage["memory"] == pytest.approx(50e-9 * 1e-4)
    (memory,) = found.memories
    # Enabled for 40 of 200 half cycles, and written in each cycle.
    assert (memory.reads, memory.writes) == (20, CYCLES)
    assert memory.access == pytest.approx(120 * 1e-12)
    assert found.area == {"logic": 9.0, "memory": 100.0}
    assert found.total == pytest.approx(
        sum(found.blocks.values()) + sum(found.leakage.values()) + memory.access
    )


def test_twice_the_activity_is_twice_the_dynamic_energy():
    once, twice = measure(activity()), measure(activity(a=60, b=60, q=20))
    for block in ("mac", "control"):
        assert twice.blocks[block] == pytest.approx(2 * once.blocks[block])
    assert twice.blocks["clock"] == once.blocks["clock"] and twice.leakage == once.leakage


def test_an_idle_design_costs_its_clock_and_its_leakage():
    idle = measure(activity(a=0, b=0, q=0))
    assert idle.blocks["mac"] == idle.blocks["control"] == 0
    assert idle.total == pytest.approx(idle.blocks["clock"] + idle.leakage["logic"])
    assert measure(activity(), clock_hz=2e6).leakage["logic"] == pytest.approx(idle.leakage["logic"] / 2)


def test_a_net_that_was_not_simulated_is_named():
    with pytest.raises(ToolError, match="^the simulation has no activity of t.q$"):
        found = activity()
        del found["t",]["q"]
        measure(found)
