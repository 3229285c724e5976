"""The register map as CMSIS-SVD, which debuggers and generators of peripheral code read."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from accelgen.rtl.bus.registers import Register, RegisterMap

__all__ = ["svd"]

ACCESS = {
    "constant": "read-only",
    "read": "read-only",
    "read-write": "read-write",
    "clear": "read-write",
    "write": "write-only",
    "take": "read-only",
}


def svd(name: str, registers: RegisterMap) -> str:
    """Return a register map as a device with one peripheral at address 0.

    Parameters
    ----------
    name : str
        Of the network.
    registers : RegisterMap
        What there is.
    """
    device = Element("device", schemaVersion="1.3")
    word = str(registers.data_bits)
    _texts(device, name=name, version="1.0", description=f"{name}, made by accelgen")
    _texts(device, addressUnitBits="8", width=word, size=word, access="read-write")
    _texts(device, resetValue="0x0", resetMask="0xFFFFFFFF")
    peripheral = SubElement(SubElement(device, "peripherals"), "peripheral")
    _texts(peripheral, name=name, description="a network behind registers", baseAddress="0x0")
    block = SubElement(peripheral, "addressBlock")
    _texts(block, offset="0x0", size=f"0x{1 << registers.address_bits:X}", usage="registers")
    listed = SubElement(peripheral, "registers")
    for register in registers.registers:
        _register(SubElement(listed, "register"), register)
    indent(device)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(device, encoding="unicode") + "\n"


def _register(element: Element, register: Register) -> None:
    """Fill the element of a register."""
    _texts(element, name=register.name, description=register.meaning)
    _texts(element, addressOffset=f"0x{register.offset:X}", access=ACCESS[register.access])
    _texts(element, resetValue=f"0x{register.reset:X}")
    if register.access == "clear":
        _texts(element, modifiedWriteValues="oneToClear")
    if register.access == "take":
        _texts(element, readAction="modify")
    if register.fields:
        fields = SubElement(element, "fields")
        for field in register.fields:
            inner = SubElement(fields, "field")
            _texts(inner, name=field.name, description=field.meaning)
            _texts(inner, bitOffset=str(field.low), bitWidth=str(field.width))


def _texts(element: Element, **texts: str) -> None:
    """Add an element with a text for each name."""
    for name, text in texts.items():
        SubElement(element, name).text = text
