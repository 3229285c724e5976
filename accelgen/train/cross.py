"""Cross-validation: what a recipe is worth on small data, without a look at their test set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from accelgen.errors import InvalidRecipe
from accelgen.train.loop import accuracy
from accelgen.train.recipe import Recipe, checked
from accelgen.train.run import check_writable, load_split, load_splits, train_one

__all__ = ["cross_validate"]


def cross_validate(
    plan: Recipe,
    folds: int,
    checkpoints: Path,
    *,
    seed: int | None = None,
    resume: bool = True,
    progress: bool = True,
    device: str | None = None,
) -> list[float]:
    """Train a recipe once for each fold, and return what each network is worth on the fold it has not seen.

    The epoch is chosen by samples of the other folds, as `accelgen.data.folds.folded` sets them aside.

    Parameters
    ----------
    plan : Recipe
        The recipe, of data of one's own.
    folds : int
        How many, at least 2.
    checkpoints : Path
        Where each fold has a folder for its checkpoints.
    seed, resume, progress, device
        See `accelgen.train.run.train`.

    Returns
    -------
    list of float
        Accuracy, 0 to 1, or the measure of another goal.

    Raises
    ------
    InvalidRecipe
        If the data have a name, and so a validation set of their own, or a teacher has seen all folds.
    DataError
        If there are too few samples.
    """
    if plan.data_set.own is None:
        raise InvalidRecipe(
            f"[data]: folds are for data of one's own: {plan.data.set} has validation samples"
        )
    if plan.train.distill:
        raise InvalidRecipe("[train]: distill: a teacher has learned from what folds are tested with")
    check_writable(checkpoints)
    found = []
    for number in range(folds):
        variant = replace(plan, fold=(number, folds), digest=f"{plan.digest} fold {number} of {folds}")
        variant = checked(variant)
        splits = load_splits(variant.data_set, None, variant.train.class_weights)
        place = checkpoints / f"fold{number}of{folds}"
        trained = train_one(
            variant, splits, place, resume=resume, seed=seed, progress=progress, device=device
        )
        tested = load_split(variant.data_set, "test", None, splits.training.goal)
        found.append(accuracy(trained.net, tested))
    return found
