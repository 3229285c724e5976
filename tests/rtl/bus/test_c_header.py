import re

from accelgen.network.file import digest
from accelgen.rtl.bus.c_header import c_header, prefix
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from tests.tiny_networks import small_network

STAMP = digest(small_network())
REGISTERS = register_map(hardware_of(small_network(), Datapath(weights="ram")), STAMP, "axi-lite")


def test_every_register_constant_and_field_has_its_macro():
    text = c_header("small", REGISTERS, STAMP)
    found = {name: int(value, 16) for name, value in re.findall(r"#define (\w+) (0x[0-9a-f]+)u", text)}
    expected = {}
    for register in REGISTERS.registers:
        expected[f"SMALL_{register.name}"] = register.offset
        if register.access == "constant":
            expected[f"SMALL_{register.name}_VALUE"] = register.reset
        for field in register.fields:
            expected[f"SMALL_{register.name}_{field.name.upper()}"] = ((1 << field.width) - 1) << field.low
    assert found == expected and STAMP in text and prefix("a_b1") == "A_B1"


def test_the_same_map_gives_the_same_bytes():
    assert c_header("small", REGISTERS, STAMP) == c_header("small", REGISTERS, STAMP)
