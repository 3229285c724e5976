"""What a choice in the recipe is worth: the same recipe, over masks, seeds and lengths.

``python -m accelgen.train.study models/mnist_3b_8x`` trains every combination (checkpoints make it
resumable) and adds them to ``study.json`` beside the recipe. The test accuracies in it are measured and
never chosen by: no code reads them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

from accelgen.errors import AccelgenError
from accelgen.train.loop import accuracy
from accelgen.train.recipe import Recipe, checked, load_recipe
from accelgen.train.run import load_split, load_splits, train_one, write_json

__all__ = ["STUDY_FILE", "study", "varied"]

STUDY_FILE = "study.json"


def varied(plan: Recipe, mask: str, epochs: int) -> Recipe:
    """Return ``plan`` with ``mask`` in every layer that is compressed, and with ``epochs``.

    A variant has a digest of its own; the recipe's own choice keeps its digest, and so its checkpoints.
    """
    layers = tuple(replace(layer, mask=mask) if layer.compression > 1 else layer for layer in plan.layers)
    variant = replace(plan, layers=layers, train=replace(plan.train, epochs=epochs))
    if variant == plan:
        return plan
    return checked(replace(variant, digest=f"{plan.digest} mask={mask} epochs={epochs}"))


def study(
    recipe: Path,
    data: Path | None = None,
    *,
    masks: Sequence[str] = ("fixed", "learned"),
    seeds: Sequence[int] = (0, 1, 2),
    epochs: int | None = None,
    progress: bool = True,
) -> Path:
    """Train ``recipe`` with each mask and seed and add what came of it to its study.

    Parameters
    ----------
    recipe : Path
        The folder of a recipe.
    data : Path, optional
        The folder that holds ``mnist/``.
    masks, seeds : sequence
        What to combine.
    epochs : int, optional
        Instead of the recipe's.
    progress : bool
        Show a bar for each run on the standard error stream.

    Returns
    -------
    Path
        ``study.json``: the recipe's digest, and for each run its mask, seed, epochs, best epoch and
        accuracies (of the exact exported arithmetic, on the validation and on the test images, 0 to 1).
        Runs of an earlier recipe are dropped.
    """
    recipe = Path(recipe)
    recipe = recipe.parent if recipe.suffix == ".toml" else recipe
    plan = load_recipe(recipe / "recipe.toml")
    epochs = plan.train.epochs if epochs is None else epochs
    splits, test = load_splits(data), load_split(data, "test")
    for mask, seed in product(masks, seeds):
        folder = "" if varied(plan, mask, epochs) == plan else f"{mask}{epochs}"
        trained = train_one(
            recipe / "recipe.toml",
            splits,
            recipe / "checkpoints" / folder,
            seed=seed,
            progress=progress,
            change=lambda plan, mask=mask: varied(plan, mask, epochs),
        )
        run = {
            "mask": mask,
            "seed": seed,
            "epochs": epochs,
            "best_epoch": trained.epoch,
            "validation_accuracy": round(trained.accuracy, 6),
            "test_accuracy": round(accuracy(trained.net, test), 6),
        }
        _add(run, plan.digest, recipe / STUDY_FILE)
    return recipe / STUDY_FILE


def _add(run: dict, digest: str, path: Path) -> None:
    """Add ``run`` to the study at ``path``, in the place of an earlier run of the same choice."""

    def choice(run: dict) -> tuple:
        return run["mask"], run["epochs"], run["seed"]

    facts = json.loads(path.read_text()) if path.exists() else {}
    runs = facts["runs"] if facts.get("recipe_sha256") == digest else []
    runs = [other for other in runs if choice(other) != choice(run)] + [run]
    write_json({"recipe_sha256": digest, "runs": sorted(runs, key=choice)}, path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a study from the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m accelgen.train.study", description=__doc__)
    parser.add_argument("recipe", type=Path, help="the folder of a recipe")
    parser.add_argument("--data", type=Path, default=os.environ.get("ACCELGEN_DATA"))
    parser.add_argument("--masks", nargs="+", choices=("fixed", "learned"), default=("fixed", "learned"))
    parser.add_argument("--seeds", nargs="+", type=int, default=(0, 1, 2))
    parser.add_argument("--epochs", type=int, help="instead of the recipe's")
    given = parser.parse_args(arguments)
    try:
        path = study(given.recipe, given.data, masks=given.masks, seeds=given.seeds, epochs=given.epochs)
    except AccelgenError as error:
        print(f"accelgen: {error}", file=sys.stderr)
        return 2
    for run in json.loads(path.read_text())["runs"]:
        print(
            f"{run['mask']:8} {run['epochs']:3} epochs  seed {run['seed']}"
            f"  validation {run['validation_accuracy']:.2%}  test {run['test_accuracy']:.2%}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
