import re

import pytest

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from accelgen.rtl.macros import MacroTables, ram_module
from tests.tiny_networks import small_network, spiking_network

PORTS = {"clk", "read_enable", "read_address", "read_data", "write_enable", "write_address", "write_data"}


def instances(verilog):
    """Return names and ports of the modules that are used and not written."""
    found = re.findall(r"^  (\w+_ram_\d+x\d+) \w+ \((.*?)\);", verilog, re.MULTILINE | re.DOTALL)
    return [(name, set(re.findall(r"\.(\w+)\(", ports))) for name, ports in found]


@pytest.mark.parametrize("network", [small_network(), spiking_network()], ids=lambda network: network.name)
def test_tables_that_are_loaded_become_modules(network):
    platform = MacroTables("small", 1)
    made = generate(network, Datapath(lanes=4, weights="ram"), platform)
    tables = [m for m in made.manifest.memories if m.role == "table"]
    assert {table.name for table in platform.made} == {memory.name for memory in tables}
    found = instances(made.verilog)
    assert sorted(name for name, _ in found) == sorted(ram_module("small", m.depth, m.width) for m in tables)
    assert all(ports == PORTS for _, ports in found)


def test_small_tables_and_constants_stay_what_they_are():
    options = Datapath(lanes=4, weights="ram")
    plain = generate(small_network(), options).verilog
    sizes = MacroTables("small", 1)
    generate(small_network(), options, sizes)
    largest = max(len(table.words) * table.width for table in sizes.made)
    above = MacroTables("small", largest + 1)
    assert generate(small_network(), options, above).verilog == plain and above.made == []
    one = MacroTables("small", largest)
    assert len(instances(generate(small_network(), options, one).verilog)) == len(one.made) == 1
    constant = MacroTables("small", 1)
    rom = Datapath(lanes=4)
    assert generate(small_network(), rom, constant).verilog == generate(small_network(), rom).verilog
    assert constant.made == []
