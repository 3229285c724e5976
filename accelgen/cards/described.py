"""What a card says of a model without measuring anything: its size, and what its files state."""

from __future__ import annotations

from accelgen.cards.measure import measured_figure
from accelgen.cards.summary import kind_of, reference_summary
from accelgen.data.measures import MAIN
from accelgen.figures import Figure
from accelgen.models import REFERENCE_FILE, model_folder, read_reference
from accelgen.network.task import TaskName
from accelgen.report.card import Card
from accelgen.steps.overview import Overview
from accelgen.train.recipe import load_recipe

__all__ = ["described", "reference", "tested_by"]


def described(model: str, overview: Overview) -> list[Figure]:
    """Return the stored bits of a model with this overview."""
    command = f"accelgen info {model}"
    stored = dict(overview.stored_bits)
    figures = [Figure("stored_bits", stored.pop("total"), "bits", "lower", command)]
    figures += [
        Figure(f"stored_bits_{kind}", bits, "bits", "lower", command) for kind, bits in stored.items()
    ]
    ratio = round(overview.memory_ratio, 2)
    return [*figures, Figure("memory_ratio", ratio, "x", "higher", command, {"against": "dense fp32"})]


def tested_by(task: TaskName) -> list[str]:
    """Return the measures of a float reference of a task, the one that networks are compared by first."""
    return [MAIN[task], *(["rmse"] if MAIN[task] == "r2" else [])]


def reference(model: str) -> Card:
    """Return the card of a float reference: accuracy, or the measures of its task, from its training.

    Raises
    ------
    DataError
        If its file cannot be read, or lacks one of them.
    """
    folder = model_folder(model)
    recipe = load_recipe(folder / "recipe.toml")
    task = recipe.data.task
    names = tested_by(task)
    needed = ("test_images", "test_data", "epochs")
    facts = read_reference(folder / REFERENCE_FILE, *(f"test_{name}" for name in names), *needed)
    conditions = {
        "images": f"{facts['test_images']:,}",
        "data": facts["test_data"],
        **({"task": task} if task != "classes" else {}),
        "arithmetic": "float32",
        "epochs": str(facts["epochs"]),
        **({"training": f"factors in {precision}"} if (precision := facts.get("precision")) else {}),
    }
    command = f"accelgen train {model}"
    figures = {name: measured_figure(name, facts[f"test_{name}"], command, conditions) for name in names}
    return Card(model, reference_summary(recipe), "", figures, [], kind_of(recipe))
