"""What software gets of a network behind a bus, all of it made of the register map in the manifest."""

from __future__ import annotations

from accelgen.errors import InvalidRequest
from accelgen.rtl.bus.c_driver import driver_header, driver_source
from accelgen.rtl.bus.c_header import c_header
from accelgen.rtl.bus.page import page
from accelgen.rtl.bus.registers import RegisterMap
from accelgen.rtl.bus.svd import svd
from accelgen.rtl.manifest import Manifest

__all__ = ["c_registers", "c_source", "driver", "register_page", "registers_of", "svd_file"]


def registers_of(manifest: Manifest) -> RegisterMap:
    """Return the registers, or raise `InvalidRequest` if there is no bus."""
    if manifest.bus is None:
        raise InvalidRequest(f"{manifest.name} is behind no bus, and has no registers")
    return manifest.bus


def register_page(manifest: Manifest) -> str:
    """Return the page of all registers, in Markdown."""
    return page(manifest.name, registers_of(manifest), manifest.network_sha256)


def svd_file(manifest: Manifest) -> str:
    """Return the registers as CMSIS-SVD."""
    return svd(manifest.name, registers_of(manifest))


def c_registers(manifest: Manifest) -> str:
    """Return the C header of the registers."""
    return c_header(manifest.name, registers_of(manifest), manifest.network_sha256)


def driver(manifest: Manifest) -> str:
    """Return the header of the C driver."""
    return driver_header(manifest.name, registers_of(manifest), manifest.input, manifest.task)


def c_source(manifest: Manifest) -> str:
    """Return the source of the C driver."""
    return driver_source(manifest.name, registers_of(manifest), manifest.input, manifest.task)
