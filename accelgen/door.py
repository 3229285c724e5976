"""The door of a package: a name is imported when it is first asked for, and nothing before."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

__all__ = ["open_door"]


class _Door(ModuleType):
    """A package whose names live in modules that are imported on demand."""

    def __getattr__(self, name: str):
        homes = self.__dict__["_homes"]
        if name not in homes:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    def __setattr__(self, name: str, value: object) -> None:
        # Python hangs every module that it imports into its package: `steps.power`, the module, would hide
        # `steps.power`, the step.
        if not (isinstance(value, ModuleType) and name in self.__dict__["_homes"]):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self.__dict__["_homes"]})


def open_door(package: str, homes: dict[str, str]) -> None:
    """Let the names of a package be imported from their homes on demand.

    A name may also be that of its own module; as an attribute of the package it is what the module holds.

    Parameters
    ----------
    package : str
        ``__name__`` of the package, which is being imported.
    homes : dict of str to str
        Module of each name.
    """
    door = sys.modules[package]
    door.__dict__["_homes"] = homes
    door.__class__ = _Door
