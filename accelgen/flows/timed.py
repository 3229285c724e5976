"""The gate-level simulator with delays: compiled once, then played."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from accelgen.errors import ToolError
from accelgen.flows.programs import kept
from accelgen.flows.tool import Tool
from accelgen.shipped import SIM

__all__ = ["COMPILER", "build", "play"]

SOURCE = SIM / "gates.cpp"
COMPILER = Tool("g++", r"\) ([\d.]+)", "apt install g++", variable="CXX")


def build(out: Path) -> Path:
    """Compile the simulator, unless that has been done from the same source; its log goes into ``out``.

    Raises
    ------
    ToolError
        If a C++ compiler is missing or fails.
    """
    source, options = SOURCE.read_bytes(), ["-O2", "-std=c++17"]

    def make(folder: Path) -> None:
        (folder / "gates.cpp").write_bytes(source)
        COMPILER.run([*options, "-o", "gates", "gates.cpp"], cwd=folder, log=out / "gates-build.log")

    return kept("gates", [source, *options, COMPILER.version()], make)


def play(
    program: Path,
    netlist: Path,
    vectors: Path,
    load: Path | None,
    counts: Path,
    *,
    period: int,
    inputs: Mapping[str, int],
) -> dict:
    """Play the vectors of a folder through a netlist.

    Parameters
    ----------
    program : Path
        See `build`.
    netlist : Path
        A netlist in the format of ``sim/gates.cpp``.
    vectors : Path
        Folder that `accelgen.golden.vectors.Vectors` has written.
    load : Path or None
        ``weights.bin`` for loadable tables.
    counts : Path
        File for the transitions of each net, and the accesses of each memory.
    period : int
        Clock period in picoseconds.
    inputs : mapping of str to int
        Run-time inputs of the top.

    Returns
    -------
    dict
        ``images``, ``mismatches``, ``first_mismatch`` (or -1), ``cycles`` of all images, ``settled`` (the
        longest time from an edge of the clock to the last change after it, in picoseconds) and ``late``
        (cycles that ended before everything had settled).

    Raises
    ------
    ToolError
        If the simulation stops, or cannot read what it is given.
    """
    images = json.loads((vectors / "vectors.json").read_text())["images"]
    files = [str(netlist), str(vectors), str(load or "-"), str(images), str(period), str(counts)]
    values = [f"{name}={value}" for name, value in sorted(inputs.items())]
    done = subprocess.run([str(program), *files, *values], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolError(f"the simulation stopped with exit code {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)
