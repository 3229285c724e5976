"""SAIF files, as Verilator writes them: how long each net was high, and how often it changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import ToolError, at

__all__ = ["Activity", "read_saif"]

NET = re.compile(r"\s*\((\S+) \(T0 \d+\) \(T1 (\d+)\).*\(TC (\d+)\)\)")
SCOPE = re.compile(r"\s*\(INSTANCE (\S+)")


@dataclass(frozen=True, slots=True)
class Activity:
    """What a net did: units of time at 1, and transitions."""

    high: int
    toggles: int


def read_saif(path: Path) -> dict[tuple[str, ...], dict[str, Activity]]:
    """Return the activity of each net by the path of its instance, below the root, and its name.

    Raises
    ------
    ToolError
        If the file is no SAIF, or ends within an instance.
    """
    found: dict[tuple[str, ...], dict[str, Activity]] = {}
    stack: list[str | None] = []
    with at(path):
        text = path.read_text()
        if "(SAIFILE" not in text:
            raise ToolError("is not a SAIF file")
        for line in text.splitlines():
            if net := NET.match(line):
                scope = tuple(name for name in stack[1:] if name)
                found.setdefault(scope, {})[net[1].replace("\\", "")] = Activity(int(net[2]), int(net[3]))
            elif scope := SCOPE.match(line):
                stack.append(scope[1].replace("\\", ""))
            elif line.strip() == "(NET":
                stack.append(None)
            elif line.strip() == ")" and stack:
                stack.pop()
        if stack:
            raise ToolError("ends within an instance")
    return found
