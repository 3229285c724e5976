"""A fault: a place in the sources of the hardware, what stands there, and what shall stand there."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fault"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One change of one statement; ``old`` occurs exactly once in the file.

    Attributes
    ----------
    name : str
        What a designer would call the mistake.
    file : str
        Below ``accelgen/rtl``.
    old, new : str
        The statement and its fault.
    """

    name: str
    file: str
    old: str
    new: str
