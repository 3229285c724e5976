"""What a layout flow needs to know of a network, and the processes it can be laid out in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accelgen.errors import InvalidOption

__all__ = ["FLOWS", "PLATFORMS", "Platform", "Project", "check_platform", "readme"]


@dataclass(frozen=True, slots=True)
class Platform:
    """A process with its standard cells.

    Attributes
    ----------
    clock : float
        Default clock of a project in MHz: a cautious one, because no layout was made yet.
    pdk, cells : str
        Names of both in LibreLane; empty if it does not have them.
    macros : bool
        Whether SRAM macros come with it: `accelgen.flows.asic.fakeram`.
    """

    clock: float
    pdk: str = ""
    cells: str = ""
    macros: bool = False


PLATFORMS = {
    "nangate45": Platform(250.0, macros=True),
    "sky130hd": Platform(50.0, "sky130A", "sky130_fd_sc_hd"),
}

#: Flows, and the name that each gives itself.
FLOWS = {"orfs": "OpenROAD-flow-scripts", "librelane": "LibreLane"}


@dataclass(frozen=True, slots=True)
class Project:
    """A network whose layout is wanted.

    Attributes
    ----------
    top : str
        Its top module, which has its clock on port ``clk``.
    sources : tuple of str
        Verilog files, in the folder of the project.
    platform : str
        A name of `PLATFORMS`.
    clock : float
        MHz.
    memory_bits : int
        Bits of the largest memory that becomes logic or flip-flops; 0 without any.
    macros : tuple of str
        SRAM macros among the sources, by name of their cells.
    """

    top: str
    sources: tuple[str, ...]
    platform: str
    clock: float
    memory_bits: int
    macros: tuple[str, ...] = ()

    @property
    def period(self) -> float:
        """The clock's period in nanoseconds, to the picosecond."""
        return round(1000 / self.clock, 3)


def check_platform(flow: str, platform: str | None) -> str:
    """Return the platform, or the first that ``flow`` has if none is named.

    Raises
    ------
    InvalidOption
        If there is no such flow or platform, or the flow does not have the platform.
    """
    if flow not in FLOWS:
        raise InvalidOption(f"flow must be one of {', '.join(FLOWS)}, not {flow!r}")
    having = [name for name, entry in PLATFORMS.items() if flow == "orfs" or entry.pdk]
    if platform is None:
        return having[0]
    if platform not in PLATFORMS:
        raise InvalidOption(f"platform must be one of {', '.join(PLATFORMS)}, not {platform!r}")
    if platform not in having:
        raise InvalidOption(
            f"{platform} is no PDK of {FLOWS[flow]}: use --platform {' or '.join(having)}, or --flow orfs"
        )
    return platform


def readme(project: Project, flow: str, run: Sequence[str], results: str) -> str:
    """Return a page that says what a project is and how it is run.

    Parameters
    ----------
    project : Project
        What the page is about.
    flow : str
        A name of `FLOWS`.
    run : sequence of str
        Shell lines.
    results : str
        Where the layout appears.
    """
    lines = [
        f"# {project.top} in {FLOWS[flow]}, {project.platform}, {project.clock:g} MHz",
        "",
        "Everything the flow needs, with no path in it that leaves this folder. Here:",
        "",
        "```",
        *run,
        "```",
        "",
        results,
    ]
    return "\n".join([*lines, ""])
