"""Icarus Verilog: whole networks under cocotb, with the bench of ``sim/bench_top.py``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError

import numpy as np

from accelgen.errors import ToolError, at
from accelgen.flows.measured import Measured
from accelgen.flows.programs import private_folder
from accelgen.flows.tool import Tool
from accelgen.golden.vectors import Vectors
from accelgen.optional import needed
from accelgen.records import read_record
from accelgen.rtl.hardware import EventWords, PixelBeats
from accelgen.rtl.manifest import Manifest
from accelgen.shipped import SHIPPED

__all__ = ["ICARUS", "lint", "play"]

ICARUS = Tool("iverilog", r"version ([\d.]+)", "apt install iverilog", "-V")


def lint(verilog: Path, top: str, log: Path) -> None:
    """Raise `ToolError` unless ``iverilog -g2005 -Wall`` finds nothing."""
    arguments = ["-g2005", "-Wall", "-tnull", "-s", top, str(verilog.resolve())]
    warnings = ICARUS.run(arguments, cwd=verilog.parent, log=log).strip()
    if warnings:
        raise ToolError(f"iverilog -Wall warns ({warnings.splitlines()[0][:200]}); see {log}")


def play(
    verilog: Path,
    manifest: Manifest,
    vectors: Vectors,
    out: Path,
    load: Path | None,
    corners: Sequence[Vectors] = (),
) -> Measured:
    """Run the bench of the top on images, with and without pauses, and with malformed frames.

    Parameters
    ----------
    verilog, manifest
        The network, and the description of its ports.
    vectors : Vectors
        Images that are measured; the first is repeated between malformed frames.
    out : Path
        Folder for builds and logs.
    load : Path or None
        The table frame.
    corners : sequence of Vectors
        Sets with run-time inputs of their own, played one after the other. If there are any, the last is
        repeated between malformed frames instead, because a sample that stops early hides them.

    Returns
    -------
    Measured
        Without latency, error and cycles of layers: the bench looks at the error itself.

    Raises
    ------
    ToolError
        If Icarus or cocotb is missing, the Verilog does not compile, the bench does not run, or it finds a
        fault other than a wrong score.
    """
    ICARUS.find()
    folder = (out / "sim" / "icarus").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    # The simulator runs in a folder that only its user can write to, so that it executes what was made here.
    with private_folder("icarus") as work:
        return _played(verilog, manifest, vectors, load, corners, folder, work)


def _played(
    verilog: Path,
    manifest: Manifest,
    vectors: Vectors,
    load: Path | None,
    corners: Sequence[Vectors],
    folder: Path,
    work: Path,
) -> Measured:
    """Build and run in ``work``, with logs in ``folder``; see `play`."""
    with needed():
        from cocotb_tools.check_results import get_results
        from cocotb_tools.runner import get_runner

    report = work / "report.json"
    case = {
        **_set(vectors),
        "corners": [_set(corner) for corner in corners],
        "load": [int(word) for word in np.fromfile(load, "<u4")] if load else [],
        "stall": 0.4,
        "seed": 1,
        **_shape(manifest.input),
        "timeout": 2_000_000,
        "report": str(report),
    }
    (work / "case.json").write_text(json.dumps(case))
    runner = get_runner("icarus")
    if sys.path[0] != str(SHIPPED):  # the runner hands sys.path on, and another's sim/ may stand in it
        sys.path.insert(0, str(SHIPPED))
    try:
        runner.build(
            sources=[verilog.resolve()],
            hdl_toplevel=manifest.top,
            build_args=["-g2005"],
            build_dir=work / "build",
            log_file=folder / "build.log",
            timescale=("1ns", "1ps"),
            always=True,
        )
    except RuntimeError:
        raise ToolError(f"the Verilog does not compile; see {folder / 'build.log'}") from None
    environment = {"ACCELGEN_CASE": str(work / "case.json")}
    try:
        results = runner.test(
            test_module="sim.bench_top",
            hdl_toplevel=manifest.top,
            build_dir=work / "build",
            test_dir=work,
            log_file=folder / "run.log",
            extra_env=environment,
            results_xml=str(work / "results.xml"),
        )
        tests, failures = get_results(Path(results))
    except (SystemExit, RuntimeError, ParseError):  # a failed test, no results at all, or half of them
        tests, failures = 1, 1
    if not tests or not report.is_file():
        raise ToolError(f"the bench did not run; see {folder / 'run.log'}")
    try:
        facts = json.loads(report.read_text())
    except ValueError as error:  # cut short: a full disk
        raise ToolError(f"the bench did not report; see {folder / 'run.log'}") from error
    with at(report):
        known = {name: value for name, value in facts.items() if value is not None}
        measured = read_record(Measured, known, ToolError)
    if failures and not measured.mismatches:
        raise ToolError(
            f"the bench found a fault other than a wrong score; see {os.path.relpath(folder / 'run.log')}"
        )
    return measured


def _set(vectors: Vectors) -> dict:
    return {"frames": vectors.frames(), "results": vectors.expected.tolist(), "inputs": vectors.inputs}


def _shape(entering: PixelBeats | EventWords) -> dict:
    """Return what the bench needs to know of a frame: see ``sim/bench_top.py``."""
    if isinstance(entering, EventWords):
        return {"events": {name: getattr(entering, name) for name in ("inputs", "block", "position_bits")}}
    used = entering.pixels_per_beat * entering.pixel_bits
    return {"beats": entering.beats, "width": entering.width, "used": used}
