"""A bitstream: synthesis, placement and routing, packing; and what the reports say of it."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import InvalidRequest, ToolError, at
from accelgen.families import FAMILIES, Family
from accelgen.flows.tool import Tool
from accelgen.flows.yosys import YOSYS

__all__ = ["Bitstream", "Placement", "Resource", "Target", "bitstream", "load", "read_report"]

INSTALL = "pip install 'accelgen[fpga]'"
NEXTPNR = {
    name: Tool(
        family.nextpnr.name,
        r"Version (?:nextpnr-)?([\w.-]+)",
        INSTALL,
        variable=family.nextpnr.variable,
    )
    for name, family in FAMILIES.items()
}
PACKERS = {
    name: Tool(family.packer.name, r"(.*)", INSTALL, variable=family.packer.variable)
    for name, family in FAMILIES.items()
}
LOADER = Tool("openFPGALoader", r"v?([\d.]+)", "apt install openfpgaloader", "--Version", "OPENFPGALOADER")


@dataclass(frozen=True, slots=True)
class Target:
    """What the tools must know of a chip.

    Attributes
    ----------
    family : Family
        Which tools.
    clock_hz : int
        What must be reached.
    place, pack : tuple of str
        How nextpnr and the packer are told the chip.
    """

    family: Family
    clock_hz: int
    place: tuple[str, ...]
    pack: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """How many of a kind of resource are used, and how many the chip has."""

    used: int
    available: int


@dataclass(frozen=True, slots=True)
class Placement:
    """A design on its chip, as nextpnr reports it.

    Attributes
    ----------
    resources : dict of str to Resource
        By kind: "LUTs", "block_RAMs" and so on.
    fmax_mhz : float
        The fastest clock that the slowest path allows.
    meets_clock : bool
        Whether that is at least the board's clock.
    """

    resources: dict[str, Resource]
    fmax_mhz: float
    meets_clock: bool


@dataclass(frozen=True, slots=True)
class Bitstream:
    """A bitstream that was built.

    Attributes
    ----------
    file : str
        Its name.
    placement : Placement
        What is in it.
    seconds : dict of str to float
        That each program took: "synthesis", "placement" and "packing".
    tools : list of str
        What built it, with versions.
    """

    file: str
    placement: Placement
    seconds: dict[str, float]
    tools: list[str]


def bitstream(files: dict[str, str | bytes], target: Target, out: Path, *, seed: int = 1) -> Bitstream:
    """Build ``top.bit`` (``.bin``, ``.fs``) in ``out`` from what Amaranth's platform wrote.

    Parameters
    ----------
    files : dict
        Contents of ``top.il``, ``top.ys`` and the constraints, by name.
    target : Target
        The chip.
    out : Path
        Folder; logs and reports stay there too.
    seed : int
        Of the placement.

    Returns
    -------
    Bitstream
        What was built, and by which programs.

    Raises
    ------
    ToolError
        If a program is missing or fails; a design that does not fit fails in nextpnr.
    """
    nextpnr, packer = NEXTPNR[target.family.name], PACKERS[target.family.name]
    for tool in (YOSYS, nextpnr, packer):
        tool.find()  # before minutes are spent
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content.encode() if isinstance(content, str) else content)
    family, result = target.family, f"top.{target.family.suffix}"
    for name in ("report.json", result):
        (out / name).unlink(missing_ok=True)  # of an earlier run
    place = [*target.place, "--json", family.netlist, *family.place]
    place += ["--report", "report.json", "--seed", str(seed)]
    if family.timed:
        place += ["--freq", f"{target.clock_hz / 1e6:g}"]
    steps = [
        ("synthesis", YOSYS, ["-q", "top.ys"]),
        # Whether the clock is reached is said below, with the figure, and not by an exit code.
        ("placement", nextpnr, [*place, "--quiet", "--log", "top.tim", "--timing-allow-fail"]),
        ("packing", packer, [*target.pack, *family.pack]),
    ]
    seconds = {}
    for name, tool, arguments in steps:
        start = time.monotonic()
        with at(name):
            tool.run(arguments, cwd=out, log=out / f"{name}.log")
        seconds[name] = round(time.monotonic() - start, 1)
    placement = read_report((out / "report.json").read_text(), target)
    if not (out / result).is_file():
        raise ToolError(f"packing: {result} was not written; see {out / 'packing.log'}")
    tools = [f"Yosys {YOSYS.version()}", f"{nextpnr.name.removeprefix('yowasp-')} {nextpnr.version()}"]
    return Bitstream(result, placement, seconds, tools)


def read_report(text: str, target: Target) -> Placement:
    """Return what a report of nextpnr says.

    Parameters
    ----------
    text : str
        Of the file that ``--report`` names.
    target : Target
        The chip.

    Returns
    -------
    Placement
        What is used, and the slowest of the clocks.

    Raises
    ------
    ToolError
        If it is no report, or lacks a figure.
    """
    try:
        report = json.loads(text)
        cells, clocks = report["utilization"], report["fmax"]
        resources = {
            kind: Resource(
                *(sum(cells[name][key] for name in names if name in cells) for key in ("used", "available"))
            )
            for kind, names in target.family.resources.items()
        }
        fmax = round(min(float(clock["achieved"]) for clock in clocks.values()), 6)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ToolError(f"nextpnr's report lacks a figure ({error!r})") from error
    if not resources["LUTs"].used:
        raise ToolError("nextpnr's report counts no LUTs")
    return Placement(resources, round(fmax, 2), fmax * 1e6 >= target.clock_hz)


def load(bitstream: Path, name: str) -> str:
    """Put a bitstream on a board with openFPGALoader; return what it says.

    Parameters
    ----------
    bitstream : Path
        File that `bitstream` built.
    name : str
        Of the board, as openFPGALoader knows it.

    Raises
    ------
    InvalidRequest
        If the file is not there.
    ToolError
        If openFPGALoader is missing or fails.
    """
    if not bitstream.is_file():
        raise InvalidRequest(f"{bitstream} is not there: build it first (accelgen fpga)")
    said = LOADER.run(["-b", name, bitstream.name], cwd=bitstream.parent, log=bitstream.parent / "load.log")
    return re.sub(r"\s+", " ", said).strip()
