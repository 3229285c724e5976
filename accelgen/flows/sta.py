"""OpenSTA: the fastest clock of a mapped netlist and its slowest path, and a second opinion on its power."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import ToolError
from accelgen.flows.tool import Tool

__all__ = ["STA", "SlowestPath", "constraints", "installed", "power", "slowest"]

STA = Tool("sta", r"([\d.]+)", "apt install opensta", version_flag="-version")

LOAD = """read_liberty cells.lib
read_liberty memories.lib
read_verilog netlist_sta.v
link_design {{{top}}}
read_sdc constraints.sdc
"""
TIMING = "report_checks -path_delay max -digits 4\n"

# The procedure that sets the transitions of a pin in a cycle. Where the command for it handles densities, the
# function below the command expects transitions in a second, so the command is used. In OpenSTA 2.0 the
# command fails, and the function below it expects transitions in a cycle.
ACTIVITY = """if { [string match *density* [info body sta::set_power_activity]] } {
  proc set_activity { pin each duty } { set_power_activity -pins $pin -activity $each -duty $duty }
} else {
  proc set_activity { pin each duty } { sta::set_power_pin_activity [get_pins $pin] $each $duty }
}
"""
POWER = """source activity.tcl
if { [llength [info commands report_activity_annotation]] } { report_activity_annotation }
report_power -digits 6
"""


@dataclass(frozen=True, slots=True)
class SlowestPath:
    """The path of a netlist that limits its clock.

    Attributes
    ----------
    fmax_mhz : float
        The fastest clock that it allows.
    slack_ps : float
        Picoseconds that are left of a cycle of the constraints; less than 0 if it is too slow.
    start, end : str
        Where it begins and ends: instances or ports.
    cells : int
        That it goes through.
    tool : str
        OpenSTA with its version.
    """

    fmax_mhz: float
    slack_ps: float
    start: str
    end: str
    cells: int
    tool: str


def installed() -> bool:
    """Return whether OpenSTA can be run."""
    try:
        STA.find()
    except ToolError:
        return False
    return True


def constraints(clock: float) -> str:
    """Return SDC for a clock of ``clock`` MHz on port ``clk``.

    Inputs come and outputs are taken a tenth of a cycle from the edges; reset holds long enough not to count.
    """
    period = 1000 / clock
    return (
        f"create_clock -name clk -period {period:.4f} [get_ports clk]\n"
        f"set_input_delay {period / 10:.4f} -clock clk [all_inputs]\n"
        f"set_output_delay {period / 10:.4f} -clock clk [all_outputs]\n"
        "set_false_path -from [get_ports rst]\n"
    )


def slowest(folder: Path, top: str, clock: float) -> SlowestPath | None:
    """Analyse a netlist.

    Parameters
    ----------
    folder : Path
        With ``cells.lib``, ``memories.lib``, ``netlist_sta.v`` and ``constraints.sdc``; the log goes there.
    top : str
        The module.
    clock : float
        Clock of the constraints in MHz.

    Returns
    -------
    SlowestPath or None
        None if the library has no delays.

    Raises
    ------
    ToolError
        If OpenSTA is missing or fails, or its report has no path.
    """
    text = _run(folder, LOAD.format(top=top) + TIMING, "sta.log")
    if "No paths found" in text:
        return None
    slack = re.search(r"(-?[\d.]+)\s+slack \((?:MET|VIOLATED)\)", text)
    start, end = (re.search(rf"{side}: (\S+)", text) for side in ("Startpoint", "Endpoint"))
    if not (slack and start and end):
        raise ToolError(f"sta reports no path; see {folder / 'sta.log'}")
    period, left = 1000 / clock, float(slack[1])
    return SlowestPath(
        fmax_mhz=1000 / (period - left),
        slack_ps=left * 1000,
        start=start[1],
        end=end[1],
        cells=_cells(text),
        tool=f"OpenSTA {STA.version()}",
    )


def _cells(text: str) -> int:
    """Return how many cells the path of a report goes through."""
    path, _, _ = text.partition("data arrival time")
    pins = re.findall(r"^.*[\^v] [im]\d+/(.*)", path, flags=re.MULTILINE)
    return len(pins) - 1 - ("edge-triggered" in path.partition("Endpoint")[0])


def power(folder: Path, top: str, activity: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Return the power of the netlist in ``folder`` in watts: "internal", "switching", "leakage".

    Where OpenSTA counts the pins whose activity it has, it must have that of all.

    Parameters
    ----------
    folder, top
        See `slowest`.
    activity : mapping of str to (float, float)
        Transitions in a cycle of what a pin (``i0/A``) is connected to, and the share of time that it is 1.

    Raises
    ------
    ToolError
        If OpenSTA is missing or fails, reports no power, or has the activity of some pins only.
    """
    lines = [f"set_activity {{{pin}}} {each:.6g} {duty:.3g}" for pin, (each, duty) in activity.items()]
    (folder / "activity.tcl").write_text(ACTIVITY + "\n".join([*lines, ""]))
    text = _run(folder, LOAD.format(top=top) + POWER, "sta_power.log")
    total = re.search(r"^Total\s+(\S+)\s+(\S+)\s+(\S+)", text, flags=re.MULTILINE)
    if total is None:
        raise ToolError(f"sta reports no power; see {folder / 'sta_power.log'}")
    counted: dict[str, str] = dict(
        re.findall(r"^(input|user|unannotated)\s+(\d+)$", text, flags=re.MULTILINE)
    )
    taken = int(counted.get("input", counted.get("user", "0")))
    if counted and taken < len(activity):
        raise ToolError(
            f"sta has taken the activity of {taken} of {len(activity)} pins; see {folder / 'sta_power.log'}"
        )
    return dict(zip(("internal", "switching", "leakage"), map(float, total.groups()), strict=True))


def _run(folder: Path, script: str, log: str) -> str:
    path = folder / "sta.tcl"
    path.write_text(script + "exit\n")
    return STA.run(["-no_splash", "-exit", path.name], cwd=folder, log=folder / log)
