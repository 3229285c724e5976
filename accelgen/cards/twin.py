"""The float twin of a model: the reference of the same topology, trained without the hardware's limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from accelgen.cards.described import tested_by
from accelgen.data.recorded import OWN
from accelgen.errors import DataError
from accelgen.figures import Figure
from accelgen.models import REFERENCE_FILE, model_folder, model_names, read_reference
from accelgen.report.card import FLOAT, GAP
from accelgen.train.recipe import Recipe, load_recipe

__all__ = ["against_twin", "of_twin"]


def of_twin(figure: Figure) -> bool:
    """Return whether a figure of a card is one of its float twin."""
    return figure.name.endswith((FLOAT, GAP))


def against_twin(model: str, measured: Iterable[Figure]) -> list[Figure]:
    """Return the measures of the model's float twin, and how much of each is lost; nothing without one.

    Parameters
    ----------
    model : str
        A name under ``models/``.
    measured : iterable of Figure
        What the integer model was measured by: its accuracy, or the measures of its task. Others are let
        pass. More of what is lost is worse, whichever way the measure points.

    Raises
    ------
    DataError
        If the twin was trained by another recipe or on other data than are there today, or was tested with
        other samples than the model.
    """
    path = model_folder(model) / "recipe.toml"
    if not path.is_file():
        return []
    recipe = load_recipe(path)
    names = tested_by(recipe.data.task)
    found = {figure.name: figure for figure in measured if figure.name in names}
    if recipe.spiking or len(found) < len(names) or (twin := _twin(recipe)) is None:
        return []
    facts = _facts(twin, found[names[0]])
    floats, gaps = [], []
    for figure in found.values():
        value, conditions = facts[f"test_{figure.name}"], figure.conditions | {"twin": twin.name}
        lost = value - figure.value if figure.better == "higher" else figure.value - value
        other = replace(figure, name=figure.name + FLOAT, value=value, conditions=conditions)
        floats.append(replace(other, command=f"accelgen train {twin.name}"))
        gaps.append(replace(other, name=figure.name + GAP, value=round(lost, 6), better="lower"))
    return floats + gaps


def _twin(recipe: Recipe) -> Recipe | None:
    """Return the trained float recipe of the same topology, data and test set, None if there is none."""
    wanted = _compared(recipe)
    for name in model_names():
        path = model_folder(name) / "recipe.toml"
        if path.is_file() and path.with_name(REFERENCE_FILE).is_file():
            other = load_recipe(path)
            if other.train.arithmetic == "float" and _compared(other) == wanted:
                return other
    return None


def _compared(recipe: Recipe) -> tuple:
    """Return what twins share: their task, data and layers, and which samples they are tested with."""
    own = recipe.data_set.own
    source, chosen = own.parts["test"] if own else (0, None)
    return recipe.data.task, recipe.topology, source, None if chosen is None else chosen.tobytes()


def _facts(twin: Recipe, main: Figure) -> dict:
    """Return what training left of a twin, if it holds for the recipe, data and test set of today."""
    path, own = twin.folder / REFERENCE_FILE, twin.data_set.own
    measured = (f"test_{name}" for name in tested_by(twin.data.task))
    facts = read_reference(path, *measured, "test_images", "test_data", "recipe_sha256")
    again = f"train it again with accelgen train {twin.name}"
    if facts["recipe_sha256"] != twin.digest or facts.get(OWN) != (own.digest if own else None):
        raise DataError(f"{path}: is of another recipe.toml, or of other data, than are there today: {again}")
    images, data = f"{facts['test_images']:,}", facts["test_data"]
    wanted, of = main.conditions.get("images"), main.conditions.get("data")
    if (images, data) != (wanted, of):
        raise DataError(
            f"{path}: is of {images} samples of the {data}, and its integer model was measured with {wanted} "
            f"of the {of}: {again}"
        )
    return facts
