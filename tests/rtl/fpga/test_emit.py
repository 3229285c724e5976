import re

from accelgen.network.file import digest
from accelgen.rtl.fpga.emit import link_verilog
from accelgen.rtl.fpga.ports import LinkPlan, planned
from accelgen.rtl.options import Datapath
from tests.build import small_network


def test_the_top_has_the_pins_of_a_uart_and_is_written_alike_each_time():
    network = small_network()
    plan, tables = planned(network, Datapath(lanes=4))
    link = LinkPlan(plan, digest(network), clock_hz=4_000_000, baud=1_000_000)
    text = link_verilog(link, tables, "behind_two_wires")
    ports = re.search(r"^module behind_two_wires \((.*?)^\);", text, re.MULTILINE | re.DOTALL)[1]
    assert re.findall(r"(\w+),?$", re.sub("//.*", "", ports), re.MULTILINE)[:2] == ["clk", "rst"]
    assert sorted(re.findall(r"^  (?:input|output) .*?(\w+),?$", ports, re.MULTILINE)) == [
        "busy",
        "clk",
        "rst",
        "rx",
        "tx",
    ]
    assert link_verilog(link, tables, "behind_two_wires") == text
