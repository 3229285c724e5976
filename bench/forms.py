"""``python -m bench.forms``: folded, pipelined and unrolled hardware of a model, side by side.

It records what ``accelgen options`` measures: each form is played in Verilator, bit for bit, and mapped by
Yosys.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from accelgen import steps
from accelgen.files import write_whole
from accelgen.report.documents import Part, replace
from accelgen.rtl.fingerprint import fingerprint
from accelgen.steps.model import model_of
from bench.table import markdown

__all__ = ["PAGE", "PICTURE", "RESULTS", "WORK", "main", "measure", "stale", "table"]

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "forms.json"
PAGE = Part("docs/exploring.md", "forms", "python -m bench.forms --record")
PICTURE = "docs/forms_{name}.svg"

#: Models that are compared.
WORK = ("breast_cancer", "digits")


def main(arguments: list[str] | None = None) -> list[dict]:
    """Measure, print a table, and return what was found of each model."""
    parser = argparse.ArgumentParser(prog="python -m bench.forms", description=__doc__)
    parser.add_argument("--model", choices=WORK, help="only this one")
    parser.add_argument("--record", action="store_true", help=f"note it in {RESULTS.name} and {PAGE.page}")
    asked = parser.parse_args(arguments)
    names = [name for name in WORK if asked.model in (None, name)]
    found = [measure(name, record=asked.record) for name in names]
    if asked.record:
        before = json.loads(RESULTS.read_text()) if RESULTS.is_file() else []
        kept = [one for one in before if one["name"] not in names]
        found = sorted(kept + found, key=lambda one: WORK.index(one["name"]))
        write_whole(RESULTS, json.dumps(found, indent=1) + "\n")
        replace(ROOT, {PAGE: table(found).rstrip()})
    print(table(found))
    return found


def measure(name: str, *, record: bool) -> dict:
    """Return what ``accelgen options`` says of a model, each row with the fingerprint of its hardware."""
    out = ROOT / "build" / "forms" / name
    comparison = steps.options(name, out=out, say=print)
    found = comparison.to_json()
    for row in found["rows"]:
        row["hardware"] = _hardware(name, row)
        row["cycles"], row["latency"] = round(row["cycles"], 1), round(row["latency"], 1)
        row["images_per_second"] = round(row["images_per_second"])
    if record:
        write_whole(ROOT / PICTURE.format(name=name), Path(found["picture"]).read_text())
    del found["picture"]
    return found


def stale(found: list[dict]) -> list[str]:
    """Return a sentence for each row that is not of the hardware that is generated today."""
    return [
        f"{one['name']}, {row['form']}: is of other hardware than is generated today: {PAGE.command}"
        for one in found
        for row in one["rows"]
        if row["hardware"] != _hardware(one["name"], row)
    ]


def table(found: list[dict]) -> str:
    """Return a picture, a table and what was left out, model by model."""
    parts = []
    for one in found:
        heads = ["front", "hardware", "images a second", f"{one['target']} LUT4", "block RAMs"]
        heads += ["cycles from result to result", "latency", "built by"]
        lines = [
            [
                "yes" if row["front"] else "",
                row["form"],
                f"{row['images_per_second']:,}",
                f"{row['luts']:,}",
                f"{row['block_rams']:,}",
                f"{row['cycles']:,.1f}",
                f"{row['latency']:,.1f}",
                f"`{row['command']}`",
            ]
            for row in one["rows"]
        ]
        picture = PICTURE.format(name=one["name"]).removeprefix("docs/")
        played = f"{one['played']} images ({one['data']})"
        head = f"`{one['name']}`, {played}, images a second at {one['clock_mhz']:g} MHz:"
        parts += [head, f"![images a second against lookup tables, a sign for each form]({picture})"]
        parts.append(markdown(heads, lines).rstrip())
        parts += [f"Left out: {each['form']}: {each['why']}." for each in one["left_out"]]
    return "\n\n".join(parts) + "\n"


def _hardware(name: str, row: dict) -> str:
    model = model_of(name)
    return fingerprint(model.network, model.datapath(**row["options"]))


if __name__ == "__main__":
    main()
