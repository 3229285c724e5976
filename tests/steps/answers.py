"""What steps might answer, made by hand: for tests of those who read it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from accelgen.boards import board, fit
from accelgen.flows.fpga import Bitstream, Placement, Resource
from accelgen.flows.sta import SlowestPath
from accelgen.flows.yosys import Area
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.manifest import Manifest, manifest_of
from accelgen.rtl.memories import Memory
from accelgen.steps.fpga import BoardBuild
from accelgen.steps.hardware import Synthesis
from accelgen.steps.power import LayerCost, MemoryCost, PowerEstimate
from tests.tiny_networks import small_network

__all__ = ["board_build", "manifest", "memory", "placement", "power_estimate", "slowest_path", "synthesis"]


@cache
def manifest(**options) -> Manifest:
    """Return the manifest of a small network, of hardware with these options of `Datapath`."""
    return manifest_of(hardware_of(small_network(), Datapath(**options)), "ab12", "module small;")


def memory(bits: int) -> Memory:
    """Return a table of one word."""
    return Memory("codes", 1, bits, "rom", "table")


def synthesis(target: str, about: Manifest) -> Synthesis:
    """Return seven cells of a target."""
    return Synthesis(Area(about, target, {"cells": 7}, None, "Yosys 1"))


def slowest_path() -> SlowestPath:
    """Return a path that allows 612.345 MHz."""
    return SlowestPath(612.345, 25.0, "i0", "i1", 17, "OpenSTA 9")


def power_estimate(**changes: Any) -> PowerEstimate:
    """Return an estimate of 4 nJ, of unrolled hardware unless ``changes`` say otherwise."""
    estimate: dict[str, Any] = {
        "manifest": manifest(unrolled=True),
        "nj_per_classification": 4.0,
        "dynamic_nj": {"mac": 1.0, "memory": 2.0},
        "leakage_nj": {"logic": 1.0},
        "area_um2": {"logic": 1234.0},
        "kge": 1.25,
        "cells": 9,
        "memory_bits": 336,
        "memories": (MemoryCost("engine.codes.memory", 7, 48, "ram", 2, 3.0, 0.0, 5.5, 6.25, 2.0),),
        "cycles": 12.0,
        "images": 100,
        "data": "d",
        "library": "tiny",
        "voltage": 1.1,
        "clock_mhz": 100.0,
        "settled_ps": 987,
        "timing": None,
        "wire_load": None,
        "layers": (LayerCost("first", 9.0, 3.0),),
        "buffers_nj": 0.25,
        "left_out": ("wires",),
    }
    return PowerEstimate(**estimate | changes)


def placement(*, meets_clock: bool = True) -> Placement:
    """Return what a build for an iCEBreaker takes."""
    resources = {
        "LUTs": Resource(4464, 5280),
        "block_RAMs": Resource(20, 30),
        "SPRAMs": Resource(3, 4),
        "DSPs": Resource(0, 8),
    }
    return Placement(resources, 23.12, meets_clock)


def board_build(*, meets_clock: bool = True, **changes: Any) -> BoardBuild:
    """Return a build of 7 lanes for an iCEBreaker."""
    chip, datapath = board("icebreaker"), Datapath(lanes=7, weights="ram")
    seconds = {"synthesis": 43.8, "placement": 85.5, "packing": 1.8}
    tools = ["Yosys 0.70", "nextpnr-ice40 0.11.1"]
    build: dict[str, Any] = {
        "name": "small",
        "board": chip,
        "clock_hz": chip.clock_hz,
        "network_sha256": "ab12",
        "fingerprint": "cd34",
        "datapath": datapath,
        "weights": "ram",
        "baud": 1_000_000,
        "bitstream": Bitstream("top.bin", placement(meets_clock=meets_clock), seconds, tools),
        "folder": Path("out"),
        "tables": Path("out/weights.bin"),
        "estimate": fit(chip, small_network(), lanes=7, weights="ram"),
        "cycles_per_image": 1303.8,
        "images_per_second": 9203.9,
        "images_per_second_over_link": 190.5,
    }
    return BoardBuild(**build | changes)
