"""Timing constraints of a top: SDC for synthesis and timing analysis, XDC for Vivado."""

from __future__ import annotations

from accelgen.deliver.interfaces import clock, reset
from accelgen.rtl.manifest import Manifest

__all__ = ["CLOCK", "sdc", "xdc"]

#: MHz, where nobody says another.
CLOCK = 100.0
#: Share of a cycle that is spent outside, before an input and behind an output.
OUTSIDE = 0.2


def sdc(manifest: Manifest, mhz: float = CLOCK) -> str:
    """Return SDC for a clock of ``mhz`` MHz on the top."""
    return _text(manifest, mhz, ["For the top by itself, or as the budget of its ports in a larger design."])


def xdc(manifest: Manifest, mhz: float = CLOCK) -> str:
    """Return XDC for a clock of ``mhz`` MHz: what Vivado reads for the top out of context."""
    about = [
        "For Vivado, out of context: read_xdc -mode out_of_context, or USED_IN {synthesis out_of_context}.",
        "In a larger design the clock comes from there, and nothing here is needed.",
    ]
    return _text(manifest, mhz, about)


def _text(manifest: Manifest, mhz: float, about: list[str]) -> str:
    period, name = 1000 / mhz, clock(manifest).name
    inputs = [_pattern(port) for port in manifest.ports if port.direction == "input" and port.role != "clock"]
    outputs = [_pattern(port) for port in manifest.ports if port.direction == "output"]
    lines = [
        f"# {manifest.name}: {mhz:g} MHz; accelgen rtl --clock MHZ writes another.",
        *(f"# {line}" for line in about),
        f"# {OUTSIDE:.0%} of a cycle are outside, before each input and behind each output.",
        f"# {reset(manifest).name} is synchronous, and timed like every other input.",
        f"create_clock -name {name} -period {period:.4f} [get_ports {name}]",
    ]
    for command, ports in (("set_input_delay", inputs), ("set_output_delay", outputs)):
        lines.append(f"{command} {period * OUTSIDE:.4f} -clock {name} [get_ports {{{' '.join(ports)}}}]")
    return "\n".join([*lines, ""])


def _pattern(port) -> str:
    """Return what ``get_ports`` finds all bits of a port by."""
    return f"{port.name}[*]" if port.width > 1 else port.name
