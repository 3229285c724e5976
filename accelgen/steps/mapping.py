"""A model as cells of a library, with what a timing analyser needs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from pathlib import Path

from accelgen.errors import InvalidOption
from accelgen.flows import gates, sta
from accelgen.flows.sta import SlowestPath
from accelgen.flows.yosys import nand2_area
from accelgen.power.access import Macro
from accelgen.power.fanout import buffered
from accelgen.power.liberty import Library, read_library
from accelgen.power.macros import candidates, read_macros
from accelgen.power.netlist import Netlist, read_netlist
from accelgen.power.special import find_buffer, find_full_adder, has_clock_gates
from accelgen.power.structural import memory_library, structural_verilog
from accelgen.power.timed import MEMORY_DELAY
from accelgen.rtl.memories import Memory
from accelgen.steps.hardware import HardwareFiles
from accelgen.steps.testcase import Say

__all__ = ["Mapped", "map_model"]

#: MHz to aim for when nobody says, and the steps in which a clock is lowered.
CLOCK, STEP = 800.0, 10

#: Share of a cycle that logic may take when cells are chosen; the rest is for registers and memories.
LOGIC = 0.7


#: Memories of so many bits or fewer are registers: a macro would leak and cost more.
REGISTER_BITS = 256

#: Seconds before the edge at which a memory needs its inputs, where no macro says how many.
MEMORY_SETUP = 50e-12


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """A model as cells.

    Attributes
    ----------
    netlist : Netlist
        Cells, and memories that macros will hold.
    library : Library
        Of the cells.
    macros : list of dict of str to Macro
        SRAM macros that may hold each memory.
    times : list of (float, float)
        Of each memory: seconds from the edge to its words, and from its inputs to the edge, of the slowest
        of these macros.
    folder : Path
        Where the files are: ``cells.lib``, ``memories.lib``, ``netlist_sta.v``, ``constraints.sdc`` and more.
    clock : float
        MHz of the constraints.
    kge : float
        Area of the cells in thousands of the smallest two-input NAND.
    """

    netlist: Netlist
    library: Library
    macros: list[dict[str, Macro]]
    times: list[tuple[float, float]]
    folder: Path
    clock: float
    kge: float


def map_model(
    hardware: HardwareFiles, liberty: Path, macros: Sequence[Path], clock: float | None, say: Say
) -> tuple[Mapped, SlowestPath | None]:
    """Map a model to the cells of ``liberty``, and time it.

    Parameters
    ----------
    hardware : HardwareFiles
        Of the model.
    liberty : Path
        Standard cells.
    macros : sequence of Path
        Liberty files of SRAM macros, or folders of them.
    clock : float or None
        MHz; by default 800, or what the slowest path allows if that is less.
    say : callable
        Told what is going on.

    Returns
    -------
    Mapped, SlowestPath or None
        The cells, and the slowest path through them: None without OpenSTA, or without delays.

    Raises
    ------
    InvalidOption
        If a clock was asked for that is too fast.
    InvalidRequest
        If a library does not serve.
    """
    known = read_macros(_files(macros)) if macros else {}
    library = read_library(liberty)
    aim = clock or CLOCK
    folder, top, buffer = hardware.folder / "power", hardware.manifest.top, find_buffer(library)
    say(f"mapping to the cells of {Path(liberty).name} ...")
    files = gates.map_to_cells(
        hardware.verilog,
        top,
        liberty,
        folder,
        full_adder=find_full_adder(library),
        clock_gates=has_clock_gates(library),
        buffer=buffer,
        delay=round(LOGIC * 1e6 / aim),
        registers=_small(hardware.manifest.memories) if known else None,
    )
    netlist = read_netlist(files.netlist, top, gates.KEPT)
    if buffer:
        netlist = buffered(netlist, library, buffer)
    (folder / "netlist_sta.v").write_text(structural_verilog(netlist, top))
    serving = [candidates(memory.depth, memory.width, known, aim * 1e6) for memory in netlist.memories]
    times = [_slowest(macros) for macros in serving]
    (folder / "memories.lib").write_text(memory_library(netlist, times))
    area = sum(library.cells[instance.kind].area for instance in netlist.instances)
    kge = area / nand2_area((folder / "cells.lib").read_text()) / 1000
    aim, timing = _timed(folder, top, aim, asked=clock is not None)
    return Mapped(netlist, library, serving, times, folder, aim, kge), timing


def _timed(folder: Path, top: str, clock: float, *, asked: bool) -> tuple[float, SlowestPath | None]:
    """Return the clock, lowered if it is too fast and nobody asked for it, and what OpenSTA says."""
    (folder / "constraints.sdc").write_text(sta.constraints(clock))
    path = sta.slowest(folder, top, clock) if sta.installed() else None
    if path is None or path.slack_ps >= 0:
        return clock, path
    if asked:
        raise InvalidOption(
            f"clock: {clock:g} MHz is too fast: the slowest path allows {path.fmax_mhz:.0f} MHz"
        )
    # Ports are constrained by shares of a cycle, so that a path from or to one has less than all of it.
    return _timed(folder, top, STEP * floor((path.fmax_mhz - 1) / STEP), asked=False)


def _slowest(macros: dict[str, Macro]) -> tuple[float, float]:
    """Return the longest time from an edge to a word, and from an input to the edge."""
    delay, setup = (max(getattr(macro, name) for macro in macros.values()) for name in ("delay", "setup"))
    return delay or MEMORY_DELAY, setup or MEMORY_SETUP


def _files(places: Sequence[Path]) -> list[Path]:
    """Return the Liberty files among ``places``, those of folders in order of name."""
    files: list[Path] = []
    for place in map(Path, places):
        files += sorted(place.glob("*.lib*")) if place.is_dir() else [place]
    return files


def _small(memories: Sequence[Memory]) -> list[tuple[int, int]]:
    """Return words and bits of the memories that are too small for a macro."""
    sizes = {(memory.depth, memory.width) for memory in memories}
    return [(depth, width) for depth, width in sizes if depth * width <= REGISTER_BITS]
