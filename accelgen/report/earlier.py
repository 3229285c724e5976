"""The mark of a figure that was measured before its hardware was noted: on an earlier engine."""

from __future__ import annotations

from accelgen.figures import Figure

__all__ = ["HARDWARE", "MARK", "MEASURING", "mark"]

#: The condition that holds the fingerprint of the hardware that was measured.
HARDWARE = "hardware"
#: Commands that build hardware and measure it.
MEASURING = ("sim", "synth", "power")
#: What stands behind such a figure in a table.
MARK = " \\*"


def mark(figure: Figure) -> str:
    """Return `MARK` behind a figure of hardware that nobody noted, and nothing behind any other."""
    of_hardware = figure.command.split()[1:2] in ([word] for word in MEASURING)
    return MARK if of_hardware and HARDWARE not in figure.conditions else ""
