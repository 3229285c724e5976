"""What a choice in the recipe is worth: the same recipe, over masks, seeds, lengths and kinds of neuron.

``python -m accelgen.train.study models/mnist_3b_8x`` trains every combination (checkpoints make it
resumable) and adds them to ``study.json`` beside the recipe. The test accuracies in it are measured and
never chosen by: no code reads them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Literal

from accelgen.errors import AccelgenError, InvalidRecipe
from accelgen.figures import read_study
from accelgen.network.spiking import Integration
from accelgen.train.loop import accuracy
from accelgen.train.recipe import Recipe, checked, load_recipe
from accelgen.train.recipe_tables import Readout, SpikingChoice
from accelgen.train.run import load_split, load_splits, train_one, write_json

__all__ = ["STUDY_FILE", "study", "varied"]

STUDY_FILE = "study.json"

#: Stands for the recipe's own choice, where a study does not vary it.
Own = Literal[""]


def varied(
    plan: Recipe, mask: str, epochs: int, integration: Integration | Own = "", readout: Readout | Own = ""
) -> Recipe:
    """Return ``plan`` with ``mask`` in every layer that is compressed, with ``epochs``, and so on.

    An ``integration`` or ``readout`` of "" is the recipe's own, or that of no neuron at all.
    A variant has a digest of its own; the recipe's own choice keeps its digest, and so its checkpoints.
    """
    layers = tuple(replace(layer, mask=mask) if layer.compression > 1 else layer for layer in plan.layers)
    variant = replace(plan, layers=layers, train=replace(plan.train, epochs=epochs))
    if integration or readout:
        variant = replace(variant, spiking=_neurons(plan, integration, readout))
    if variant == plan:
        return plan
    choice = f"mask={mask} epochs={epochs} {integration} {readout}".rstrip()
    return checked(replace(variant, digest=f"{plan.digest} {choice}"))


def _neurons(plan: Recipe, integration: Integration | Own, readout: Readout | Own) -> SpikingChoice:
    if plan.spiking is None:
        raise InvalidRecipe("integration and readout: the recipe has no [spiking] table")
    neurons = replace(plan.spiking, readout=readout or plan.spiking.readout)
    if not integration or integration == neurons.integration:
        return neurons
    return replace(neurons, integration=integration, leak=0, reset="subtract")


def study(
    recipe: Path,
    data: Path | None = None,
    *,
    masks: Sequence[str] = ("fixed", "learned"),
    seeds: Sequence[int] = (0, 1, 2),
    integrations: Sequence[Integration | Own] = ("",),
    readouts: Sequence[Readout | Own] = ("",),
    epochs: int | None = None,
    progress: bool = True,
) -> Path:
    """Train ``recipe`` with each mask and seed and add what came of it to its study.

    Parameters
    ----------
    recipe : Path
        The folder of a recipe.
    data : Path, optional
        The folder that holds data sets.
    masks, seeds, integrations, readouts : sequence
        What to combine; "" is the recipe's own.
    epochs : int, optional
        Instead of the recipe's.
    progress : bool
        Show a bar for each run on the standard error stream.

    Returns
    -------
    Path
        ``study.json``: the recipe's digest, and for each run its mask, seed, epochs, neurons, best
        epoch and accuracies (of the exact exported arithmetic, on the validation and on the test images, 0
        to 1). Runs of an earlier recipe are dropped.
    """
    recipe = Path(recipe)
    recipe = recipe.parent if recipe.suffix == ".toml" else recipe
    plan = load_recipe(recipe / "recipe.toml")
    epochs = plan.train.epochs if epochs is None else epochs
    splits, test = load_splits(plan.data_set, data), load_split(plan.data_set, "test", data)
    for mask, seed, integration, readout in product(masks, seeds, integrations, readouts):
        variant = varied(plan, mask, epochs, integration, readout)
        folder = "" if variant == plan else f"{mask}{epochs}{integration}{readout}"
        trained = train_one(
            variant,
            splits,
            recipe / "checkpoints" / folder,
            seed=seed,
            progress=progress,
        )
        kind = variant.spiking
        run = {
            "mask": mask,
            "seed": seed,
            "epochs": epochs,
            **({"integration": kind.integration, "readout": kind.readout} if kind else {}),
            "best_epoch": trained.epoch,
            "validation_accuracy": round(trained.accuracy, 6),
            "test_accuracy": round(accuracy(trained.net, test), 6),
        }
        _add(run, plan.digest, recipe / STUDY_FILE)
    return recipe / STUDY_FILE


def _add(run: dict, digest: str, path: Path) -> None:
    """Add ``run`` to the study at ``path``, in the place of an earlier run of the same choice."""

    def choice(run: dict) -> tuple:
        neurons = run.get("integration", ""), run.get("readout", "")
        return run["mask"], run["epochs"], *neurons, run["seed"]

    facts = read_study(path) if path.exists() else {}
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
    parser.add_argument("--integrations", nargs="+", choices=("discontinuous", "continuous"), default=("",))
    parser.add_argument("--readouts", nargs="+", choices=("membrane", "count"), default=("",))
    parser.add_argument("--epochs", type=int, help="instead of the recipe's")
    given = parser.parse_args(arguments)
    try:
        axes = {name: getattr(given, name) for name in ("masks", "seeds", "integrations", "readouts")}
        path = study(given.recipe, given.data, **axes, epochs=given.epochs)
    except (AccelgenError, OSError) as error:
        print(f"accelgen: {error}", file=sys.stderr)
        return 2
    for run in read_study(path)["runs"]:
        print(
            f"{run['mask']:8} {run['epochs']:3} epochs  seed {run['seed']}"
            + "".join(f"  {run[name]:13}" for name in ("integration", "readout") if name in run)
            + f"  validation {run['validation_accuracy']:.2%}  test {run['test_accuracy']:.2%}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
