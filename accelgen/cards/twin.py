"""The float twin of a model: the reference of the same topology, trained without the hardware's limits."""

from __future__ import annotations

from accelgen.figures import Figure
from accelgen.models import REFERENCE_FILE, model_folder, model_names, read_reference
from accelgen.train.recipe import Recipe, load_recipe

__all__ = ["TWIN", "against_twin"]

#: The figures that a card has of its float twin.
TWIN = ("accuracy_fp32", "accuracy_gap")


def against_twin(model: str, accuracy: Figure) -> list[Figure]:
    """Return the accuracy of the model's float twin, and how much of it is lost; nothing without one."""
    path = model_folder(model) / "recipe.toml"
    if not path.is_file():
        return []
    recipe = load_recipe(path)
    if recipe.spiking or (name := _twin(recipe)) is None:
        return []
    twin = read_reference(model_folder(name) / REFERENCE_FILE)["test_accuracy"]
    conditions = accuracy.conditions | {"twin": name}
    gap = round(twin - accuracy.value, 6)
    return [
        Figure("accuracy_fp32", twin, "1", "higher", f"accelgen train {name}", conditions),
        Figure("accuracy_gap", gap, "1", "lower", accuracy.command, conditions),
    ]


def _twin(recipe: Recipe) -> str | None:
    """Return the name of the trained float recipe of the same topology, None if there is none."""
    for name in model_names():
        path = model_folder(name) / "recipe.toml"
        trained = path.is_file() and path.with_name(REFERENCE_FILE).is_file()
        if trained and load_recipe(path).topology == recipe.topology:
            return name
    return None
