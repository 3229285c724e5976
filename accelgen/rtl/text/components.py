"""What the Python behind a module says of it: what it is, and what its ports are for."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from amaranth.hdl import Fragment
from amaranth.lib import wiring

__all__ = ["Component", "components"]

#: A line of a docstring that names members: ``name, name : type``.
MEMBER = re.compile(r"([a-z]\w*(?:, [a-z]\w*)*)(?: : .*)?")


@dataclass(frozen=True)
class Component:
    """The Python behind a module.

    Attributes
    ----------
    summary : str
        First line of its docstring.
    place : str
        File below the package, such as ``accelgen/rtl/common/mac_lane.py``.
    members : tuple of str
        Names of its ports in order, as Amaranth spells them.
    said : dict of str to str
        What the docstring says of each member.
    """

    summary: str
    place: str
    members: tuple[str, ...]
    said: dict[str, str]


def components(fragment: Fragment, name: str) -> dict[tuple[str, ...], Component]:
    """Return the component behind each module of an elaborated design, by its path."""
    found: dict[tuple[str, ...], Component] = {}
    _collect(fragment, (name,), found)
    return found


def _collect(fragment: Fragment, path: tuple[str, ...], found: dict) -> None:
    for origin in fragment.origins or ():
        if isinstance(origin, wiring.Component):
            found[path] = _component(origin)
            break
    for number, (inner, name, _) in enumerate(fragment.subfragments):
        _collect(inner, (*path, name or f"U${number}"), found)


def _component(origin: wiring.Component) -> Component:
    kind = type(origin)
    text = inspect.getdoc(kind) or ""
    members = tuple("__".join(map(str, path)) for path, _, _ in origin.signature.flatten(origin))
    place = kind.__module__.replace(".", "/") + ".py"
    return Component(text.partition("\n")[0].replace("``", ""), place, members, _members(text))


def _members(text: str) -> dict[str, str]:
    """Return what the section "Members" says, in one line for each member."""
    _, _, section = text.partition("\nMembers\n-------\n")
    found: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        if line.startswith(" "):
            for name in names:
                found[name] = (
                    f"{found.get(name, '')} {line.strip()}".strip().replace("``", "").replace("`", "")
                )
        elif match := MEMBER.fullmatch(line):
            names = match[1].split(", ")
        elif line:
            break
    return found
