"""The simulators that were compiled and are kept."""

from __future__ import annotations

from accelgen.flows import programs

__all__ = ["cache"]


def cache(*, clear: bool = False) -> dict:
    """Say what is kept, or remove it.

    Parameters
    ----------
    clear : bool
        Remove all simulators; each is compiled again when it is wanted. Data that were fetched stay.

    Returns
    -------
    dict
        ``folder``, ``programs`` and ``bytes`` that are kept now, and how many were ``removed``.
    """
    removed = programs.clear() if clear else 0
    found = programs.programs()
    return {
        "folder": str(programs.programs_folder()),
        "programs": len(found),
        "bytes": sum(path.stat().st_size for path in found),
        "removed": removed,
    }
