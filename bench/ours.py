"""Our hardware of a network: generated, simulated against the golden model, synthesised."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from accelgen.errors import ToolError
from accelgen.flows import verilator
from accelgen.golden.vectors import dense_vectors
from accelgen.network import Network
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import write
from accelgen.rtl.fingerprint import fingerprint
from bench.area import areas

__all__ = ["measure"]


def measure(network: Network, datapath: Datapath, pixels: np.ndarray, out: Path) -> dict:
    """Return the figures of a row, see `bench.rows`.

    Parameters
    ----------
    network, datapath
        What to build.
    pixels : uint8[images, pixels]
        Raw images.
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
    verilog = out / manifest.files["verilog"]
    program = verilator.build(verilog, manifest.top, out / "sim", loadable=False)
    per_beat = manifest.input.pixels_per_beat
    dense_vectors(network, pixels, per_beat).write(network, out / "vectors")
    measured = verilator.play(program, out / "vectors", None)
    if measured.mismatches:
        raise ToolError(f"{network.name}: {measured.mismatches} images differ from the golden model")
    figures = {
        "hardware": fingerprint(network, datapath),
        "generation_s": seconds,
        "clocks": measured.cycles.mean,
        "latency": measured.latency,
        "checked": f"{len(pixels)} images, bit for bit",
    }
    try:
        return figures | {"area": areas(verilog, manifest.top, out)}
    except ToolError as error:  # Yosys stopped; what was simulated holds
        return figures | {"not_mapped": str(error)}
