"""Train a model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

from accelgen.data import DataSet
from accelgen.data.measures import MAIN
from accelgen.errors import InvalidOption
from accelgen.flows.npm import last_resort
from accelgen.models import NETWORK_FILE, folder_to_write
from accelgen.optional import needed
from accelgen.steps.answer import Answer
from accelgen.steps.kept import keep
from accelgen.train.recipe import load_recipe

__all__ = ["CrossValidation", "Training", "cross_validate", "data_folder", "train", "train_recipe"]

#: Folds, at most.
MOST_FOLDS = 100


@dataclass(frozen=True, slots=True)
class Training(Answer):
    """A training that is done: the model as it was named, and the file of its tables."""

    name: str
    written: Path


@dataclass(frozen=True, slots=True)
class CrossValidation(Answer):
    """What a recipe is worth on each fold of what is learned from; nothing was written, and no test set read.

    Attributes
    ----------
    name : str
        Of the model.
    measure : str
        What was measured: "accuracy", "r2" or "auc".
    folds : tuple of float
        It, of each fold.
    mean, spread : float
        Of the folds; the spread is the standard deviation of one fold.
    """

    name: str
    measure: str
    folds: tuple[float, ...]
    mean: float
    spread: float


def cross_validate(
    model: str,
    folds: int,
    *,
    seed: int | None = None,
    resume: bool = True,
    device: str | None = None,
) -> CrossValidation:
    """Train a model once for each of several folds, and measure each network on the fold it has not seen."""
    if not 2 <= folds <= MOST_FOLDS:
        raise InvalidOption(f"folds must be 2 to {MOST_FOLDS}, not {folds}")
    folder = folder_to_write(model)
    with needed():
        from accelgen.train.cross import cross_validate as run_folds
    recipe = load_recipe(folder / "recipe.toml")
    found = run_folds(recipe, folds, folder / "checkpoints", seed=seed, resume=resume, device=device)
    return CrossValidation(model, MAIN[recipe.data.task], tuple(found), mean(found), stdev(found))


def train(
    model: str,
    *,
    data: Path | None = None,
    seed: int | None = None,
    resume: bool = True,
    device: str | None = None,
) -> Training:
    """Train a model from its recipe; its tables go beside the recipe, and some samples where they may."""
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
    place = data_folder(recipe.data_set, data)
    written = run_training(recipe, place, **how)
    if written.name == NETWORK_FILE:
        keep(written, recipe.data_set, place)
    return written
