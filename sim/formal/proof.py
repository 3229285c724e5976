"""A proof: what is shown, of what, how, and the fault that it must catch."""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from amaranth.back import rtlil
from amaranth.hdl import Elaboratable

__all__ = ["Mutant", "Proof", "elaborated", "inside", "mutated"]

RTL = Path(__file__).parents[2] / "accelgen" / "rtl"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault in the sources: ``old`` occurs exactly once in ``file``, below ``accelgen/rtl``."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that is shown of a design.

    Attributes
    ----------
    says : str
        The property.
    design : str
        What it is shown of.
    build : callable
        Returns the design with its assertions, assumptions and covers.
    method : "bounded", "induction" or "gates"
        Up to ``depth`` cycles after reset; for ever, by induction over ``depth`` cycles; or by there being
        no gates from ``cone[0]`` to ``cone[1]``.
    depth : int
        Cycles.
    mutant : Mutant
        The fault that makes it fail.
    any_start : str
        The part of ``top`` whose registers and memories start with any contents.
    cone : tuple of str
        An input, and a pattern of outputs that must not follow from it in the same cycle.
    covers : int
        Cycles in which all covers must be reached, and the fault found; 0 for ``depth``.
    short : bool
        Cheap enough for the tests.
    """

    says: str
    design: str
    build: Callable[[], Elaboratable]
    method: str
    depth: int
    mutant: Mutant
    any_start: str = ""
    cone: tuple[str, str] = ()
    covers: int = 0
    short: bool = False


def elaborated(proof: Proof, mutant: Mutant | None = None) -> str:
    """Return the design as RTLIL, top ``top``, with or without the fault."""
    with mutated(mutant) if mutant else contextlib.nullcontext():
        return rtlil.convert(proof.build(), name="top")


@contextlib.contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """Put a fault into the methods of a module, for as long as this lasts.

    Constructors stay: a fault belongs into what is built, not into its ports.

    Raises
    ------
    ValueError
        If the text of the fault does not occur exactly once in its file.
    """
    path = RTL / mutant.file
    text = path.read_text()
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.file} has {text.count(mutant.old)} places that read {mutant.old!r}, not 1")
    name = ".".join(("accelgen", "rtl", *Path(mutant.file).with_suffix("").parts))
    module = sys.modules[name]
    faulty = ModuleType(name)
    faulty.__file__ = str(path)
    exec(compile(text.replace(mutant.old, mutant.new), str(path), "exec"), faulty.__dict__)
    kept = []
    for label, kind in inspect.getmembers(faulty, inspect.isclass):
        if kind.__module__ != name:
            continue
        sound = getattr(module, label)
        for method, function in vars(kind).items():
            if inspect.isfunction(function) and method != "__init__" and method in vars(sound):
                kept.append((sound, method, vars(sound)[method]))
                setattr(sound, method, function)
    try:
        yield
    finally:
        for sound, method, function in kept:
            setattr(sound, method, function)


def inside(component: Elaboratable) -> dict:
    """Return the registers and parts of a component by the names that they have in its methods.

    Invariants speak of them, and no port leads there. The component is built once, now.
    """
    parts = {}

    def look(frame, event, _):
        if event == "return" and frame.f_locals.get("self") is component:
            parts.update(frame.f_locals)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        module = component.elaborate(None)
    finally:
        sys.setprofile(before)
    component.elaborate = lambda platform: module
    return parts
