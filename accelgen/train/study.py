"""What a choice in the recipe is worth: the same recipe, over masks and seeds.

``python -m accelgen.train.study models/mnist_3b_8x`` trains every combination (checkpoints make it
resumable) and writes ``study.json`` beside the recipe. The test accuracies in it are measured and never
chosen by: no code reads them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from accelgen.errors import AccelgenError
from accelgen.train.loop import accuracy
from accelgen.train.recipe import Recipe, checked, load_recipe
from accelgen.train.run import load_split, load_splits, train_one, write_json

__all__ = ["STUDY_FILE", "study", "with_mask"]

STUDY_FILE = "study.json"


def with_mask(plan: Recipe, mask: str) -> Recipe:
    """Return ``plan`` with ``mask`` ("fixed" or "learned") in every layer that is compressed."""
    layers = tuple(replace(layer, mask=mask) if layer.compression > 1 else layer for layer in plan.layers)
    # The recipe's own choice keeps its digest, and so its checkpoints.
    if layers == plan.layers:
        return plan
    return checked(replace(plan, layers=layers, digest=f"{plan.digest} mask={mask}"))


def study(
    recipe: Path,
    data: Path | None = None,
    *,
    masks: Sequence[str] = ("fixed", "learned"),
    seeds: Sequence[int] = (0, 1, 2),
    progress: bool = True,
) -> Path:
    """Train ``recipe`` with each mask and seed and write what came of it.

    Parameters
    ----------
    recipe : Path
        The folder of a recipe.
    data : Path, optional
        The folder that holds ``mnist/``.
    masks, seeds : sequence
        What to combine.
    progress : bool
        Show a bar for each run on the standard error stream.

    Returns
    -------
    Path
        ``study.json``: the recipe's digest, and for each run its mask, seed, epoch and accuracies (of
        the exact exported arithmetic, on the validation and on the test images, 0 to 1).
    """
    recipe = Path(recipe)
    recipe = recipe.parent if recipe.suffix == ".toml" else recipe
    plan = load_recipe(recipe / "recipe.toml")
    splits, test = load_splits(data), load_split(data, "test")
    facts = {"recipe_sha256": plan.digest, "runs": []}
    for mask in masks:
        for seed in seeds:
            trained = train_one(
                recipe / "recipe.toml",
                splits,
                recipe / "checkpoints" / ("" if with_mask(plan, mask) == plan else mask),
                seed=seed,
                progress=progress,
                change=lambda plan, mask=mask: with_mask(plan, mask),
            )
            facts["runs"].append(
                {
                    "mask": mask,
                    "seed": seed,
                    "best_epoch": trained.epoch,
                    "validation_accuracy": round(trained.accuracy, 6),
                    "test_accuracy": round(accuracy(trained.net, test), 6),
                }
            )
            write_json(facts, recipe / STUDY_FILE)
    return recipe / STUDY_FILE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a study from the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m accelgen.train.study", description=__doc__)
    parser.add_argument("recipe", type=Path, help="the folder of a recipe")
    parser.add_argument("--data", type=Path, default=os.environ.get("ACCELGEN_DATA"))
    parser.add_argument("--masks", nargs="+", choices=("fixed", "learned"), default=("fixed", "learned"))
    parser.add_argument("--seeds", nargs="+", type=int, default=(0, 1, 2))
    given = parser.parse_args(arguments)
    try:
        path = study(given.recipe, given.data, masks=given.masks, seeds=given.seeds)
    except AccelgenError as error:
        print(f"accelgen: {error}", file=sys.stderr)
        return 2
    for run in json.loads(path.read_text())["runs"]:
        print(
            f"{run['mask']:8} seed {run['seed']}  validation {run['validation_accuracy']:.2%}"
            f"  test {run['test_accuracy']:.2%}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
