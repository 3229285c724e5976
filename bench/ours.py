"""Our hardware of a network: generated, simulated against the golden model, synthesised."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from accelgen.errors import ToolError
from accelgen.flows import verilator
from accelgen.golden.vectors import dense_vectors
from accelgen.network import Network
from accelgen.rtl.emit import write
from accelgen.rtl.options import Datapath
from bench.area import areas

__all__ = ["measure", "played"]


def measure(
    network: Network, datapath: Datapath, pixels: np.ndarray, black: np.ndarray | None, out: Path
) -> dict:
    """Return the figures of a row, see `bench.rows`.

    Parameters
    ----------
    network, datapath
        What to build.
    pixels, black : uint8[images, pixels]
        Raw images, and those with many zeros, if there are any.
    out : Path
        Folder for everything.

    Raises
    ------
    ToolError
        If a score of any image differs from the golden model.
    """
    start = time.perf_counter()
    manifest = write(network, datapath, out).manifest
    seconds = time.perf_counter() - start
    verilog = out / manifest["files"]["verilog"]
    program = verilator.build(verilog, manifest["top"], out / "sim", loadable=False)
    shown = played(network, manifest, program, pixels, out / "vectors")
    dark = shown if black is None else played(network, manifest, program, black, out / "vectors_black")
    return {
        "generation_s": seconds,
        "clocks": shown["cycles"]["mean"],
        "clocks_black": dark["cycles"]["mean"],
        "latency": shown["latency"],
        "clocks_by": "Verilator",
        "checked": f"{len(pixels)} images, bit for bit",
        "area": areas(verilog, manifest["top"], out),
    }


def played(network: Network, manifest: dict, program: Path, pixels: np.ndarray, folder: Path) -> dict:
    """Return what the batch bench measured on images; raise `ToolError` unless every score is right."""
    per_beat = manifest["input"]["pixels_per_beat"]
    dense_vectors(network, pixels, per_beat).write(network, folder)
    found = verilator.play(program, folder, None)
    if found["mismatches"]:
        raise ToolError(f"{network.name}: {found['mismatches']} images differ from the golden model")
    return found
