"""What a classification costs, from real images through the mapped netlist."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from accelgen.errors import InvalidRequest
from accelgen.files import write_whole
from accelgen.flows.sta import SlowestPath
from accelgen.network import Network
from accelgen.power.estimate import Energy, MemoryEnergy
from accelgen.rtl.manifest import Manifest
from accelgen.steps.answer import Answer, plain
from accelgen.steps.checks import check_clock, timesteps_of
from accelgen.steps.gate_level import Played, play_gates
from accelgen.steps.hardware import form, in_own_folder
from accelgen.steps.mapping import Mapped, map_model
from accelgen.steps.model import Model
from accelgen.steps.sta_check import SecondOpinion, against_sta
from accelgen.steps.testcase import Say, make_case

__all__ = ["LayerCost", "MemoryCost", "PowerEstimate", "power"]
NANO = 1e9
ESTIMATOR = "accelgen, from Liberty tables and the transitions of a simulation with gate delays"


@dataclass(frozen=True, slots=True)
class MemoryCost:
    """A memory, and what an image costs in it.

    Attributes
    ----------
    name : str
        In the netlist.
    depth, width : int
        Words, and bits of each.
    macro : str
        SRAM macro that it is made of.
    macros : int
        How many.
    reads, writes : float
        Accesses, mean per image.
    read_pj, write_pj : float
        Picojoules of an access.
    nj : float
        Dynamic nanojoules, mean per image.
    """

    name: str
    depth: int
    width: int
    macro: str
    macros: int
    reads: float
    writes: float
    read_pj: float
    write_pj: float
    nj: float


@dataclass(frozen=True, slots=True)
class LayerCost:
    """Cycles and nanojoules, mean per image, while a layer runs; "none" is while none does."""

    layer: str
    cycles: float
    nj: float


@dataclass(frozen=True, slots=True)
class PowerEstimate(Answer):
    """What a classification costs in a library of cells; energies are nanojoules, mean per image.

    Attributes
    ----------
    manifest : Manifest
        Of the hardware.
    nj_per_classification : float
        All of it.
    dynamic_nj, leakage_nj : dict of str to float
        Its parts: dynamic energy by block of the logic and of "memory", leakage of "logic" and of "memory".
    area_um2 : dict of str to float
        um2 of "logic" and of "memory".
    kge : float
        Area of the cells in thousands of the smallest two-input NAND.
    cells, memory_bits : int
        Cells of the netlist, and bits of the memories that are no cells.
    memories : tuple of MemoryCost
        These memories.
    cycles : float
        Mean per image.
    images : int
        That were played; each has given the scores of the golden model.
    data : str
        What they are.
    library : str
        Name of the library of cells.
    voltage, clock_mhz : float
        Volts and MHz that all this holds for.
    settled_ps : int
        Picoseconds after an edge of the clock in which every net has settled.
    timing : SlowestPath or None
        None without OpenSTA, or without delays in the library.
    wire_load : str or None
        The library's model of wires, if it has one.
    layers : tuple of LayerCost
        Of a folded engine.
    buffers_nj : float
        What buffers cost, and what they drive costs more for them.
    left_out : tuple of str
        What is not in any figure.
    second_opinion : SecondOpinion or None
        Of OpenSTA, if it was asked.
    by_timestep : tuple of float
        nJ of an image after 1, 2, ... timesteps; empty if nobody asked.
    """

    manifest: Manifest
    nj_per_classification: float
    dynamic_nj: dict[str, float]
    leakage_nj: dict[str, float]
    area_um2: dict[str, float]
    kge: float
    cells: int
    memory_bits: int
    memories: tuple[MemoryCost, ...]
    cycles: float
    images: int
    data: str
    library: str
    voltage: float
    clock_mhz: float
    settled_ps: int
    timing: SlowestPath | None
    wire_load: str | None
    layers: tuple[LayerCost, ...]
    buffers_nj: float
    left_out: tuple[str, ...]
    second_opinion: SecondOpinion | None = None
    by_timestep: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """Name of the network."""
        return self.manifest.name

    @property
    def form(self) -> dict[str, Any]:
        """Options that the hardware was made with."""
        return form(self.manifest)

    @property
    def mismatches(self) -> int:
        """Images with another score than the golden model's: none, or there would be no estimate."""
        return 0

    @property
    def area(self) -> float:
        """um2 of everything."""
        return sum(self.area_um2.values())

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints, and what is in ``power.json``."""
        opinion, energies = self.second_opinion, self.by_timestep
        return plain(
            {
                "name": self.name,
                "kind": self.manifest.kind,
                "nj_per_classification": self.nj_per_classification,
                "dynamic_nj": self.dynamic_nj,
                "leakage_nj": self.leakage_nj,
                "area_um2": self.area_um2,
                "kge": self.kge,
                "cells": self.cells,
                "memory_bits": self.memory_bits,
                "memories": self.memories,
                "cycles": self.cycles,
                "images": self.images,
                "data": self.data,
                "mismatches": self.mismatches,
                **self.form,
                "library": self.library,
                "voltage": self.voltage,
                "clock_mhz": self.clock_mhz,
                "settled_ps": self.settled_ps,
                "timing": self.timing,
                "wire_load": self.wire_load,
                "estimator": ESTIMATOR,
                "layers": self.layers,
                "buffers_nj": self.buffers_nj,
                "left_out": self.left_out,
                **({"second_opinion": opinion} if opinion else {}),
                **({"by_timestep": energies} if energies else {}),
            }
        )


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
) -> PowerEstimate:
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
    PowerEstimate
        Energy and its parts, area, and what was assumed; it is also written into ``power.json``.

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
    estimate = PowerEstimate(
        manifest=case.manifest,
        nj_per_classification=spent.total * share,
        dynamic_nj={block: joules * share for block, joules in spent.blocks.items()}
        | {"memory": sum(memory.dynamic for memory in spent.memories) * share},
        leakage_nj={part: joules * share for part, joules in spent.leakage.items()},
        area_um2=spent.area,
        kge=mapped.kge,
        cells=len(mapped.netlist.instances),
        memory_bits=sum(memory.depth * memory.width for memory in mapped.netlist.memories),
        memories=tuple(_memory(memory, played.images) for memory in spent.memories),
        cycles=played.cycles / played.images,
        images=played.images,
        data=case.data,
        library=library.name,
        voltage=library.voltage,
        clock_mhz=mapped.clock,
        settled_ps=played.settled,
        timing=timing,
        wire_load=library.wire_load or None,
        layers=_layers(case.network, played),
        buffers_nj=played.buffers * share,
        left_out=(
            *_not_stated(mapped, spent),
            "buffers of the clock tree",
            "input and output pads",
        ),
    )
    if opinion:
        say("asking OpenSTA ...")
        other = against_sta(mapped, case.manifest.top, played)
        for doubt in other.doubts:
            say(f"{other.tool} is not to be believed: {doubt}")
        estimate = replace(estimate, second_opinion=other)
    if by_timestep:
        estimate = replace(estimate, by_timestep=_by_timestep(model, by_timestep, mapped, how, say))
    write_whole(mapped.folder / "power.json", json.dumps(estimate.to_json(), indent=2) + "\n")
    return estimate


def _by_timestep(model: Model, images: int, mapped: Mapped, how: dict, say: Say) -> tuple[float, ...]:
    """Return nJ of an image after 1, 2, ... timesteps, as many as the network was trained for."""
    network, energies = model.network, []
    if not network.spiking:
        raise InvalidRequest(f"{network.name} does not spike, and has no timesteps")
    for timesteps in range(1, timesteps_of(network, None) + 1):
        say(f"simulating {images} images of {timesteps} timesteps ...")
        played = play_gates(make_case(model, images, timesteps=timesteps, **how), mapped)
        energies.append(played.energy.total * NANO / played.images)
    return tuple(energies)


def _layers(network: Network, played: Played) -> tuple[LayerCost, ...]:
    """Return what an image costs while each layer runs, and while none does: of a folded engine."""
    spent: dict[str, tuple[int, float]] = {}
    for part in played.parts:
        name = "none" if part.layer is None else network.layers[part.layer].name
        cycles, energy = spent.get(name, (0, 0.0))
        spent[name] = cycles + part.cycles, energy + part.energy
    return tuple(
        LayerCost(name, cycles / played.images, energy * NANO / played.images)
        for name, (cycles, energy) in spent.items()
    )


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


def _memory(spent: MemoryEnergy, images: int) -> MemoryCost:
    memory, macros, uses = spent.memory, spent.macros, spent.uses
    return MemoryCost(
        name=memory.name,
        depth=memory.depth,
        width=memory.width,
        macro=macros.name,
        macros=macros.count,
        reads=uses.reads / images,
        writes=uses.writes / images,
        read_pj=macros.read * 1e12,
        write_pj=macros.write * 1e12,
        nj=spent.dynamic * NANO / images,
    )
