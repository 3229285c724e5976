"""A model as a project for a layout flow."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accelgen.errors import InvalidOption
from accelgen.files import whole_folder
from accelgen.flows.asic import fakeram, librelane, orfs
from accelgen.flows.asic.fakeram import Banks
from accelgen.flows.asic.project import PLATFORMS, Project, check_platform
from accelgen.models import home, network_path
from accelgen.network import Network, load
from accelgen.owned import held
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import write
from accelgen.rtl.macros import MacroTables
from accelgen.rtl.manifest import Manifest
from accelgen.rtl.memories import Memory
from accelgen.steps.answer import Answer
from accelgen.steps.checks import check_clock
from accelgen.steps.hardware import form
from accelgen.steps.hardware_file import chosen
from accelgen.steps.testcase import Say

__all__ = ["MACRO_BITS", "REGISTER_BITS", "LayoutProject", "asic", "check_registers"]

#: Bits of memories that a project makes flip-flops of, at most: more would be mostly flip-flops.
REGISTER_BITS = 32_768

#: Bits from which a table that is loaded becomes SRAM macros where there are any: smaller does not pay.
MACRO_BITS = 1024

MEMORIES = "memories.v"


@dataclass(frozen=True, slots=True)
class LayoutProject(Answer):
    """A project for a layout flow that was written.

    Attributes
    ----------
    manifest : Manifest
        Of the hardware.
    flow : "orfs" or "librelane"
        Who can run it.
    platform : str
        Process and standard cells.
    clock_mhz : float
        MHz.
    folder : Path
        Where it is.
    files : tuple of str
        Names of what is in the folder.
    logic_bits, register_bits, macro_bits : int
        Bits of memories: in constant tables, in flip-flops and in SRAM macros.
    macros : dict of str to int
        How many of each macro, by name.
    checked : str or None
        Version of the LibreLane that has read the configuration, if one has.
    run : tuple of str
        Lines for a shell.
    """

    manifest: Manifest
    flow: str
    platform: str
    clock_mhz: float
    folder: Path
    files: tuple[str, ...]
    logic_bits: int
    register_bits: int
    macro_bits: int
    macros: dict[str, int]
    checked: str | None
    run: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the network."""
        return self.manifest.name

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "name": self.name,
            "flow": self.flow,
            "platform": self.platform,
            "clock_mhz": self.clock_mhz,
            "folder": str(self.folder),
            "files": list(self.files),
            **form(self.manifest),
            "logic_bits": self.logic_bits,
            "register_bits": self.register_bits,
            "macro_bits": self.macro_bits,
            "macros": self.macros,
            "checked": self.checked,
            "run": list(self.run),
        }


def asic(
    model: str,
    *,
    flow: str = "orfs",
    platform: str | None = None,
    clock: float | None = None,
    out: Path | None = None,
    say: Say = lambda line: None,
    **options,
) -> LayoutProject:
    """Write a project that a layout flow can run as it is, whole or not at all.

    Parameters
    ----------
    model : str
        Name or path.
    flow : "orfs" or "librelane"
        OpenROAD-flow-scripts, or LibreLane.
    platform : "nangate45" or "sky130hd"
        Process and standard cells; by default the first of the two that the flow has.
    clock : float, optional
        MHz; by default what suits the platform.
    out : Path, optional
        Folder to write; ``rtl_out/<name>/<flow>_<platform>`` by default.
    say : callable
        Told of memories that cost more than they need.
    options
        Of `rtl`.

    Returns
    -------
    LayoutProject
        What was written, what its memories became, and how it is run.

    Raises
    ------
    InvalidOption
        If the flow does not have the platform, or memories are too large for flip-flops.
    """
    platform = check_platform(flow, platform)
    clock = PLATFORMS[platform].clock if clock is None else clock
    check_clock(clock)
    path = network_path(model)
    network = load(path)
    datapath = chosen(path, options, len(network.layers))
    target = Path(out) if out else home() / "rtl_out" / network.name / f"{flow}_{platform}"
    tool, checked = {"orfs": orfs, "librelane": librelane}[flow], None
    with held(target), whole_folder(target) as folder:
        manifest, fits = _sources(network, datapath, folder, macros=PLATFORMS[platform].macros)
        left, macros = [m for m in manifest.memories if m.name not in fits], _counted(fits)
        check_registers(left)
        if manifest.weights == "ram":
            say(f"{_total(left, 'ram'):,} bits of memories become flip-flops")
        sources = (manifest.files["verilog"], *([MEMORIES] if fits else []))
        largest = max((memory.bits for memory in left), default=0)
        project = Project(manifest.top, sources, platform, clock, largest, tuple(macros))
        for name, text in tool.files(project).items():
            (folder / name).write_text(text)
        if flow == "librelane" and librelane.installed():
            checked = librelane.check(folder)
        written = tuple(sorted(path.name for path in folder.iterdir()))
    return LayoutProject(
        manifest=manifest,
        flow=flow,
        platform=platform,
        clock_mhz=clock,
        folder=target,
        files=written,
        logic_bits=_total(left, "rom"),
        register_bits=_total(left, "ram"),
        macro_bits=sum(one.depth * one.width for one in fits.values()),
        macros=macros,
        checked=checked,
        run=(f"cd {shlex.quote(str(target))}", *tool.RUN),
    )


def check_registers(memories: Sequence[Memory]) -> None:
    """Raise `InvalidOption` if the written memories of a manifest are too large for flip-flops."""
    bits = _total(memories, "ram")
    if bits > REGISTER_BITS:
        raise InvalidOption(
            f"{bits:,} bits of memories would be flip-flops, and {REGISTER_BITS:,} are the limit: "
            "use --weights rom, or --platform nangate45, where SRAM macros hold tables"
        )


def _sources(
    network: Network, datapath: Datapath, folder: Path, *, macros: bool
) -> tuple[Manifest, dict[str, Banks]]:
    """Write the Verilog, with large tables in ``macros``; return the manifest and what holds each."""
    if not macros:
        return write(network, datapath, folder).manifest, {}
    tables = MacroTables(network.name, MACRO_BITS)
    manifest = write(network, datapath, folder, tables).manifest
    fits = {table.name: fakeram.fit(len(table.words), table.width) for table in tables.made}
    if fits:
        (folder / MEMORIES).write_text(fakeram.verilog(network.name, fits.values()))
    return manifest, fits


def _counted(fits: dict[str, Banks]) -> dict[str, int]:
    """Return how many of each macro there are, by name."""
    counted: Counter[str] = Counter()
    for one in fits.values():
        counted[one.macro.name] += one.banks * one.columns
    return dict(sorted(counted.items()))


def _total(memories: Sequence[Memory], kind: str) -> int:
    return sum(memory.bits for memory in memories if memory.kind == kind)
