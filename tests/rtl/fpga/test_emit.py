import re

from accelgen.network.file import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fpga.emit import link_verilog
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.hardware import hardware_of
from tests.tiny_networks import small_network


def test_the_top_has_the_pins_of_a_uart_and_is_written_alike_each_time():
    network = small_network()
    link = LinkPlan(
        hardware_of(network, Datapath(lanes=4)), digest(network), clock_hz=4_000_000, baud=1_000_000
    )
    text = link_verilog(link, "behind_two_wires")
    ports = re.search(r"^module behind_two_wires \((.*?)^\);", text, re.MULTILINE | re.DOTALL)[1]
    names = re.findall(r"^  (?:input|output) .*?(\w+),?$", ports, re.MULTILINE)
    assert names[:2] == ["clk", "rst"] and sorted(names) == ["busy", "clk", "rst", "rx", "tx"]
    assert link_verilog(link, "behind_two_wires") == text
