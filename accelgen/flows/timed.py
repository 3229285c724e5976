"""The gate-level simulator with delays: compiled once, then played."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import ToolError
from accelgen.flows.programs import kept
from accelgen.flows.tool import Tool
from accelgen.shipped import SIM

__all__ = ["COMPILER", "TimedRun", "build", "play"]

SOURCE = SIM / "gates.cpp"
COMPILER = Tool("g++", r"\) ([\d.]+)", "apt install g++", variable="CXX")


@dataclass(frozen=True, slots=True)
class TimedRun:
    """What vectors did in a netlist with delays.

    Attributes
    ----------
    images, mismatches : int
        Images that were played, and those with another score than was expected.
    first_mismatch : int
        Number of the first of these, or -1.
    cycles : int
        Of all images.
    settled : int
        Picoseconds from an edge of the clock to the last change after it, at most.
    late : int
        Cycles that ended before everything had settled.
    """

    images: int
    mismatches: int
    first_mismatch: int
    cycles: int
    settled: int
    late: int


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
) -> TimedRun:
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
    TimedRun
        What happened; transitions and accesses are in ``counts``.

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
    return TimedRun(**json.loads(done.stdout))
