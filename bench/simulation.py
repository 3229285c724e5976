"""``python -m bench.simulation``: what it takes to build the simulator of a model, and to play an image.

Seconds are those of the processors, so that they do not depend on what else a machine does: of the runtime
that all simulators share, of the model itself, and of an image. The baseline is the same Verilog and harness
with the flags that Verilator has when nobody says anything, built in the same run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from accelgen.flows import verilator
from accelgen.steps.model import model_of
from accelgen.steps.testcase import make_case

__all__ = ["MODEL", "main", "shown"]

#: The largest model, whose simulation takes longest.
MODEL = "cifar10_50x"
#: Images a second of two cores, and seconds to build: what is asked of the model.
LEAST_SPEED, MOST_SECONDS = 20, 25


def main(arguments: list[str] | None = None) -> dict:
    """Build and play, print the table and return its figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.simulation", description=__doc__)
    parser.add_argument("--model", default=MODEL, help=f"which ({MODEL})")
    parser.add_argument("--images", type=int, default=20, help="how many are played (20)")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        case = make_case(model_of(asked.model), asked.images, out=out / "rtl")
        vectors = case.hardware.folder / "vectors"
        case.expected.vectors.write(case.hardware.model.network, vectors)
        measured = {
            "default": _measured(case, out / "default", vectors, _by_default),
            "ours": _measured(case, out / "ours", vectors, contextlib.nullcontext),
        }
    found = {"model": asked.model, "images": asked.images, **measured}
    print(json.dumps(found, indent=2) if asked.json else shown(found))
    return found


def _by_default():
    """Let Verilator build as it does when nobody says how."""
    plain = [flag for flag in verilator.VERILATED if flag not in ("-O3", "--x-assign", "fast", "--noassert")]
    return mock.patch.multiple(verilator, VERILATED=plain, OPTIMISED="OPT_FAST=-Os")


def _measured(case, out: Path, vectors: Path, flags: Callable) -> dict:
    """Return the seconds of one way to build, in a cache of its own."""
    out.mkdir()
    with mock.patch.dict(os.environ, {"ACCELGEN_CACHE": str(out / "cache")}), flags():
        start = _spent()
        verilator._runtime(out)
        shared = _spent()
        program = verilator.build(case.hardware.verilog, case.manifest.top, out, loadable=False)
        built = _spent()
        played = verilator.play(program, vectors, None, jobs=1)
        spent = _spent() - built
    if played.mismatches:
        raise RuntimeError(f"{played.mismatches} images differ")
    return {
        "runtime_s": round(shared - start, 2),
        "build_s": round(built - shared, 2),
        "image_s": round(spent / played.images, 4),
        "cycles_per_second": round(played.cycles.mean * played.images / spent),
    }


def _spent() -> float:
    """Return the seconds that the processors have spent on what this process started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def shown(found: dict) -> str:
    """Return the table, and whether the model meets what is asked of it."""
    ours, default = found["ours"], found["default"]
    names = {
        "runtime_s": "runtime, once for all models, s",
        "build_s": "build, s",
        "image_s": "an image, s",
        "cycles_per_second": "cycles a second",
    }
    lines = [
        f"{found['model']}, {found['images']} images, seconds of a processor",
        "| | Verilator's defaults | ours | ratio |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {text} | {default[key]:,} | {ours[key]:,} | {ours[key] / default[key]:.2f}x |"
            for key, text in names.items()
        ),
    ]
    if found["model"] == MODEL:
        speed = 2 / ours["image_s"]
        met = speed >= LEAST_SPEED and ours["build_s"] <= MOST_SECONDS
        lines.append(
            f"{LEAST_SPEED} images/s on two cores, and {MOST_SECONDS} s to build: "
            f"{'met' if met else 'not met'}, {speed:.1f} images/s and {ours['build_s']:.1f} s"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
