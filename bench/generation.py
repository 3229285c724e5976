"""``python -m bench.generation``: processor seconds and memory from a network file to Verilog, by weights.

Networks of two square dense layers and ten classes, 3 bits a weight, blocks of 16 x 16, of random numbers.
A row is a run of ``accelgen rtl`` as a user types it: Python's start, the file, the hardware, its Verilog and
everything that is written beside it. Its time for a weight stands beside that of the row before.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from accelgen.network import BlockSparse, Dense, Network, PixelInput, Requantise, save

__all__ = ["main", "network_of", "shown"]

#: Inputs and neurons of a layer, and kept blocks of each of its block rows.
SIZES = {"10k": (256, 1), "100k": (1024, 3), "1M": (4096, 7), "4M": (8192, 15)}
BLOCK = 16
CLASSES = 10
#: What is asked of the largest, 4 million weights.
MOST_SECONDS, MOST_MB = 30, 600

#: Runs its arguments as a command and prints what the command took.
_STARTER = """
import json, os, subprocess, sys
with subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL) as made:
    _, status, used = os.wait4(made.pid, 0)
    made.returncode = os.waitstatus_to_exitcode(status)
cpu = used.ru_utime + used.ru_stime
print(json.dumps({"status": made.returncode, "cpu_s": cpu, "peak_kb": used.ru_maxrss}))
"""


def main(arguments: list[str] | None = None) -> list[dict]:
    """Run the sizes that are asked for, print the table and return its rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.generation", description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES), help="which (all)")
    parser.add_argument("--weights", choices=("rom", "ram"), default="rom", help="where tables live (rom)")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    asked = parser.parse_args(arguments)
    rows = [_measured(size, asked.weights) for size in asked.sizes]
    print(json.dumps(rows, indent=2) if asked.json else shown(rows))
    return rows


def network_of(size: str) -> Network:
    """Return the network of a size, of random weights and biases; every time the same."""
    side, kept = SIZES[size]
    rng = np.random.default_rng(0)
    shapes = [("dense0", side, kept), ("dense1", side, kept), ("dense2", CLASSES, side // BLOCK)]
    return Network(
        f"random_{size.lower()}", PixelInput(side, 8), tuple(_layer(rng, side, *shape) for shape in shapes)
    )


def _layer(rng: np.random.Generator, inputs: int, name: str, outputs: int, kept: int) -> Dense:
    rows, blocks = -(-outputs // BLOCK), inputs // BLOCK
    index = np.sort(np.array([rng.permutation(blocks)[:kept] for _ in range(rows)]), axis=1)
    height = min(BLOCK, outputs)
    codes = rng.integers(-3, 4, (rows, kept, height, BLOCK), dtype=np.int8)
    weights = BlockSparse(outputs, inputs, 3, index.astype(np.int32), codes)
    bias = rng.integers(-60, 60, outputs, dtype=np.int32)
    return Dense(name, weights, bias, Requantise(6, 4) if outputs != CLASSES else None)


def _measured(size: str, where: str) -> dict:
    """Return a row: what one run of ``accelgen rtl`` takes."""
    network = network_of(size)
    kept = sum(layer.weights.codes.size for layer in network.layers)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "models" / network.name / "network.safetensors"
        file.parent.mkdir(parents=True)
        save(network, file)
        run = [sys.executable, "-m", "accelgen", "rtl", network.name, "--weights", where, "--json"]
        used = _usage(run, os.environ | {"ACCELGEN_HOME": name})
        if used["status"]:
            raise SystemExit(f"accelgen rtl of {network.name} ended with {used['status']}")
        verilog = Path(name) / "rtl_out" / network.name / f"{network.name}.v"
        return {
            "size": size,
            "kept_weights": kept,
            "weights": where,
            "cpu_s": round(used["cpu_s"], 2),
            "peak_mb": round(used["peak_kb"] / 1024),
            "verilog_mb": round(verilog.stat().st_size / 1e6, 2),
        }


def _usage(run: list[str], environment: dict[str, str]) -> dict:
    """Return the status of a command, its processor seconds and its peak memory in kilobytes."""
    # The peak of a process counts what it was before it became the command: a copy of the process that
    # started it, which may be a large one. A small one therefore starts the command.
    starter = [sys.executable, "-I", "-c", _STARTER, *run]
    told = subprocess.run(starter, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(told)


def shown(rows: list[dict]) -> str:
    """Return the rows as a table of Markdown."""
    lines = [
        "| kept weights | tables | CPU s | us a weight | against the row before | peak MB | Verilog MB |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    before = None
    for row in rows:
        each = row["cpu_s"] / row["kept_weights"] * 1e6
        ratio = f"{each / before:.2f}x" if before else ""
        lines.append(
            f"| {row['kept_weights']:,} | {row['weights']} | {row['cpu_s']:.1f} | {each:.2f} | {ratio} | "
            f"{row['peak_mb']:,} | {row['verilog_mb']:.2f} |"
        )
        before = each
    last = rows[-1]
    if last["size"] == "4M":
        met = last["cpu_s"] <= MOST_SECONDS and last["peak_mb"] <= MOST_MB
        lines.append("")
        lines.append(
            f"4 million weights in {MOST_SECONDS} s and {MOST_MB} MB at most: {'met' if met else 'not met'}."
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
