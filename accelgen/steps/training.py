"""Train a model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accelgen.data import DataSet
from accelgen.errors import InvalidOption
from accelgen.flows.npm import last_resort
from accelgen.models import folder_to_write
from accelgen.optional import needed
from accelgen.steps.answer import Answer
from accelgen.train.recipe import load_recipe

__all__ = ["Training", "data_folder", "train", "train_recipe"]


@dataclass(frozen=True, slots=True)
class Training(Answer):
    """A training that is done: the model as it was named, and the file of its tables."""

    name: str
    written: Path


def train(
    model: str,
    *,
    data: Path | None = None,
    seed: int | None = None,
    resume: bool = True,
    device: str | None = None,
) -> Training:
    """Train a model from its recipe; its tables go beside the recipe."""
    recipe = folder_to_write(model) / "recipe.toml"
    written = _trained(recipe, data, resume=resume, seed=seed, device=device)
    return Training(model, written)


def train_recipe(recipe: Path, *, data: Path | None = None) -> Path:
    """Train a recipe that may be anywhere, without a bar; return the network file beside it."""
    return _trained(recipe, data, progress=False)


def data_folder(data_set: DataSet, data: Path | None) -> Path:
    """Return the folder that holds the folder of a data set, which is fetched if nobody named one."""
    if data_set.fetch is None:
        return data_set.place(data).parent
    return data_set.fetch(data, last_resort(data_set)).parent


def _trained(path: Path, data: Path | None, **how) -> Path:
    with needed():  # before data are fetched
        from accelgen.train.run import train as run_training
    recipe = load_recipe(path)
    if data is not None and recipe.data.path:
        raise InvalidOption(
            f"{path}: names its data itself (path = {recipe.data.path!r}), and takes no --data"
        )
    return run_training(recipe, data_folder(recipe.data_set, data), **how)
