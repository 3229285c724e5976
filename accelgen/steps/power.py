"""What a classification costs, from real images through the mapped netlist."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.steps.prepared import Say, prepare

__all__ = ["power"]
NANO = 1e9


def power(
    model: str,
    liberty: Path,
    *,
    macros: Sequence[Path] = (),
    clock: float = 100.0,
    images: int = 100,
    data: Path | None = None,
    timesteps: int | None = None,
    margin: int | None = None,
    say: Say = lambda line: None,
    **options,
) -> dict:
    """Map a network to standard cells, play test images through the netlist, and add up what it costs.

    Parameters
    ----------
    model : str
        Name or path.
    liberty : Path
        Standard cells.
    macros : sequence of Path
        Liberty files of SRAM macros, for the memories, or folders of them.
    clock : float
        MHz; only leakage depends on it.
    images : int
        Test images to play; every score is compared with the golden model.
    data, timesteps, margin
        See `sim`.
    say : callable
        Told what is going on.
    options
        Of `rtl`.

    Returns
    -------
    dict
        ``nj_per_classification``, its split, area, and what was assumed.

    Raises
    ------
    InvalidRequest
        If the netlist gives another score than the golden model, or a library does not serve.
    """
    from accelgen.flows import gates, verilator
    from accelgen.power.estimate import estimate
    from accelgen.power.liberty import read_library
    from accelgen.power.macros import read_macros
    from accelgen.power.netlist import read_netlist
    from accelgen.power.saif import read_saif

    if clock <= 0:
        raise InvalidOption(f"clock must be above 0 MHz, not {clock:g}")
    known = read_macros(_files(macros)) if macros else {}
    made = prepare(model, images, data=data, timesteps=timesteps, margin=margin, say=say, **options)
    out, top, vectors = made.verilog.parent / "power", made.manifest["top"], made.golden.vectors
    say(f"mapping to the cells of {Path(liberty).name} ...")
    mapped = gates.map_to_cells(made.verilog, top, liberty, out)
    netlist = read_netlist(mapped.netlist, top)
    if netlist.memories and not known:
        raise InvalidRequest("memories need macros: name their Liberty files (--macros)")
    library = read_library(liberty, sorted({instance.kind for instance in netlist.instances}))
    say(f"compiling a simulation of {len(netlist.instances):,} cells ...")
    vectors.write(made.network, out / "vectors")
    inputs = {"loadable": made.load is not None, "inputs": vectors.inputs}
    program = verilator.build(mapped.verilog, top, out / "verilator", models=mapped.models, **inputs)
    say(f"simulating {len(vectors)} images ...")
    saif = out / "activity.saif"
    played = verilator.play(program, out / "vectors", made.load, activity=saif)
    if played["mismatches"]:
        raise InvalidRequest(f"{model}: {played['mismatches']} images differ in the mapped netlist")
    cycles = round(played["cycles"]["mean"] * len(vectors))
    found = estimate(netlist, read_saif(saif), library, known, cycles=cycles, clock_hz=clock * 1e6)
    share = NANO / len(vectors)
    report = {
        "name": made.network.name,
        "kind": made.manifest["kind"],
        "nj_per_classification": found.total * share,
        "dynamic_nj": {block: energy * share for block, energy in found.blocks.items()}
        | {"memory": sum(memory.access for memory in found.memories) * share},
        "leakage_nj": {part: energy * share for part, energy in found.leakage.items()},
        "area_um2": found.area,
        "cells": len(netlist.instances),
        "memories": [_memory(memory, len(vectors)) for memory in found.memories],
        "cycles": played["cycles"]["mean"],
        "images": len(vectors),
        "data": made.samples.name,
        "mismatches": played["mismatches"],
        "lanes": made.manifest["lanes"],
        "weights": made.made["weights"],
        "library": library.name,
        "voltage": library.voltage,
        "clock_mhz": clock,
        "estimator": "accelgen, from Liberty tables and toggles of a simulation without delays",
        "left_out": ["wires", "clock tree", "glitches", "input and output pads"],
    }
    (out / "power.json").write_text(json.dumps(report, indent=2) + "\n")
    return report


def _files(places: Sequence[Path]) -> list[Path]:
    """Return the Liberty files among ``places``, those of folders in order of name."""
    found = []
    for place in map(Path, places):
        found += sorted(place.glob("*.lib*")) if place.is_dir() else [place]
    return found


def _memory(found, images: int) -> dict:
    return {
        "name": found.memory.name,
        "depth": found.memory.depth,
        "width": found.memory.width,
        "macro": found.macros.macro,
        "macros": found.macros.banks * found.macros.columns,
        "reads": found.reads / images,
        "writes": found.writes / images,
        "access_pj": found.macros.access * 1e12,
        "nj": found.access * NANO / images,
    }
