import pytest

from accelgen.power.fanout import buffered, unbuffered
from accelgen.power.liberty import parse
from accelgen.power.netlist import Instance, Memory, Netlist, Port
from tests.power.drawn import LIBRARY

BUFFER = """cell (BUF) {
  area : 1; pin (I) { direction : input; } pin (Z) { direction : output; function : "I"; }
} }"""
LIB = parse(LIBRARY.rstrip().removesuffix("}") + BUFFER)


def netlist(count):
    """Return an inverter whose net, 3, ends in ``count`` registers on clock 1, and the rest of a netlist."""
    registers = [Instance("DFF", "mac", {"CK": 1, "D": 3, "Q": 10 + n}) for n in range(count)]
    driver = Instance("INV", "", {"A": 2, "Y": 3})
    return Netlist([driver, *registers], [], {"clk": [1], "a": [2]}, {"q": [3]})


def source(found, net):
    """Return the net at the root of the tree that drives ``net``, and how many buffers are between."""
    depth = 0
    drivers = {one.pins["Z"]: one for one in found.instances if one.kind == "BUF"}
    while net in drivers:
        net, depth = drivers[net].pins["I"], depth + 1
    return net, depth


@pytest.mark.parametrize(("count", "buffers", "depth"), [(4, 0, 0), (5, 2, 1), (16, 4, 1), (17, 5 + 2, 2)])
def test_no_cell_drives_more_than_it_may(count, buffers, depth):
    before = netlist(count)
    found = buffered(before, LIB, "BUF", fanout=4)
    ends = [net for one in found.instances for pin, net in one.pins.items() if pin in ("D", "I")]
    assert max(ends.count(net) for net in ends) <= 4
    registers = [one for one in found.instances if one.kind == "DFF"]
    assert len(registers) == count and len(found.instances) - 1 - count == buffers
    assert {source(found, one.pins["D"]) for one in registers} == {(3, depth)}
    assert all(one.pins["CK"] == 1 for one in registers), "a clock has a tree of its own"
    assert found.outputs == {"q": [3]} and before == netlist(count)


def test_buffers_belong_to_what_they_drive():
    found = buffered(netlist(9), LIB, "BUF", fanout=4)
    assert {one.block for one in found.instances if one.kind == "BUF"} == {"mac"}


def test_without_buffers_everything_hangs_on_the_source():
    before = netlist(17)
    found = unbuffered(buffered(before, LIB, "BUF", fanout=4), LIB)
    assert found.instances == before.instances and found.outputs == before.outputs

    chain = [Instance("BUF", "", {"I": 2, "Z": 3}), Instance("BUF", "", {"I": 3, "Z": 4})]
    port = Port(1, (4, "1"), (3,), (4,))
    memory = Memory("m", 2, 1, (port,), (port,))
    found = unbuffered(Netlist(chain, [memory], {"clk": [1], "a": [2]}, {"q": [4, "0"]}), LIB)
    moved = Port(1, (2, "1"), (2,), (2,))
    assert found.instances == [] and found.outputs == {"q": [2, "0"]}
    assert found.memories == [Memory("m", 2, 1, (moved,), (moved,))]
