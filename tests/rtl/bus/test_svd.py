from xml.etree import ElementTree

from accelgen.network.file import digest
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.bus.svd import svd
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from tests.tiny_networks import small_network

REGISTERS = register_map(
    hardware_of(small_network(), Datapath(weights="ram")), digest(small_network()), "wishbone"
)
#: What CMSIS-SVD 1.3 wants in a device, and in which order.
ORDER = [
    "name",
    "version",
    "description",
    "addressUnitBits",
    "width",
    "size",
    "access",
    "resetValue",
    "resetMask",
    "peripherals",
]
IN_REGISTER = [
    "name",
    "description",
    "addressOffset",
    "access",
    "resetValue",
    "modifiedWriteValues",
    "readAction",
    "fields",
]


def test_every_register_is_there_with_its_fields():
    device = ElementTree.fromstring(svd("small", REGISTERS).encode())
    assert [element.tag for element in device] == ORDER
    found = device.findall("peripherals/peripheral/registers/register")
    assert len(found) == len(REGISTERS.registers)
    for element, register in zip(found, REGISTERS.registers, strict=True):
        assert element.findtext("name") == register.name
        assert int(element.findtext("addressOffset"), 16) == register.offset
        assert int(element.findtext("resetValue"), 16) == register.reset
        tags = [inner.tag for inner in element]
        assert tags == [tag for tag in IN_REGISTER if tag in tags]
        fields = [
            (f.findtext("name"), int(f.findtext("bitOffset")), int(f.findtext("bitWidth")))
            for f in element.findall("fields/field")
        ]
        assert fields == [(field.name, field.low, field.width) for field in register.fields]


def test_what_a_read_or_a_one_does_is_said():
    device = ElementTree.fromstring(svd("small", REGISTERS).encode())
    by_name = {element.findtext("name"): element for element in device.iter("register")}
    assert by_name["RESULT"].findtext("readAction") == "modify"
    assert by_name["ERRORS"].findtext("modifiedWriteValues") == "oneToClear"
    access = {name: element.findtext("access") for name, element in by_name.items()}
    assert access["INPUT"] == "write-only" and access["STATUS"] == "read-only"
    assert access["IRQ_ENABLE"] == "read-write"
