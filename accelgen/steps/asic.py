"""A model as a project for a layout flow."""

from __future__ import annotations

from pathlib import Path

from accelgen.errors import InvalidOption
from accelgen.models import home, network_path
from accelgen.steps.folder import WholeFolder
from accelgen.steps.hardware import form
from accelgen.steps.mapping import check_clock
from accelgen.steps.prepared import Say

__all__ = ["REGISTER_BITS", "asic"]

#: Bits of memories that a project makes flip-flops of, at most: more would be mostly flip-flops.
REGISTER_BITS = 32_768


def asic(
    model: str,
    *,
    flow: str = "orfs",
    platform: str | None = None,
    clock: float | None = None,
    out: Path | None = None,
    say: Say = lambda line: None,
    **options,
) -> dict:
    """Write a project that a layout flow can run as it is, whole or not at all.

    Parameters
    ----------
    model : str
        Name or path.
    flow : "orfs" or "librelane"
        OpenROAD-flow-scripts, or LibreLane.
    platform : "nangate45" or "sky130hd"
        Process and standard cells; by default the first of the two that the flow has.
    clock : float, optional
        MHz; by default what suits the platform.
    out : Path, optional
        Folder to write; ``rtl_out/<name>/<flow>_<platform>`` by default.
    say : callable
        Told of memories that cost more than they need.
    options
        Of `rtl`.

    Returns
    -------
    dict
        ``folder``, ``files``, ``run`` (shell lines), and bits of memories: ``logic_bits`` in constant tables,
        ``register_bits`` in flip-flops. ``checked`` names the LibreLane that has read the configuration.

    Raises
    ------
    InvalidOption
        If the flow does not have the platform, or memories are too large for flip-flops.
    """
    from accelgen.flows.asic import librelane, orfs
    from accelgen.flows.asic.project import PLATFORMS, Project, check_platform
    from accelgen.network import load
    from accelgen.rtl.emit import write
    from accelgen.steps.choice import chosen

    platform = check_platform(flow, platform)
    clock = PLATFORMS[platform].clock if clock is None else clock
    check_clock(clock)
    path = network_path(model)
    network, datapath = load(path), chosen(path, options)
    target = Path(out) if out else home() / "rtl_out" / network.name / f"{flow}_{platform}"
    tool, checked = {"orfs": orfs, "librelane": librelane}[flow], None
    with WholeFolder(target) as folder:
        manifest = write(network, datapath, folder).manifest
        memories = manifest["memories"]
        check_registers(memories)
        if manifest["weights"] == "ram":
            say(f"{_total(memories, 'ram'):,} bits of tables and activations become flip-flops")
        largest = max((_bits(memory) for memory in memories), default=0)
        project = Project(manifest["top"], (manifest["files"]["verilog"],), platform, clock, largest)
        for name, text in tool.files(project).items():
            (folder / name).write_text(text)
        if flow == "librelane" and librelane.installed():
            checked = librelane.check(folder)
        written = sorted(path.name for path in folder.iterdir())
    return {
        "name": network.name,
        "flow": flow,
        "platform": platform,
        "clock_mhz": clock,
        "folder": str(target),
        "files": written,
        **form(manifest),
        "logic_bits": _total(memories, "rom"),
        "register_bits": _total(memories, "ram"),
        "checked": checked,
        "run": [f"cd {target}", *tool.RUN],
    }


def check_registers(memories: list[dict]) -> None:
    """Raise `InvalidOption` if the written memories of a manifest are too large for flip-flops."""
    bits = _total(memories, "ram")
    if bits > REGISTER_BITS:
        raise InvalidOption(
            f"memories that are written have {bits:,} bits, and above {REGISTER_BITS:,} they are not made of "
            "flip-flops: use --weights rom"
        )


def _bits(memory: dict) -> int:
    return memory["depth"] * memory["width"]


def _total(memories: list[dict], kind: str) -> int:
    return sum(_bits(memory) for memory in memories if memory["kind"] == kind)
