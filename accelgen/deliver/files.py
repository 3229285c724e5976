"""The kinds of files that are delivered: how each is called, and which function makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from accelgen.deliver.constraints import CLOCK, sdc, xdc
from accelgen.deliver.file_list import file_list
from accelgen.deliver.fusesoc import core_file
from accelgen.deliver.ipxact import ipxact
from accelgen.deliver.litex import litex_module
from accelgen.deliver.software import c_registers, c_source, driver, register_page, svd_file
from accelgen.deliver.template import template
from accelgen.rtl.manifest import Manifest

__all__ = ["KINDS", "Kind", "delivered"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    name : str
        What the manifest calls it, in ``files``.
    file : str
        Name of the file, with ``{}`` for that of the design.
    text : callable
        Makes it of a manifest; of one that is timed, and of the MHz of the clock.
    timed, behind_bus : bool
        It says how fast the clock is; it is there behind a bus alone.
    """

    name: str
    file: str
    text: Callable[..., str]
    timed: bool = False
    behind_bus: bool = False


KINDS = (
    Kind("template", "{}_template.vh", template),
    Kind("file_list", "{}.f", file_list),
    Kind("sdc", "{}.sdc", sdc, timed=True),
    Kind("xdc", "{}.xdc", xdc, timed=True),
    Kind("fusesoc", "{}.core", core_file),
    Kind("ipxact", "{}.xml", ipxact),
    Kind("litex", "{}_litex.py", litex_module),
    Kind("registers", "registers.md", register_page, behind_bus=True),
    Kind("svd", "{}.svd", svd_file, behind_bus=True),
    Kind("c_registers", "{}_registers.h", c_registers, behind_bus=True),
    Kind("c_header", "{}.h", driver, behind_bus=True),
    Kind("c_source", "{}.c", c_source, behind_bus=True),
)


def delivered(manifest: Manifest, mhz: float = CLOCK) -> tuple[Manifest, dict[str, str]]:
    """Return a manifest that lists what is delivered, and the text of each of these files by its name.

    Parameters
    ----------
    manifest : Manifest
        Of the hardware. Files that it lists already are there, and may be named in those that are made.
    mhz : float
        Of the clock, for constraints.
    """
    kinds = [kind for kind in KINDS if manifest.bus or not kind.behind_bus]
    names = {kind.name: kind.file.format(manifest.name) for kind in kinds}
    listed = replace(manifest, files=manifest.files | names)
    return listed, {
        names[kind.name]: kind.text(listed, mhz) if kind.timed else kind.text(listed) for kind in kinds
    }
