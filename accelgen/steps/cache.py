"""The simulators that were compiled and are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accelgen.flows import programs
from accelgen.steps.answer import Answer

__all__ = ["KeptPrograms", "cache"]


@dataclass(frozen=True, slots=True)
class KeptPrograms(Answer):
    """The simulators that are kept.

    Attributes
    ----------
    folder : Path
        Where they are.
    programs, bytes : int
        How many are there now, and how large they are together.
    removed : int
        How many were removed.
    """

    folder: Path
    programs: int
    bytes: int
    removed: int


def cache(*, clear: bool = False) -> KeptPrograms:
    """Say what is kept, or remove it.

    Parameters
    ----------
    clear : bool
        Remove all simulators; each is compiled again when it is wanted. Data that were fetched stay.
    """
    removed = programs.clear() if clear else 0
    kept = programs.programs()
    size = sum(path.stat().st_size for path in kept)
    return KeptPrograms(programs.programs_folder(), len(kept), size, removed)
