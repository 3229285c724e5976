"""What a classification costs, from real images through the mapped netlist."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.steps.hardware import form
from accelgen.steps.mapping import check_clock, map_model
from accelgen.steps.opinion import compared
from accelgen.steps.prepared import Say, prepare

__all__ = ["power"]
NANO = 1e9


def power(
    model: str,
    liberty: Path,
    *,
    macros: Sequence[Path] = (),
    clock: float | None = None,
    images: int = 100,
    data: Path | None = None,
    timesteps: int | None = None,
    margin: int | None = None,
    opinion: bool = False,
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
    clock : float, optional
        MHz; by default 500, or what the slowest path allows if that is less.
    images : int
        Test images to play; every score is compared with the golden model.
    data, timesteps, margin
        See `sim`.
    opinion : bool
        Ask OpenSTA too, and compare.
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
    from accelgen.flows import timed
    from accelgen.power.estimate import estimate
    from accelgen.power.timed import read_counts, timed_netlist

    check_clock(clock)
    made = prepare(model, images, data=data, timesteps=timesteps, margin=margin, say=say, **options)
    top, vectors = made.manifest["top"], made.golden.vectors
    mapped, timing = map_model(made, liberty, macros, clock, say)
    netlist, library, out, clock = mapped.netlist, mapped.library, mapped.folder, mapped.clock
    say(f"simulating {len(vectors)} images in {len(netlist.instances):,} cells ...")
    vectors.write(made.network, out / "vectors")
    text, nets = timed_netlist(netlist, library)
    (out / "netlist.txt").write_text(text)
    played = timed.play(
        timed.build(out),
        out / "netlist.txt",
        out / "vectors",
        made.load,
        out / "counts.txt",
        period=round(1e6 / clock),
        inputs=vectors.inputs,
    )
    if played["late"]:
        raise InvalidOption(
            f"clock: {clock:g} MHz is too fast: {played['late']} cycles ended before every net had settled"
        )
    if played["mismatches"]:
        raise InvalidRequest(f"{model}: {played['mismatches']} images differ in the mapped netlist")
    toggles, accesses = read_counts((out / "counts.txt").read_text(), nets, len(netlist.memories))
    counted = {"cycles": played["cycles"], "clock_hz": clock * 1e6}
    found = estimate(netlist, toggles, accesses, library, mapped.macros, **counted)
    share = NANO / len(vectors)
    report = {
        "name": made.network.name,
        "kind": made.manifest["kind"],
        "nj_per_classification": found.total * share,
        "dynamic_nj": {block: energy * share for block, energy in found.blocks.items()}
        | {"memory": sum(memory.access for memory in found.memories) * share},
        "leakage_nj": {part: energy * share for part, energy in found.leakage.items()},
        "area_um2": found.area,
        "kge": mapped.kge,
        "cells": len(netlist.instances),
        "memory_bits": sum(memory.depth * memory.width for memory in netlist.memories),
        "memories": [_memory(memory, len(vectors)) for memory in found.memories],
        "cycles": played["cycles"] / len(vectors),
        "images": len(vectors),
        "data": made.samples.name,
        "mismatches": played["mismatches"],
        **form(made.manifest),
        "library": library.name,
        "voltage": library.voltage,
        "clock_mhz": clock,
        "settled_ps": played["settled"],
        "timing": timing,
        "wire_load": library.wire_load or None,
        "estimator": "accelgen, from Liberty tables and the transitions of a simulation with gate delays",
        "left_out": [
            *([] if library.wire_load else ["wires"]),
            "buffers of the clock tree",
            "input and output pads",
        ],
    }
    if opinion:
        say("asking OpenSTA ...")
        report["second_opinion"] = compared(mapped, top, toggles, found, played["cycles"])
    (out / "power.json").write_text(json.dumps(report, indent=2) + "\n")
    return report


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
