"""What can be wrong with a value of a recipe: one sentence, or none.

Nothing is coerced: a value of another type is a problem.
"""

from __future__ import annotations

from typing import Any

__all__ = ["number", "one_of", "truth", "whole"]


def whole(name: str, value: Any, low: int, high: int) -> list[str]:
    """Demand an integer of ``low`` to ``high``."""
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return []
    return [f"{name}: must be an integer of {low} to {high}, not {value!r}"]


def number(name: str, value: Any, low: float, high: float) -> list[str]:
    """Demand a number of ``low`` to ``high``."""
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return []
    return [f"{name}: must be a number of {low} to {high}, not {value!r}"]


def truth(name: str, value: Any) -> list[str]:
    """Demand true or false."""
    return [] if isinstance(value, bool) else [f"{name}: must be true or false, not {value!r}"]


def one_of(name: str, value: Any, allowed: tuple) -> list[str]:
    """Demand one of ``allowed``."""
    if not isinstance(value, bool) and value in allowed:
        return []
    listed = ", ".join(map(repr, allowed[:-1])) + " or " * (len(allowed) > 1) + repr(allowed[-1])
    return [f"{name}: must be {listed}, not {value!r}"]
