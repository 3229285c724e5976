"""Measure a model with every step of the flow, and write down what came out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from accelgen import steps
from accelgen.errors import InvalidRequest, ToolError
from accelgen.figures import Figure
from accelgen.models import NETWORK_FILE, home, model_folder, model_names
from accelgen.report.card import Card, read_card, write_card
from accelgen.report.readme import fill

__all__ = ["fill_readme", "make_card"]

Say = Callable[[str], None]
TARGETS = ("generic", "ice40", "ecp5", "gowin")
UNITS = {"transistors": "transistors", "flip_flops": "flip-flops"}


def make_card(model: str, data: Path | None = None, say: Say = lambda line: None) -> Path:
    """Measure a model and write ``card.json`` and ``card.md`` into its folder.

    A float reference has one figure, which its training measured; any other model is evaluated, simulated on
    the whole test set and synthesised for every target that needs no file.

    Raises
    ------
    InvalidRequest
        If the model does not exist or is not trained.
    DataError
        If the full test set is not at hand: a card is never measured on a sample.
    """
    folder = model_folder(model)
    reference = folder / "reference.json"
    if reference.is_file() and not (folder / NETWORK_FILE).is_file():
        return write_card(_reference(model, json.loads(reference.read_text())), folder)
    say(f"{model}: accuracy on the full test set")
    facts, found = steps.info(model), steps.evaluate(model, data)
    figures = [*_described(model, facts), *_evaluated(model, found), *_simulated(model, data, say)]
    for target in TARGETS:
        say(f"{model}: area, {target}")
        try:
            figures += _synthesised(model, steps.synth(model, target=target))
        except ToolError as error:
            # A family may have no room for a model; the card then says less, and the reader is told why.
            say(f"{model}: no figures for {target}: {error}")
    study = folder / "study.json"
    seeds = json.loads(study.read_text())["runs"] if study.is_file() else []
    by_name = {figure.name: figure for figure in figures}
    return write_card(Card(model, _summary(facts), facts["network_sha256"], by_name, seeds), folder)


def fill_readme() -> Path:
    """Write the README's table from the cards that are there."""
    paths = [home() / "models" / name / "card.json" for name in model_names()]
    cards = [read_card(path) for path in paths if path.is_file()]
    if not cards:
        raise InvalidRequest("there are no cards yet: make one with accelgen card MODEL")
    return fill(home() / "README.md", cards)


def _summary(facts: dict) -> str:
    layers = facts["layers"]
    sizes = "-".join(str(n) for n in [layers[0]["inputs"], *(layer["outputs"] for layer in layers)])
    activations = layers[0]["activation_bits"]
    return (
        f"{sizes}, {layers[0]['weight_bits']}-bit weights, {activations}-bit activations, "
        f"{facts['input']['bits']}-bit pixels, hidden layers compressed {facts['compression']:g}x"
    )


def _reference(model: str, facts: dict) -> Card:
    conditions = {"images": f"{facts['test_images']:,}", "arithmetic": "float32"}
    accuracy = Figure(
        "accuracy", facts["test_accuracy"], "1", "higher", f"accelgen train {model}", conditions
    )
    return Card(model, "The float reference: no limits, no hardware", "", {"accuracy": accuracy}, [])


def _described(model: str, facts: dict) -> list[Figure]:
    command = f"accelgen info {model}"
    stored = dict(facts["stored_bits"])
    figures = [Figure("stored_bits", stored.pop("total"), "bits", "lower", command)]
    figures += [
        Figure(f"stored_bits_{kind}", bits, "bits", "lower", command) for kind, bits in stored.items()
    ]
    ratio = round(facts["memory_ratio"], 2)
    return [*figures, Figure("memory_ratio", ratio, "x", "higher", command, {"against": "dense fp32"})]


def _evaluated(model: str, found: dict) -> list[Figure]:
    conditions = {"images": f"{found['images']:,}", "data": found["data"]}
    return [Figure("accuracy", found["accuracy"], "1", "higher", f"accelgen eval {model}", conditions)]


def _simulated(model: str, data: Path | None, say: Say) -> list[Figure]:
    figures = []
    for simulator, images in (("verilator", None), ("icarus", 2)):
        say(f"{model}: simulation in {simulator}")
        found = steps.sim(model, images=images, simulator=simulator, data=data, say=say)
        if found["mismatches"]:
            raise InvalidRequest(
                f"{model}: {found['mismatches']} images differ in {simulator}: no card is written"
            )
        options = f" --images {images} --simulator {simulator}" if images else ""
        command, conditions = (
            f"accelgen sim {model}{options}",
            {"images": f"{found['images']:,}", "lanes": str(found["lanes"])},
        )
        if simulator == "verilator":
            cycles = found["cycles"]
            figures += [
                Figure("mismatches", found["mismatches"], "images", "lower", command, conditions),
                Figure("cycles_min", cycles["min"], "cycles", "lower", command, conditions),
                Figure("cycles_mean", round(cycles["mean"], 1), "cycles", "lower", command, conditions),
                Figure("cycles_max", cycles["max"], "cycles", "lower", command, conditions),
                Figure(
                    "ideal_cycles", round(found["ideal_cycles"], 1), "cycles", "lower", command, conditions
                ),
                Figure("utilisation", round(found["utilisation"], 4), "1", "higher", command, conditions),
            ]
        # Speed depends on the machine, so two digits are kept: a card should not change for noise.
        speed = float(f"{found['images_per_second']:.2g}")
        figures.append(Figure(f"speed_{simulator}", speed, "images/s", "higher", command, conditions))
    return figures


def _synthesised(model: str, found: dict) -> list[Figure]:
    target = found["target"]
    command = f"accelgen synth {model} --target {target}"
    conditions = {"lanes": str(found["lanes"]), "tool": found["tool"]}
    figures = [
        Figure(f"synth_{target}_{name}", value, UNITS.get(name, "cells"), "lower", command, conditions)
        for name, value in found["logic"].items()
    ]
    if target == "generic":  # memories are the same for every target; once is enough
        figures.append(Figure("memory_bits", found["memory_bits"], "bits", "lower", command, conditions))
    return figures
