"""``python -m bench.spikes``: spiking networks folded, pipelined and unrolled, in cycles and lookup tables.

No committed spiking network is small enough for its weights to be gates of an FPGA of these families. So the
networks are look-alikes of random weights, of the size of one for pictures of 8 x 8 pixels. Random pictures
are played through every form in Verilator, bit for bit, and it is mapped to iCE40 and ECP5.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from accelgen import steps
from accelgen.network import BlockSparse, Network, Neuron, RateInput, Spiking
from accelgen.network.file import save
from accelgen.report.documents import Part, replace
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fingerprint import fingerprint
from accelgen.steps.given import Given
from accelgen.steps.model import model_of
from bench.area import areas, luts
from bench.table import markdown

__all__ = ["FORMS", "NETWORKS", "TIMESTEPS", "PAGE", "RESULTS", "main", "measure", "stale", "table"]

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "spikes.json"
PAGE = Part("docs/spiking.md", "spikes", "python -m bench.spikes --record")

TIMESTEPS, IMAGES = 4, 500
SIZES, BITS, BLOCK, KEPT = (64, 32, 10), 3, 8, 4

#: Neurons of the hidden layer, by the name of the network.
NEURONS = {
    "look_alike_di": Neuron("discontinuous"),
    "look_alike_ci": Neuron("continuous", 6, 0, "subtract"),
    "look_alike_leak": Neuron("continuous", 6, 3, "zero"),
}

#: Options of the forms, the first of them what the others are compared with.
FORMS: tuple[dict, ...] = (
    {"lanes": 8},
    {"pipelined": True, "layer_lanes": (32, 10)},
    {"unrolled": True},
    {"unrolled": True, "interval": TIMESTEPS},
)


def network_of(name: str) -> Network:
    """Return a look-alike: 64-32-10, weights of 3 bits, half of the blocks kept."""
    rng = np.random.default_rng(0)
    layers = []
    for number, (inputs, outputs) in enumerate(zip(SIZES, SIZES[1:], strict=False)):
        last = number == len(SIZES) - 2
        block_out = outputs if last else BLOCK
        blocks = inputs // BLOCK
        kept = np.zeros((outputs // block_out, blocks), bool)
        for row in kept:
            row[rng.permutation(blocks)[: blocks if last else KEPT]] = True
        # As trained ones are: half of them zero, small ones more often.
        most = (1 << (BITS - 1)) - 1
        drawn = np.clip(np.rint(rng.normal(0, 1, (outputs, inputs))), -most, most).astype(np.int64)
        weights = BlockSparse.from_dense(
            drawn * kept.repeat(block_out, 0).repeat(BLOCK, 1), kept, BITS, block_out, BLOCK
        )
        bias = rng.integers(-2, 3, outputs).astype(np.int32)
        layers.append(Spiking(f"spiking{number}", weights, bias, None if last else NEURONS[name]))
    return Network(name, RateInput(SIZES[0], 4, "dither"), tuple(layers), {"timesteps": TIMESTEPS})


NETWORKS = {name: network_of(name) for name in NEURONS}


def main(arguments: list[str] | None = None) -> list[dict]:
    """Measure, print a table, and return its rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.spikes", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    parser.add_argument(
        "--record", action="store_true", help=f"note the rows in {RESULTS.name} and in {PAGE.page}"
    )
    asked = parser.parse_args(arguments)
    rows = [measure(name, **options) for name in NETWORKS for options in FORMS]
    if asked.record:
        RESULTS.write_text(json.dumps(rows, indent=1) + "\n")
        replace(ROOT, {PAGE: table(rows).rstrip()})
    print(json.dumps(rows, indent=2) if asked.json else table(rows))
    return rows


def measure(name: str, **options) -> dict:
    """Return a row: what a form of a network takes, and that it is right.

    Raises
    ------
    ValueError
        If a score differs from the golden model's.
    """
    network = NETWORKS[name]
    out = ROOT / "build" / "spikes" / f"{name}_{'_'.join(f'{key}{value}' for key, value in options.items())}"
    (folder := out / "area").mkdir(parents=True, exist_ok=True)
    save(network, path := ROOT / "build" / "spikes" / f"{name}.safetensors")
    played = steps.sim(model_of(path), given=Given(drawn=IMAGES), out=out, **options)
    if played.faulty:
        raise ValueError(f"{name}, {options}: {played.mismatches} of {IMAGES} images differ")
    manifest = played.manifest
    found = areas(out / f"{manifest.top}.v", manifest.top, folder)
    return {
        "network": name,
        "form": manifest.describe(),
        "options": options,
        "hardware": fingerprint(network, _datapath(options)),
        "images": IMAGES,
        "timesteps": TIMESTEPS,
        "cycles": round(played.cycles.mean, 1),
        **{target: luts(counts) for target, counts in found.items()},
    }


def stale(rows: list[dict]) -> list[str]:
    """Return a sentence for each row that is not of the hardware that is generated today."""
    return [
        f"{row['network']}, {row['form']}: is of other hardware than is generated today: {PAGE.command}"
        for row in rows
        if row["hardware"] != fingerprint(NETWORKS[row["network"]], _datapath(row["options"]))
    ]


def table(rows: list[dict]) -> str:
    """Return rows as a table; ratios are against the first form of the same network."""
    heads = ["network", "form", "cycles of an image", "iCE40 LUT4", "ECP5 LUT4", "as fast", "LUT4 x cycles"]
    lines = []
    for row in rows:
        base = next(other for other in rows if other["network"] == row["network"])
        faster = base["cycles"] / row["cycles"]
        lines.append(
            [
                f"`{row['network']}`",
                row["form"],
                f"{row['cycles']:,.1f}",
                f"{row['ice40']:,}",
                f"{row['ecp5']:,}",
                f"{faster:.1f} x",
                f"{row['ice40'] / base['ice40'] / faster:.2f} x",
            ]
        )
    return markdown(heads, lines) + "\n"


def _datapath(options: dict) -> Datapath:
    return Datapath(**options)


if __name__ == "__main__":
    main()
