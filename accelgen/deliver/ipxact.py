"""A top as a component of IP-XACT (IEEE 1685-2014), for those who package cores."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from accelgen.deliver.fusesoc import vlnv
from accelgen.deliver.interfaces import Interface, clock, reset, streams, wires_of_bus
from accelgen.rtl.bus.registers import Field, Register, RegisterMap
from accelgen.rtl.edge.ports import Port
from accelgen.rtl.manifest import Manifest

__all__ = ["BUS_TYPES", "NAMESPACE", "ipxact"]

NAMESPACE = "http://www.accellera.org/XMLSchema/IPXACT/1685-2014"

#: Vendor, library, name and version of the definition of each interface, as its owner publishes it.
STREAM = ("amba.com", "AMBA4", "AXI4Stream", "r0p0_1")
BUS_TYPES = {
    "axi-lite": ("amba.com", "AMBA4", "AXI4-Lite", "r0p0"),
    "wishbone": ("opencores.org", "interface", "wishbone", "b4"),
}
CLOCK = ("spiritconsortium.org", "busdef.clock", "clock", "1.0")
RESET = ("spiritconsortium.org", "busdef.reset", "reset", "1.0")

#: Types of the files that the sources are.
SOURCES = {"verilog": "verilogSource", "waivers": "user"}
MAP = "registers"
ACCESS = {"constant": "read-only", "read": "read-only", "take": "read-only", "write": "write-only"}


def ipxact(manifest: Manifest) -> str:
    """Return the component: its ports, the interfaces that they make, its registers, and its sources."""
    register_namespace("ipxact", NAMESPACE)
    root = Element(_tag("component"))
    _texts(root, **dict(zip(("vendor", "library", "name", "version"), vlnv(manifest), strict=True)))
    interfaces = _add(root, "busInterfaces")
    for stream in streams(manifest):
        mode = "master" if stream.name == "m_axis" else "slave"
        _add(_interface(interfaces, stream, STREAM), mode)
    if (bus := wires_of_bus(manifest)) and manifest.bus:
        slave = _add(_interface(interfaces, bus, BUS_TYPES[manifest.bus.bus]), "slave")
        _add(slave, "memoryMapRef", memoryMapRef=MAP)
    for port, kind in ((clock(manifest), CLOCK), (reset(manifest), RESET)):
        _add(_interface(interfaces, Interface(port.name, {kind[2]: port}), kind), "slave")
    if manifest.bus:
        _memory_map(_add(_add(root, "memoryMaps"), "memoryMap"), manifest.bus)
    _model(_add(root, "model"), manifest)
    _file_sets(_add(root, "fileSets"), manifest)
    _texts(root, description=f"{manifest.name}, a {manifest.kind} network as hardware, made by accelgen")
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _interface(parent: Element, interface: Interface, kind: tuple[str, str, str, str]) -> Element:
    """Add an interface of a type; what it is, master or slave, is still to be said."""
    element = _add(parent, "busInterface")
    names = ("vendor", "library", "name", "version")
    _texts(element, name=interface.name)
    _add(element, "busType", **dict(zip(names, kind, strict=True)))
    abstraction = _add(_add(element, "abstractionTypes"), "abstractionType")
    vendor, library, name, version = kind
    _add(abstraction, "abstractionRef", vendor=vendor, library=library, name=f"{name}_rtl", version=version)
    maps = _add(abstraction, "portMaps")
    for wire, port in interface.ports.items():
        pair = _add(maps, "portMap")
        logical = wire.upper() if kind[0] == "amba.com" else wire
        _texts(_add(pair, "logicalPort"), name=logical)
        _texts(_add(pair, "physicalPort"), name=port.name)
    return element


def _model(model: Element, manifest: Manifest) -> None:
    view = _add(_add(model, "views"), "view")
    _texts(view, name="rtl", envIdentifier="verilog:accelgen:any", componentInstantiationRef="verilog")
    inner = _add(_add(model, "instantiations"), "componentInstantiation")
    _texts(inner, name="verilog", language="verilog", moduleName=manifest.top)
    _texts(_add(inner, "fileSetRef"), localName="sources")
    ports = _add(model, "ports")
    for port in manifest.ports:
        _port(_add(ports, "port"), port)


def _port(element: Element, port: Port) -> None:
    _texts(element, name=port.name, description=port.meaning)
    wire = _add(element, "wire")
    _texts(wire, direction={"input": "in", "output": "out"}[port.direction])
    if port.width > 1:
        _texts(_add(_add(wire, "vectors"), "vector"), left=str(port.width - 1), right="0")


def _file_sets(element: Element, manifest: Manifest) -> None:
    sources = _add(element, "fileSet")
    _texts(sources, name="sources")
    for kind, file in manifest.files.items():
        if kind in SOURCES or kind.startswith("rom_"):
            _texts(_add(sources, "file"), name=file, fileType=SOURCES.get(kind, "user"))
    timing = _add(element, "fileSet")
    _texts(timing, name="constraints")
    _texts(_add(timing, "file"), name=manifest.files["sdc"], fileType="SDC")


def _memory_map(element: Element, registers: RegisterMap) -> None:
    _texts(element, name=MAP)
    block = _add(element, "addressBlock")
    _texts(block, name="page", baseAddress="0", range=str(1 << registers.address_bits))
    _texts(block, width=str(registers.data_bits), usage="register", access="read-write")
    for register in registers.registers:
        inner = _add(block, "register")
        _texts(inner, name=register.name, description=register.meaning)
        _texts(inner, addressOffset=f"'h{register.offset:X}", size=str(registers.data_bits))
        whole = Field("value", 0, register.width, register.meaning)
        for field in register.fields or (whole,):
            _field(_add(inner, "field"), register, field)
    _texts(element, addressUnitBits="8")


def _field(element: Element, register: Register, field: Field) -> None:
    _texts(element, name=field.name, description=field.meaning, bitOffset=str(field.low))
    start = register.reset >> field.low & ((1 << field.width) - 1)
    _texts(_add(_add(element, "resets"), "reset"), value=f"'h{start:X}")
    _texts(element, bitWidth=str(field.width), access=ACCESS.get(register.access, "read-write"))
    if register.access == "clear":
        _texts(element, modifiedWriteValue="oneToClear")
    if register.access == "take":
        _texts(element, readAction="modify")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: Element, tag: str, /, **attributes: str) -> Element:
    """Add an element; its attributes have no namespace in IEEE 1685-2014."""
    return SubElement(parent, _tag(tag), attributes)


def _texts(element: Element, /, **texts: str) -> None:
    """Add an element with a text for each name."""
    for name, text in texts.items():
        _add(element, name).text = text
