"""What software gets of a network behind a bus, file by file, all of it made of the register map."""

from __future__ import annotations

from accelgen.rtl.bus.c_driver import driver_header, driver_source
from accelgen.rtl.bus.c_header import c_header
from accelgen.rtl.bus.page import page
from accelgen.rtl.bus.registers import RegisterMap
from accelgen.rtl.bus.svd import svd
from accelgen.rtl.hardware import Hardware

__all__ = ["bus_files", "software_of"]


def bus_files(name: str) -> dict[str, str]:
    """Return the names of the files of a network, as the manifest has them."""
    return {
        "registers": "registers.md",
        "svd": f"{name}.svd",
        "c_registers": f"{name}_registers.h",
        "c_header": f"{name}.h",
        "c_source": f"{name}.c",
    }


def software_of(hardware: Hardware, registers: RegisterMap, stamp: str) -> dict[str, str]:
    """Return the text of each file by its name.

    Parameters
    ----------
    hardware : Hardware
        What is behind the bus.
    registers : RegisterMap
        Its registers.
    stamp : str
        Digest of the network file, in hex.
    """
    name, entering = hardware.network.name, hardware.input
    texts = {
        "registers": page(name, registers, stamp),
        "svd": svd(name, registers),
        "c_registers": c_header(name, registers, stamp),
        "c_header": driver_header(name, registers, entering),
        "c_source": driver_source(name, registers, entering),
    }
    return {bus_files(name)[kind]: text for kind, text in texts.items()}
