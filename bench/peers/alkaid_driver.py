"""Runs in alkaid's own environment: matrices in, pipelined Verilog out.

Usage: ``python alkaid_driver.py JOB.npz FOLDER``. Nothing of accelgen is imported here.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from alkaid.codegen import RTLModel
from alkaid.trace import FVArrayInput, trace
from alkaid.trace.ops import quantize

__all__ = ["main"]

#: Adder delays between two ranks of registers, alkaid's own unit.
CUTOFF = 5


def main(job: Path, folder: Path) -> dict:
    """Write ``verilog.v`` and return what it is."""
    given = np.load(job)
    start = time.perf_counter()
    pixels = FVArrayInput(given["weights0"].shape[1])
    x = quantize(pixels, 0, int(given["input_bits"]), 0)
    # clamp(acc >> shift, 0, 7): a scaled sum, truncated and saturated to unsigned bits, is the same thing.
    scale = 2.0 ** -int(given["shift0"])
    sums = x @ (given["weights0"].T * scale) + given["bias0"] * scale
    x = quantize(sums, 0, int(given["activation_bits"]), 0, "SAT", "TRN")
    scores = x @ given["weights1"].T.astype(float) + given["bias1"]
    traced = trace(pixels, scores, keep_dead_inputs=True)
    RTLModel(traced, folder / "project", "mlp", "verilog", latency_cutoff=CUTOFF, print_latency=False).write()
    seconds = time.perf_counter() - start
    sources = sorted((folder / "project" / "src").rglob("*.v"))
    (folder / "verilog.v").write_text("\n".join(path.read_text() for path in sources))
    return {
        "top": "mlp_wrapper",
        "seconds": seconds,
        "signed": any(value.min < 0 for value in traced.out_qint),
    }


if __name__ == "__main__":
    place = Path(sys.argv[2])
    (place / "result.json").write_text(json.dumps(main(Path(sys.argv[1]), place)))
