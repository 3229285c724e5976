"""What a card says of a model without measuring anything: its size, and what its files state."""

from __future__ import annotations

from accelgen.cards.summary import kind_of, reference_summary
from accelgen.figures import Figure
from accelgen.models import model_folder
from accelgen.report.card import Card
from accelgen.steps.overview import Overview
from accelgen.train.recipe import load_recipe

__all__ = ["described", "reference"]


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


def reference(model: str, facts: dict) -> Card:
    """Return the card of a float reference: the one figure that its training measured, in ``facts``."""
    conditions = {
        "images": f"{facts['test_images']:,}",
        "data": facts["test_data"],
        "arithmetic": "float32",
        "epochs": str(facts["epochs"]),
        **({"training": f"factors in {precision}"} if (precision := facts.get("precision")) else {}),
    }
    accuracy = Figure(
        "accuracy", facts["test_accuracy"], "1", "higher", f"accelgen train {model}", conditions
    )
    recipe = load_recipe(model_folder(model) / "recipe.toml")
    return Card(model, reference_summary(recipe), "", {"accuracy": accuracy}, [], kind_of(recipe))
