"""Which hardware a figure was measured on: its fingerprint, which stands among the figure's conditions."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from accelgen.errors import DataError
from accelgen.figures import Figure
from accelgen.models import network_path
from accelgen.network.file import digest, load
from accelgen.report.earlier import HARDWARE, MEASURING
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fingerprint import fingerprint, text_fingerprint
from accelgen.steps.hardware_file import chosen

__all__ = ["HARDWARE", "form_of", "noted", "todays"]

#: Commands whose figures depend on the circuit, and not on how it is written down.
PLAYING = ("sim",)


def form_of(command: str) -> dict | None:
    """Return the options of `Datapath` that the command of a figure asks for, None if it builds no hardware.

    Raises
    ------
    DataError
        If it cannot be read as a command.
    """
    try:
        words = shlex.split(command)
        return _asked(words[2:]) if words[1:2] and words[1] in MEASURING else None
    except (ValueError, argparse.ArgumentError) as error:
        raise DataError(f"{command!r} cannot be read as a command: {error}") from error


def _asked(words: list[str]) -> dict:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--lanes", type=int)
    parser.add_argument("--weights")
    parser.add_argument("--stream")
    parser.add_argument("--interval", type=int)
    parser.add_argument("--sums")
    parser.add_argument("--margin", type=int)
    parser.add_argument("--early-stop", action="store_true")
    parser.add_argument("--clock-driven", action="store_true")
    parser.add_argument("--unrolled", action="store_true")
    parser.add_argument("--compact", action="store_true")
    asked = parser.parse_known_args(words)[0]
    names = ("lanes", "weights", "stream", "interval", "sums")
    found = {name: value for name in names if (value := getattr(asked, name))}
    if asked.early_stop or asked.margin is not None:
        found["early_stop"] = True
    if asked.clock_driven:
        found["skip_zeros"] = False
    return found | {name: True for name in ("unrolled", "compact") if getattr(asked, name)}


def todays(model: str, command: str) -> str | None:
    """Return the fingerprint of what a command would build today, None if it builds no hardware.

    That of the circuit for a command that plays it; that of the Verilog for one that maps it to cells. It
    takes a second or two, and is worked out once for each network file and form.
    """
    form = form_of(command)
    if form is None:
        return None
    path = network_path(model)
    of = "circuit" if command.split()[1] in PLAYING else "text"
    return _fingerprint(path, digest(path), chosen(path, form), of)


@cache
def _fingerprint(path: Path, stamp: str, datapath: Datapath, of: str) -> str:
    return (fingerprint if of == "circuit" else text_fingerprint)(load(path), datapath)


def noted(model: str, figures: Iterable[Figure]) -> list[Figure]:
    """Return figures that this process has just measured, with the fingerprint of the hardware in it."""
    return [_noted(figure, todays(model, figure.command)) for figure in figures]


def _noted(figure: Figure, found: str | None) -> Figure:
    return figure if found is None else replace(figure, conditions=figure.conditions | {HARDWARE: found})
