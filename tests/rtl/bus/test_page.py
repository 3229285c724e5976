import re

import pytest

from accelgen.network.file import digest
from accelgen.rtl.bus.fronts import BUSES
from accelgen.rtl.bus.page import page
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from tests.tiny_networks import small_network

STAMP = digest(small_network())


@pytest.mark.parametrize("bus", BUSES)
def test_the_page_lists_what_there_is(bus):
    registers = register_map(hardware_of(small_network(), Datapath(weights="ram")), STAMP, bus)
    text = page("small", registers, STAMP)
    rows = re.findall(r"^\| `(0x\w+)` \| `(\w+)` \| ([^|]+) \| (\d+) \| .* \| (.+) \|$", text, re.MULTILINE)
    assert [(int(offset, 16), name, int(bits), meaning) for offset, name, _, bits, meaning in rows] == [
        (register.offset, register.name, register.width, register.meaning) for register in registers.registers
    ]
    heads = re.findall(r"^## (\w+)$", text, re.MULTILINE)
    assert heads == [register.name for register in registers.registers if register.fields]
    for register in registers.registers:
        assert all(f"`{field.name}` | {field.meaning}" in text for field in register.fields)
    assert STAMP in text and text.endswith("|\n")
