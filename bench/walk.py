"""``python -m bench.walk``: how far a command walks through the code, beside an earlier commit.

The command runs once with a profiler that notes every call from one file of the package into another. A walk
is short if few files are entered, and natural if calls lead down: a climb is a call from a package into one
that stands above it in the import contract. What is done twice shows as loads of the network file and as
runs of the golden model.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import FrameType

from accelgen.errors import InvalidRequest
from bench.commit import unpack_commit
from bench.house import BASELINE, ROOT

__all__ = ["COMMANDS", "main", "walk"]

#: What is walked, by name: arguments of ``accelgen``.
COMMANDS = {
    "rtl": ["rtl", "mnist_3b_8x", "--out", "out"],
    "info": ["info", "mnist_3b_8x"],
    "sim": ["sim", "mnist_3b_8x", "--images", "1", "--simulator", "icarus", "--out", "out"],
    "eval": ["eval", "mnist_3b_8x"],
}
#: Packages from the top of the import contract down; what is in none of them stands at the bottom.
FLOORS = (
    ("cli",),
    ("cards",),
    ("explore",),
    ("steps",),
    ("models",),
    ("report",),
    ("flows", "power", "boards", "page"),
    ("train", "golden", "rtl"),
    ("data", "link"),
    ("network",),
)
LOADS = {("accelgen/network/file.py", "load")}
GOLDEN = {("accelgen/golden/run.py", "run"), ("accelgen/golden/spiking.py", "run_spiking")}


def walk(arguments: list[str]) -> dict[str, int]:
    """Run ``accelgen`` with arguments in this process, and return figures of its walk.

    Parameters
    ----------
    arguments : list of str
        Arguments as on the command line.

    Returns
    -------
    dict of str to int
        ``files entered``, ``moves`` (different pairs of files with a call from one to the other),
        ``climbs`` (those that lead up), ``loads of the network``, ``runs of the golden model``.
    """
    from accelgen.cli import main as command

    base = Path(sys.modules["accelgen"].__file__).parents[1]
    moves: Counter[tuple[str, str]] = Counter()
    entered: Counter[tuple[str, str]] = Counter()
    names: dict[str, str | None] = {}

    def file_of(frame: FrameType) -> str | None:
        path = frame.f_code.co_filename
        if path not in names:
            inside = Path(path).is_relative_to(base / "accelgen")
            names[path] = Path(path).relative_to(base).as_posix() if inside else None
        return names[path]

    def note(frame: FrameType, event: str, _: object) -> None:
        # What runs when a file is imported is no walk.
        if event != "call" or frame.f_code.co_name == "<module>" or (here := file_of(frame)) is None:
            return
        caller = frame.f_back
        while caller is not None and file_of(caller) is None:
            caller = caller.f_back
        entered[here, frame.f_code.co_name] += 1
        if caller is not None and (before := file_of(caller)) != here and before is not None:
            moves[before, here] += 1

    sys.argv = ["accelgen", *arguments]
    sys.setprofile(note)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
            command()
    finally:
        sys.setprofile(None)
    return {
        "files entered": len({name for name, _ in entered}),
        "moves": len(moves),
        "climbs": sum(_floor(there) < _floor(here) for here, there in moves),
        "loads of the network": sum(entered[place] for place in LOADS),
        "runs of the golden model": sum(entered[place] for place in GOLDEN),
    }


def _floor(name: str) -> int:
    """Return on which floor a file stands, 0 at the top."""
    package = name.removeprefix("accelgen/").split("/")[0].removesuffix(".py")
    return next((n for n, packages in enumerate(FLOORS) if package in packages), len(FLOORS))


def _measured(tree: Path, command: str) -> dict[str, int]:
    """Return the figures of a command of a checkout, walked in a process and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.run(
            [sys.executable, "-P", ROOT / "bench" / "walk.py", "--walk", command],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": f"{tree}{os.pathsep}{ROOT}", "ACCELGEN_HOME": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
    return json.loads(process.stdout)


def main(arguments: list[str] | None = None) -> dict[str, dict[str, dict[str, int]]]:
    """Walk every command in today's package and in that of an earlier commit; print and return both."""
    parser = argparse.ArgumentParser(prog="python -m bench.walk", description=__doc__)
    parser.add_argument("--against", default=BASELINE, help=f"commit to compare with ({BASELINE})")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    parser.add_argument("--walk", choices=COMMANDS, help="walk one command here, and print its figures")
    asked = parser.parse_args(arguments)
    if asked.walk:
        print(json.dumps(figures := walk(COMMANDS[asked.walk])))
        return {asked.walk: {"today": figures}}
    walks: dict[str, dict[str, dict[str, int]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            unpack_commit(ROOT, asked.against, ["accelgen", "sim", "models"], Path(folder))
        except InvalidRequest as error:
            parser.error(f"--against: {error}")
        for command in COMMANDS:
            walks[command] = {
                "before": _measured(Path(folder), command),
                "today": _measured(ROOT, command),
            }
    if asked.json:
        print(json.dumps(walks, indent=2))
    else:
        for command, both in walks.items():
            print(f"{command:32} {asked.against:>9} {'today':>9}")
            for name, before in both["before"].items():
                print(f"  {name:30} {before:9,} {both['today'][name]:9,}")
    return walks


if __name__ == "__main__":
    main(sys.argv[1:])
