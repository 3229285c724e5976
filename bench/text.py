"""``python -m bench.text``: how the Verilog of a network reads, beside that of an earlier commit.

What a person sees who opens the file is counted: lines, modules and ports, nets that have no name, what only
a program writes. What a tool sees is counted, too: warnings of Verilator's ``-Wall`` by rule, with no waiver,
and Yosys' cells. How long the Verilog takes to be written stands below.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from accelgen.errors import InvalidRequest
from accelgen.flows.verilator import tool
from bench.commit import unpack_commit
from bench.house import BASELINE, ROOT

__all__ = ["main", "read"]

#: What is counted in the text, by name. ROM words are lines that give one word of a memory its value.
SIGNS = {
    "modules": r"^module\b",
    "comments": r"^\s*//",
    "escaped names": r"^\s*(?:module|wire|reg|input|output)\b[^;\\]*\\",
    "nets without a name": r"^\s*(?:wire|reg)\b[^;=]*?\\\$\d+\s",
    "names with a number behind a $": r"^\s*(?:wire|reg)\b[^;=]*?\\\w+\$\d+\s",
    "generator's registers": r"^\s*reg \\?\$auto",
    "empty conditions": r"^\s*if \(.*\) begin end$",
    "full_case": r"\(\* full_case",
    "casez": r"\bcasez\b",
}
WORD = re.compile(r"^\s*(?:\w+|\\\S+ )\s*\[\d+\] = ", re.MULTILINE)
BODY = re.compile(r"^module (\\\S+ |\w+)(.*?)^endmodule", re.MULTILINE | re.DOTALL)
WARNING = re.compile(r"^%Warning-(\w+): ", re.MULTILINE)


def read(text: str) -> dict[str, int]:
    """Count what a reader of Verilog sees.

    Parameters
    ----------
    text : str
        A file of Verilog.

    Returns
    -------
    dict of str to int
        Lines, lines that are no words of a ROM, bytes, `SIGNS`, and modules whose body is another's.
    """
    # Numbers that a generator gives to names are all that copies differ in.
    bodies = Counter(re.sub(r"\$\d+|\s+", " ", body) for _, body in BODY.findall(text))
    lines = text.count("\n")
    return {
        "bytes": len(text.encode()),
        "lines": lines,
        "lines besides words of ROMs": lines - len(WORD.findall(text)),
        **{name: len(re.findall(sign, text, re.MULTILINE)) for name, sign in SIGNS.items()},
        "modules that are written again": sum(bodies.values()) - len(bodies),
    }


def _warnings(path: Path, top: str) -> dict[str, int]:
    """Return how often each rule of ``-Wall`` is broken."""
    done = subprocess.run(
        [tool().find(), "--lint-only", "-Wall", "-Wno-fatal", "--top-module", top, path.name],
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    found = Counter(WARNING.findall(done.stderr))
    return {f"-Wall {rule}": count for rule, count in sorted(found.items())}


def _measured(tree: Path, model: str, folder: Path) -> dict[str, float]:
    """Return the figures of a checkout: it writes the Verilog in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(tree), "ACCELGEN_HOME": str(ROOT)}

    def accelgen(*arguments: str) -> str:
        command = [sys.executable, "-P", "-m", "accelgen", *arguments]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise InvalidRequest(f"{' '.join(arguments)}: {done.stderr.strip().splitlines()[-1]}")
        return done.stdout

    start = time.monotonic()
    path = Path(json.loads(accelgen("rtl", model, "--out", str(folder / "out"), "--json"))["verilog"])
    seconds = time.monotonic() - start
    area = json.loads(accelgen("synth", model, "--out", str(folder / "area"), "--json"))
    return {
        **read(path.read_text()),
        **_warnings(path, model),
        "Yosys cells": area["logic"]["cells"],
        "seconds": round(seconds, 1),
    }


def main(arguments: list[str] | None = None) -> dict[str, dict[str, float]]:
    """Read today's Verilog and that of an earlier commit; print and return both."""
    parser = argparse.ArgumentParser(prog="python -m bench.text", description=__doc__)
    parser.add_argument("model", nargs="?", default="mnist_3b_8x", help="which network (mnist_3b_8x)")
    parser.add_argument("--against", default=BASELINE, help=f"commit to compare with ({BASELINE})")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("tree", "before", "today"):
            (folder / part).mkdir()
        try:
            unpack_commit(ROOT, asked.against, ["accelgen", "sim"], folder / "tree")
            before = _measured(folder / "tree", asked.model, folder / "before")
            today = _measured(ROOT, asked.model, folder / "today")
        except InvalidRequest as error:
            parser.error(str(error))
    if asked.json:
        print(json.dumps({"before": before, "today": today}, indent=2))
    else:
        print(f"{asked.model:32} {asked.against:>9} {'today':>9}")
        for key in dict.fromkeys([*before, *today]):
            print(f"{key:32} {before.get(key, 0):9,} {today.get(key, 0):9,}")
    return {"before": before, "today": today}


if __name__ == "__main__":
    main(sys.argv[1:])
