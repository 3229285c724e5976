"""What a step answers: a frozen dataclass, which also is what ``--json`` prints."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

__all__ = ["Answer", "plain"]


class Answer:
    """Base of the answers of steps: their fields are the keys of ``--json``, unless they say otherwise."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]


def plain(value: Any) -> Any:
    """Return answers and dataclasses as dicts, tuples as lists, paths as text, and all else as it is."""
    if isinstance(value, Answer):
        return value.to_json()
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return str(value) if isinstance(value, Path) else value
