"""Figures that every model has: accuracy, cycles and area."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from accelgen import steps
from accelgen.data.measures import MAIN
from accelgen.errors import InvalidRequest, ToolError
from accelgen.families import FAMILIES, TARGETS
from accelgen.figures import Better, Figure
from accelgen.network.window import Window
from accelgen.rtl.manifest import Manifest
from accelgen.steps.evaluation import Evaluation
from accelgen.steps.hardware import Synthesis
from accelgen.steps.overview import LayerOverview, Overview
from accelgen.steps.simulation import Simulation

__all__ = ["Say", "cycles", "evaluated", "measured_figure", "played", "simulated", "synthesised"]

Say = Callable[[str], None]
#: Products of an image from which on a card is of fewer images, and how many.
LONG, SOME = 2_000_000, 500
#: Of measures that are no shares.
UNITS_OF = {"rmse": "units"}
UNITS = {"transistors": "transistors", "flip_flops": "flip-flops"}


def evaluated(model: str, data: Path | None, say: Say) -> list[Figure]:
    """Return the accuracy of a dense model, or the measures of its task."""
    say(f"{model}: accuracy on the full test set")
    evaluation = steps.evaluate(model, data)
    conditions = {"images": f"{evaluation.images:,}", "data": evaluation.data}
    if evaluation.task is not None:
        return _measures(model, evaluation, conditions)
    return [Figure("accuracy", evaluation.measured, "1", "higher", f"accelgen eval {model}", conditions)]


def _measures(model: str, evaluation: Evaluation, conditions: dict[str, str]) -> list[Figure]:
    """Return the measures of a task, the one by which networks are compared first."""
    if (found := evaluation.measures) is None:
        raise InvalidRequest(f"{evaluation.data}: nobody has said what is right, and nothing is measured")
    first, command = MAIN[found.task], f"accelgen eval {model}"
    conditions = {**conditions, "task": found.task}
    return [
        measured_figure(name, round(value, 6), command, conditions)
        for name, value in sorted(found.figures.items(), key=lambda item: item[0] != first)
        if value is not None and name != "threshold"
    ]


def measured_figure(name: str, value: float, command: str, conditions: dict[str, str]) -> Figure:
    """Return accuracy or the measure of a task as a figure, with its unit and its direction."""
    better: Better = "lower" if name == "rmse" else "higher"
    return Figure(name, value, UNITS_OF.get(name, "1"), better, command, conditions)


def simulated(model: str, overview: Overview, data: Path | None, say: Say) -> list[Figure]:
    """Return cycles of a model with this overview, from images in Verilator.

    They are those of all test images; of a network that takes `LONG` or more products for an image, of the
    first `SOME`, because the rest would take hours. Where layers are convolutions, each has its own.
    """
    some = SOME if _products(overview.layers) >= LONG else None
    say(f"{model}: simulation in verilator")
    simulation = played(model, steps.sim(model, simulator="verilator", images=some, data=data, say=say))
    command = f"accelgen sim {model}" + (f" --images {some}" if some else "")
    layers = _by_layer(command, simulation) if overview.layers[0].window else []
    return [*cycles(command, simulation), *layers]


def _products(layers: Iterable[LayerOverview]) -> int:
    """Return the multiplications of an image, those by zero included."""
    return sum(layer.stored_bits["codes"] // layer.weight_bits * _positions(layer.window) for layer in layers)


def _positions(window: Window | None) -> int:
    """Return how often each weight of a layer is used for an image."""
    return window.conv_height * window.conv_width if window else 1


def _by_layer(command: str, simulation: Simulation) -> list[Figure]:
    """Return cycles and utilisation of each layer."""
    conditions = _conditions(simulation)
    figures = []
    for layer in simulation.layers:
        name = f"layer_{layer.name}"
        figures += [
            Figure(f"{name}_cycles", round(layer.cycles, 1), "cycles", "lower", command, conditions),
            Figure(f"{name}_utilisation", round(layer.utilisation, 4), "1", "higher", command, conditions),
        ]
    return figures


def played(model: str, simulation: Simulation) -> Simulation:
    """Return a simulation, or raise `InvalidRequest` if the hardware was wrong."""
    if simulation.mismatches:
        raise InvalidRequest(
            f"{model}: {simulation.mismatches} images differ in {simulation.simulator}: no card is written"
        )
    return simulation


def cycles(command: str, simulation: Simulation) -> list[Figure]:
    """Return the figures of a simulation, but for its speed: that is of the machine it ran on."""
    conditions, measured = _conditions(simulation), simulation.cycles
    lower = {
        "mismatches": (simulation.mismatches, "images"),
        "cycles_min": (measured.min, "cycles"),
        "cycles_mean": (round(measured.mean, 1), "cycles"),
        "cycles_max": (measured.max, "cycles"),
        "ideal_cycles": (round(simulation.ideal_cycles, 1), "cycles"),
    }
    figures = [
        Figure(name, value, unit, "lower", command, conditions) for name, (value, unit) in lower.items()
    ]
    share = round(simulation.utilisation, 4)
    return [*figures, Figure("utilisation", share, "1", "higher", command, conditions)]


def synthesised(model: str, say: Say) -> list[Figure]:
    """Return the area for every target that needs no file.

    A family may have no room for a model; the card then says less, and the reader is told why.
    """
    figures, memory_bits = [], 0
    # An unrolled network of this size fills no open FPGA, and takes their tools hours to say so.
    for target in TARGETS[:1] if steps.unrolled(model) else TARGETS:
        say(f"{model}: area, {target}")
        try:
            most = FAMILIES[target].most_bits if target in FAMILIES else None
            if most and memory_bits > most:
                raise ToolError(f"{memory_bits:,} bits of memory are several times its largest device")
            synthesis = steps.synth(model, target=target)
        except ToolError as error:
            say(f"{model}: no figures for {target}: {error}")
        else:
            figures += _area(model, synthesis)
            memory_bits = synthesis.manifest.memory_bits
    return figures


def _area(model: str, synthesis: Synthesis) -> list[Figure]:
    area, manifest = synthesis.area, synthesis.manifest
    target = area.target
    command = f"accelgen synth {model} --target {target}"
    conditions = _form(manifest) | {"tool": area.tool}
    figures = [
        Figure(f"synth_{target}_{name}", value, UNITS.get(name, "cells"), "lower", command, conditions)
        for name, value in area.logic.items()
    ]
    if target == "generic":  # memories are the same for every target; once is enough
        figures.append(Figure("memory_bits", manifest.memory_bits, "bits", "lower", command, conditions))
    return figures


def _conditions(simulation: Simulation) -> dict[str, str]:
    return {"images": f"{simulation.images:,}"} | _form(simulation.manifest)


def _form(manifest: Manifest) -> dict[str, str]:
    """Return what was built: so many lanes, or an unrolled network, which has none."""
    if manifest.form == "folded":
        return {"lanes": str(manifest.lanes)}
    return {"form": manifest.describe()}
