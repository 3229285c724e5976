"""``python -m bench.stages``: engines for each layer beside one engine for all, in cycles and lookup tables.

Every row is played in Verilator, bit for bit, and mapped to iCE40 and ECP5. Pipelines are asked for cycles of
an image; one engine for all is built with the lanes of its card, and with as many as it can use.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from accelgen import steps
from accelgen.report.documents import Part, replace
from accelgen.rtl.fingerprint import fingerprint
from accelgen.steps.model import model_of
from accelgen.steps.pace import pace_of
from bench.area import areas, luts
from bench.table import markdown

__all__ = ["PAGE", "RESULTS", "main", "measure", "stale", "table"]

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "stages.json"
PAGE = Part("docs/pipelined.md", "stages", "python -m bench.stages --record")

#: Models, the cycles of an image that are asked for, lanes of one engine for all, and images to play.
WORK = (
    ("mnist_3b_8x", (700, 400, 200), (16, 64), 1000),
    ("mnist_conv", (6000,), (16,), 60),
    ("friedman", (100, 32), (16,), 200),
    ("mnist_snn_di_small", (600, 400), (16,), 1000),
    ("mnist_snn_ci", (1200, 700), (16,), 500),
)


def main(arguments: list[str] | None = None) -> list[dict]:
    """Measure, print a table, and return its rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.stages", description=__doc__)
    parser.add_argument("--model", choices=[name for name, *_ in WORK], help="only this one")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    parser.add_argument(
        "--record", action="store_true", help=f"note the rows in {RESULTS.name} and in {PAGE.page}"
    )
    asked = parser.parse_args(arguments)
    rows = []
    for name, cycles, lanes, images in WORK:
        if asked.model in (None, name):
            rows += [measure(name, images, lanes=count) for count in lanes]
            rows += [measure(name, images, pipelined=True, cycles=most) for most in cycles]
    if asked.record:
        before = json.loads(RESULTS.read_text()) if RESULTS.is_file() else []
        measured = {row["model"] for row in rows}
        rows = [row for row in before if row["model"] not in measured] + rows
        RESULTS.write_text(json.dumps(rows, indent=1) + "\n")
        replace(ROOT, {PAGE: table(rows).rstrip()})
    print(json.dumps(rows, indent=2) if asked.json else table(rows))
    return rows


def measure(name: str, images: int, **options) -> dict:
    """Return a row: what a form of a model takes, and that it is right.

    Raises
    ------
    ValueError
        If a score differs from the golden model's.
    """
    model = model_of(name)
    datapath = model.datapath(**options)
    out = ROOT / "build" / "stages" / f"{name}_{'_'.join(f'{key}{value}' for key, value in options.items())}"
    played = steps.sim(name, images=images, out=out, **options)
    if played.mismatches:
        raise ValueError(f"{name}, {options}: {played.mismatches} of {images} images differ")
    manifest = played.manifest
    (folder := out / "area").mkdir(exist_ok=True)
    found = areas(out / f"{manifest.top}.v", manifest.top, folder)
    return {
        "model": name,
        "form": manifest.describe(),
        "options": options,
        "hardware": fingerprint(model.network, datapath),
        "images": images,
        "cycles": round(played.cycles.mean, 1),
        "worst": pace_of(model, datapath).most if datapath.pipelined else None,
        **{target: luts(counts) for target, counts in found.items()},
    }


def stale(rows: list[dict]) -> list[str]:
    """Return a sentence for each row that is not of the hardware that is generated today."""
    sentences = []
    for row in rows:
        model = model_of(row["model"])
        if row["hardware"] != fingerprint(model.network, model.datapath(**row["options"])):
            sentences.append(
                f"{row['model']}, {row['form']}: is of other hardware than is generated today: {PAGE.command}"
            )
    return sentences


def table(rows: list[dict]) -> str:
    """Return rows as a table; ratios are against the first form of the same model."""
    heads = ["model", "form", "asked", "images", "cycles of an image", "worst case"]
    heads += ["iCE40 LUT4", "ECP5 LUT4", "as fast", "LUT4 x cycles"]
    lines = []
    for row in rows:
        base = next(other for other in rows if other["model"] == row["model"])
        faster = base["cycles"] / row["cycles"]
        worst, asked = row["worst"], row["options"].get("cycles")
        lines.append(
            [
                f"`{row['model']}`",
                row["form"],
                f"{asked:,}" if asked else "",
                f"{row['images']:,}",
                f"{row['cycles']:,.1f}",
                f"{worst:,}" if worst else "",
                f"{row['ice40']:,}",
                f"{row['ecp5']:,}",
                f"{faster:.2f} x",
                f"{row['ice40'] / base['ice40'] / faster:.2f} x",
            ]
        )
    return markdown(heads, lines) + "\n"


if __name__ == "__main__":
    main()
