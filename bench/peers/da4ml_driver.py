"""Runs in da4ml's own environment: matrices in, pipelined Verilog out.

Usage: ``python da4ml_driver.py JOB.npz FOLDER``. Nothing of accelgen is imported here.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from da4ml.codegen import RTLModel
from da4ml.trace import FixedVariableArrayInput, comb_trace
from da4ml.trace.ops import quantize

__all__ = ["main"]

#: Adder delays between two ranks of registers, da4ml's own unit.
CUTOFF = 5


def main(job: Path, folder: Path) -> dict:
    """Write ``verilog.v`` and return what it is."""
    given = np.load(job)
    start = time.perf_counter()
    pixels = FixedVariableArrayInput(given["weights0"].shape[1])
    x = quantize(pixels, 0, int(given["input_bits"]), 0)
    # clamp(acc >> shift, 0, 7): a scaled sum, truncated and saturated to unsigned bits, is the same thing.
    scale = 2.0 ** -int(given["shift0"])
    sums = x @ (given["weights0"].T * scale) + given["bias0"] * scale
    x = quantize(sums, 0, int(given["activation_bits"]), 0, "SAT", "TRN")
    scores = x @ given["weights1"].T.astype(float) + given["bias1"]
    traced = comb_trace(pixels, scores)
    RTLModel(traced, "mlp", folder / "project", "verilog", CUTOFF).write()
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
