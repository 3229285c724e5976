"""Area of any Verilog: one script, one Yosys, one way to count."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from accelgen.errors import at
from accelgen.families import FAMILIES
from accelgen.families.sites import lut_sites
from accelgen.flows.yosys import YOSYS
from bench.peers.environment import started

__all__ = ["TARGETS", "areas", "cells", "luts"]

TARGETS = ("ice40", "ecp5")


def areas(verilog: Path, top: str, out: Path, limit: float = 3600) -> dict[str, dict[str, int]]:
    """Return the cells of a design for each of `TARGETS`, both at once.

    Parameters
    ----------
    verilog : Path
        One file.
    top : str
        Its top module.
    out : Path
        Folder to work in; statistics are kept beside it.

    limit : float
        Seconds that Yosys may take.

    Raises
    ------
    ToolError
        If Yosys fails, or takes longer.
    """
    with ThreadPoolExecutor(len(TARGETS)) as pool:
        return dict(
            zip(
                TARGETS,
                pool.map(lambda target: _area(verilog, top, target, out, limit), TARGETS),
                strict=True,
            )
        )


def _area(verilog: Path, top: str, target: str, out: Path, limit: float) -> dict[str, int]:
    # -defer: modules of peers have parameters without a usable default.
    synthesis = FAMILIES[target].synthesis.format(top=top)
    script = f"read_verilog -defer design.v\n{synthesis}\ntee -q -o stat.json stat -json\n"
    # Large peers take many minutes: the same text and the same Yosys need not be mapped twice.
    stamp = hashlib.sha256(f"{YOSYS.version()}{script}{verilog.read_text()}".encode()).hexdigest()
    kept = out.parent / f"stat_{stamp[:32]}.json"
    if not kept.is_file():
        # YoWASP tools see a file system of their own: everything is named relative to the working folder.
        with tempfile.TemporaryDirectory(dir=out) as name, at(target):
            folder = Path(name)
            shutil.copy(verilog, folder / "design.v")
            (folder / "synth.ys").write_text(script)
            started([YOSYS.find(), "-q", "-s", "synth.ys"], limit, folder)
            (folder / "stat.json").replace(kept)
    return cells(json.loads(kept.read_text())["design"]["num_cells_by_type"], target)


def cells(by_type: dict[str, int], target: str) -> dict[str, int]:
    """Return the cells of Yosys' statistics in the groups of accelgen's own reports."""
    return {
        group.name: sum(count for cell, count in by_type.items() if re.fullmatch(group.pattern, cell))
        for group in FAMILIES[target].cells
    }


def luts(counts: dict[str, int]) -> int:
    """Return the LUT4 sites that cells occupy: see `lut_sites`."""
    return lut_sites(counts)
