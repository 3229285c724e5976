"""Figures that every model has: accuracy, cycles and area."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from accelgen import steps
from accelgen.errors import InvalidRequest, ToolError
from accelgen.figures import Figure

__all__ = ["Say", "cycles", "evaluated", "played", "simulated", "synthesised"]

Say = Callable[[str], None]
TARGETS = ("generic", "ice40", "ecp5", "gowin")
UNITS = {"transistors": "transistors", "flip_flops": "flip-flops"}


def evaluated(model: str, data: Path | None, say: Say) -> list[Figure]:
    """Return the accuracy of a dense model."""
    say(f"{model}: accuracy on the full test set")
    found = steps.evaluate(model, data)
    conditions = {"images": f"{found['images']:,}", "data": found["data"]}
    return [Figure("accuracy", found["accuracy"], "1", "higher", f"accelgen eval {model}", conditions)]


def simulated(model: str, data: Path | None, say: Say) -> list[Figure]:
    """Return cycles of a dense model, from all images in Verilator."""
    say(f"{model}: simulation in verilator")
    found = played(model, steps.sim(model, simulator="verilator", data=data, say=say))
    return cycles(f"accelgen sim {model}", found)


def played(model: str, found: dict) -> dict:
    """Return what `steps.sim` found, or raise `InvalidRequest` if the hardware was wrong."""
    if found["mismatches"]:
        raise InvalidRequest(
            f"{model}: {found['mismatches']} images differ in {found['simulator']}: no card is written"
        )
    return found


def cycles(command: str, found: dict) -> list[Figure]:
    """Return the figures of a simulation, but for its speed: that is of the machine it ran on."""
    conditions = _conditions(found)
    lower = {
        "mismatches": (found["mismatches"], "images"),
        "cycles_min": (found["cycles"]["min"], "cycles"),
        "cycles_mean": (round(found["cycles"]["mean"], 1), "cycles"),
        "cycles_max": (found["cycles"]["max"], "cycles"),
        "ideal_cycles": (round(found["ideal_cycles"], 1), "cycles"),
    }
    figures = [
        Figure(name, value, unit, "lower", command, conditions) for name, (value, unit) in lower.items()
    ]
    share = round(found["utilisation"], 4)
    return [*figures, Figure("utilisation", share, "1", "higher", command, conditions)]


def synthesised(model: str, say: Say) -> list[Figure]:
    """Return the area for every target that needs no file.

    A family may have no room for a model; the card then says less, and the reader is told why.
    """
    figures = []
    # An unrolled network of this size fills no open FPGA, and takes their tools hours to say so.
    for target in TARGETS[:1] if steps.unrolled(model) else TARGETS:
        say(f"{model}: area, {target}")
        try:
            figures += _area(model, steps.synth(model, target=target))
        except ToolError as error:
            say(f"{model}: no figures for {target}: {error}")
    return figures


def _area(model: str, found: dict) -> list[Figure]:
    target = found["target"]
    command = f"accelgen synth {model} --target {target}"
    conditions = _form(found) | {"tool": found["tool"]}
    figures = [
        Figure(f"synth_{target}_{name}", value, UNITS.get(name, "cells"), "lower", command, conditions)
        for name, value in found["logic"].items()
    ]
    if target == "generic":  # memories are the same for every target; once is enough
        figures.append(Figure("memory_bits", found["memory_bits"], "bits", "lower", command, conditions))
    return figures


def _conditions(found: dict) -> dict[str, str]:
    return {"images": f"{found['images']:,}"} | _form(found)


def _form(found: dict) -> dict[str, str]:
    """Return what was built: so many lanes, or an unrolled network, which has none."""
    lanes = found.get("lanes")
    return {"form": "unrolled"} if lanes is None else {"lanes": str(lanes)}
