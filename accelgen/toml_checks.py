"""What can be wrong with a table that a person wrote, of a recipe or of a sweep: a list of sentences.

Nothing is coerced: a value of another type is a problem. An unknown key is one too, and comes with a
suggestion. One problem hides no other: what can be checked is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import MISSING, fields
from typing import Any

from accelgen.errors import suggest

__all__ = ["group", "number", "one_of", "truth", "unknown", "whole"]


def group(kind: type, place: str, entry: Any, problems: list[str]) -> Any:
    """Make a dataclass from a TOML table.

    Parameters
    ----------
    kind : type
        A dataclass whose method ``problems`` says what is wrong with its values.
    place : str
        Name of the table, for messages.
    entry : dict
        The table.
    problems : list of str
        What is wrong is added here.

    Returns
    -------
    kind or None
        None if anything was wrong.
    """
    if not isinstance(entry, dict):
        problems.append(f"[{place}]: must be a table")
        return None
    names = [field.name for field in fields(kind)]
    faults = unknown(f"[{place}]: ", entry, names)
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    missing = [name for name in needed if name not in entry]
    faults += [f"[{place}]: {name}: is missing" for name in missing]
    record = kind(**{key: value for key, value in entry.items() if key in names}, **dict.fromkeys(missing))
    # A field that is missing is reported once.
    wrong = [problem for problem in record.problems() if not set(missing) & set(re.findall(r"\w+", problem))]
    faults += [f"[{place}]: {problem}" for problem in wrong]
    problems += faults
    return None if faults else record


def unknown(place: str, entry: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return a problem for each key of ``entry`` that is none of ``names``, with a suggestion."""
    return [f"{place}unknown key {key!r}{_hint(key, names)}" for key in entry if key not in names]


def whole(name: str, value: Any, low: int, high: int | None = None) -> list[str]:
    """Return a problem unless ``value`` is an integer of ``low`` to ``high``, or of at least ``low``."""
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and value >= low
        and (high is None or value <= high)
    ):
        return []
    limits = f"at least {low}" if high is None else f"{low} to {high}"
    return [f"{name}: must be an integer of {limits}, not {value!r}"]


def number(name: str, value: Any, low: float, high: float) -> list[str]:
    """Return a problem unless ``value`` is a number of ``low`` to ``high``."""
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return []
    return [f"{name}: must be a number of {low} to {high}, not {value!r}"]


def truth(name: str, value: Any) -> list[str]:
    """Return a problem unless ``value`` is true or false."""
    return [] if isinstance(value, bool) else [f"{name}: must be true or false, not {value!r}"]


def one_of(name: str, value: Any, allowed: tuple) -> list[str]:
    """Return a problem unless ``value`` is one of ``allowed``."""
    if type(value) in map(type, allowed) and value in allowed:
        return []
    listed = ", ".join(map(repr, allowed[:-1])) + " or " * (len(allowed) > 1) + repr(allowed[-1])
    return [f"{name}: must be {listed}, not {value!r}{_hint(value, allowed)}"]


def _hint(value: Any, names: Iterable) -> str:
    near = suggest(str(value), [name for name in names if isinstance(name, str)])
    return f"; {near}" if near else ""
