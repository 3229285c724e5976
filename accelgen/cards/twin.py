"""The float twin of a model: the reference of the same topology, trained without the hardware's limits."""

from __future__ import annotations

import json

from accelgen.figures import Figure
from accelgen.models import REFERENCE_FILE, model_folder, model_names
from accelgen.train.recipe import Recipe, load_recipe

__all__ = ["against_twin", "kind_of", "outlined"]


def kind_of(recipe: Recipe) -> str:
    """Return "spiking", "convolutional" or "dense"."""
    if recipe.spiking:
        return "spiking"
    return "convolutional" if any(hasattr(layer, "kernel") for layer in recipe.layers) else "dense"


def outlined(recipe: Recipe) -> str:
    """Return the topology in a word: ``32x32x3-64(3x3/2)-10``, the side of a pooled square behind ``/``."""
    entering = recipe.shapes[0]
    steps = ["x".join(map(str, entering)) if kind_of(recipe) == "convolutional" else str(recipe.inputs)]
    for layer in recipe.layers:
        kernel, pool = getattr(layer, "kernel", None), getattr(layer, "pool", 1)
        window = f"({kernel}x{kernel}{f'/{pool}' if pool > 1 else ''})" if kernel else ""
        steps.append(f"{layer.outputs}{window}")
    return "-".join(steps)


def against_twin(model: str, accuracy: Figure) -> list[Figure]:
    """Return the accuracy of the model's float twin, and how much of it is lost; nothing without one."""
    path = model_folder(model) / "recipe.toml"
    if not path.is_file():
        return []
    recipe = load_recipe(path)
    if recipe.spiking or (name := _twin(recipe)) is None:
        return []
    twin = json.loads((model_folder(name) / REFERENCE_FILE).read_text())["test_accuracy"]
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
