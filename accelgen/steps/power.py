"""What a classification costs, from real images through the mapped netlist."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from accelgen.errors import InvalidRequest
from accelgen.files import write_whole
from accelgen.network import Network
from accelgen.power.estimate import Energy
from accelgen.steps.checks import timesteps_of
from accelgen.steps.gate_level import Played, play_gates
from accelgen.steps.hardware import form, in_own_folder
from accelgen.steps.mapping import Mapped, check_clock, map_model
from accelgen.steps.model import Model
from accelgen.steps.sta_check import against_sta
from accelgen.steps.testcase import Say, make_case

__all__ = ["power"]
NANO = 1e9


@in_own_folder
def power(
    model: Model,
    liberty: Path,
    *,
    macros: Sequence[Path] = (),
    clock: float | None = None,
    images: int = 100,
    data: Path | None = None,
    timesteps: int | None = None,
    margin: int | None = None,
    opinion: bool = False,
    by_timestep: int = 0,
    say: Say = lambda line: None,
    **options,
) -> dict:
    """Map a network to standard cells, play test images through the netlist, and add up what it costs.

    Parameters
    ----------
    model : str, Path or Model
        Name or path, or a model that was read.
    liberty : Path
        Standard cells.
    macros : sequence of Path
        Liberty files of SRAM macros, for the memories, or folders of them.
    clock : float, optional
        MHz; by default 800, or what the slowest path allows if that is less.
    images : int
        Test images to play; every score is compared with the golden model.
    data, timesteps, margin
        See `sim`.
    opinion : bool
        Ask OpenSTA too, and compare.
    by_timestep : int
        Of a spiking network: play so many images again for each number of timesteps.
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
    check_clock(clock)
    how = {"data": data, "margin": margin, **options}
    case = make_case(model, images, timesteps=timesteps, say=say, **how)
    mapped, timing = map_model(case.hardware, liberty, macros, clock, say)
    say(f"simulating {images} images in {len(mapped.netlist.instances):,} cells ...")
    played = play_gates(case, mapped)
    spent, library, share = played.energy, mapped.library, NANO / played.images
    report = {
        "name": case.network.name,
        "kind": case.manifest.kind,
        "nj_per_classification": spent.total * share,
        "dynamic_nj": {block: joules * share for block, joules in spent.blocks.items()}
        | {"memory": sum(memory.dynamic for memory in spent.memories) * share},
        "leakage_nj": {part: joules * share for part, joules in spent.leakage.items()},
        "area_um2": spent.area,
        "kge": mapped.kge,
        "cells": len(mapped.netlist.instances),
        "memory_bits": sum(memory.depth * memory.width for memory in mapped.netlist.memories),
        "memories": [_memory(memory, played.images) for memory in spent.memories],
        "cycles": played.cycles / played.images,
        "images": played.images,
        "data": case.data,
        "mismatches": 0,
        **form(case.manifest),
        "library": library.name,
        "voltage": library.voltage,
        "clock_mhz": mapped.clock,
        "settled_ps": played.settled,
        "timing": timing,
        "wire_load": library.wire_load or None,
        "estimator": "accelgen, from Liberty tables and the transitions of a simulation with gate delays",
        "layers": _layers(case.network, played),
        "buffers_nj": played.buffers * share,
        "left_out": [
            *_not_stated(mapped, spent),
            "buffers of the clock tree",
            "input and output pads",
        ],
    }
    if opinion:
        say("asking OpenSTA ...")
        report["second_opinion"] = other = against_sta(mapped, case.manifest.top, played)
        for doubt in other["doubts"]:
            say(f"{other['tool']} is not to be believed: {doubt}")
    if by_timestep:
        report["by_timestep"] = _by_timestep(model, by_timestep, mapped, how, say)
    write_whole(mapped.folder / "power.json", json.dumps(report, indent=2) + "\n")
    return report


def _by_timestep(model: Model, images: int, mapped: Mapped, how: dict, say: Say) -> list[float]:
    """Return nJ of an image after 1, 2, ... timesteps, as many as the network was trained for."""
    network, energies = model.network, []
    if not network.spiking:
        raise InvalidRequest(f"{network.name} does not spike, and has no timesteps")
    for timesteps in range(1, timesteps_of(network, None) + 1):
        say(f"simulating {images} images of {timesteps} timesteps ...")
        played = play_gates(make_case(model, images, timesteps=timesteps, **how), mapped)
        energies.append(played.energy.total * NANO / played.images)
    return energies


def _layers(network: Network, played: Played) -> list[dict]:
    """Return what an image costs while each layer runs, and while none does: of a folded engine."""
    spent: dict[str, tuple[int, float]] = {}
    for part in played.parts:
        name = "none" if part.layer is None else network.layers[part.layer].name
        cycles, energy = spent.get(name, (0, 0.0))
        spent[name] = cycles + part.cycles, energy + part.energy
    return [
        {"layer": name, "cycles": cycles / played.images, "nj": energy * NANO / played.images}
        for name, (cycles, energy) in spent.items()
    ]


def _not_stated(mapped: Mapped, spent: Energy) -> list[str]:
    """Return what the libraries do not state, and what is therefore 0 and not small."""
    library, missing = mapped.library, []
    if not any(library.wires):
        missing.append("wires (the library has no wire loads)")
    if not spent.leakage["logic"]:
        missing.append("leakage of logic (the library states none)")
    if spent.memories and not spent.leakage["memory"]:
        missing.append("leakage of memories (their library states none)")
    return missing


def _memory(found, images: int) -> dict:
    return {
        "name": found.memory.name,
        "depth": found.memory.depth,
        "width": found.memory.width,
        "macro": found.macros.name,
        "macros": found.macros.count,
        "reads": found.uses.reads / images,
        "writes": found.uses.writes / images,
        "read_pj": found.macros.read * 1e12,
        "write_pj": found.macros.write * 1e12,
        "nj": found.dynamic * NANO / images,
    }
