from accelgen.power.liberty_syntax import read_group
from accelgen.power.memory_port import memory_port
from tests.power.drawn import ENABLED

RAM = """cell (ram) {
  pin (clk) { direction : input; clock : true; }
  bus (a) { direction : input;
    timing () { timing_type : hold_rising; when : "x"; rise_constraint (scalar) { values ("0.9"); } }
    timing () { timing_type : setup_rising; rise_constraint (scalar) { values ("0.2"); } } }
  bus (d) { direction : input; memory_write () { address : a; clocked_on : "clk"; } }
  bus (m) { direction : input; memory_write () { address : z; clocked_on : "other"; } }
  bus (q) { direction : output; memory_read () { address : a; } }
}"""


def test_the_port_that_writes_is_found():
    port = memory_port(read_group(RAM))
    assert (port.clock, port.address, port.data) == ("clk", "a", "d")
    assert (port.accesses, port.writes, port.setup) == ("", "", 0.2)


def test_checks_say_when_it_reads_and_writes_even_without_semicolons():
    port = memory_port(read_group(ENABLED[ENABLED.index("cell (ram)") :]))
    assert (port.clock, port.address, port.data) == ("CLK", "ADDR", "DIN")
    assert (port.accesses, port.writes) == ("((WEN | REN)& MEN)", "(WEN & MEN)")
    assert port.setup == 0.3, "the longest, at the steepest edges"


def test_a_memory_that_is_only_read_has_a_port_too():
    read_only = RAM.replace("memory_write () { address : a;", "hidden () { address : a;").replace(
        "memory_write () { address : z;", "hidden () { address : z;"
    )
    port = memory_port(read_group(read_only))
    assert (port.clock, port.address) == ("", "a")
    assert memory_port(read_group("cell (x) { }")).address == ""
