"""What training works towards: the loss of each task, what chooses the epoch, and what scores mean.

A goal is made of the samples that are learned from, and of no others: the mean and the spread of numbers, and
how rare a class is, are theirs.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

from accelgen.data.measures import areas, determination
from accelgen.errors import InvalidRecipe
from accelgen.network.task import Kind, Task, TaskName

__all__ = ["Classes", "Decisions", "Goal", "Numbers", "goal_of"]

#: A word of a recipe, or a weight of each class.
Weights = str | list[float] | tuple[float, ...]


class Goal:
    """What all goals have; this one is never used itself.

    Attributes
    ----------
    measure : str
        Name of the measure, for people.
    """

    measure = "accuracy"

    def wanted(self, right: np.ndarray) -> Tensor:
        """Return what is right as the loss takes it; see `accelgen.data.targets.wanted_of`."""
        raise NotImplementedError

    def loss(self, logits: Tensor, wanted: Tensor, smoothing: float) -> Tensor:
        """Return the loss of float[n, outputs] on the scale of the loss, a scalar."""
        raise NotImplementedError

    def worth(self, scores: Tensor, wanted: Tensor, unit: float) -> float:
        """Return the measure of scores float[n, outputs], of which more is better.

        A step of a score is a ``unit`` on the scale of the loss.
        """
        raise NotImplementedError

    def task(self, scores: Tensor, wanted: Tensor, unit: float) -> Task | None:
        """Return what scores stand for, from those of the samples that the epoch was chosen by; see `worth`.

        None if they are those of classes.
        """
        raise NotImplementedError


class Classes(Goal):
    """One class of each sample.

    Parameters
    ----------
    weights : float[classes] or None
        How much a sample of each class counts in the loss.
    """

    def __init__(self, weights: Tensor | None = None):
        self.weights = weights

    def wanted(self, right: np.ndarray) -> Tensor:
        """Return int64[n]."""
        return torch.from_numpy(right.copy()).long()

    def loss(self, logits: Tensor, wanted: Tensor, smoothing: float) -> Tensor:
        """Return the cross entropy."""
        return cross_entropy(logits, wanted, _there(self.weights, logits), label_smoothing=smoothing)

    def worth(self, scores: Tensor, wanted: Tensor, unit: float) -> float:
        """Return the share of samples that are right."""
        return (scores.argmax(1) == wanted).sum().item() / len(wanted)

    def task(self, scores: Tensor, wanted: Tensor, unit: float) -> None:
        """Return None."""
        return


class Decisions(Goal):
    """Yes or no of each score: several labels at once, or one threshold.

    Parameters
    ----------
    kind : "labels" or "threshold"
        Which. The score from which on a label is said is that of probability one half; the threshold of one
        score is chosen: the one at which the shares of yes and of no that are right are largest together.
    weights : float[outputs] or None
        How much more a yes counts in the loss than a no.
    """

    measure = "AUC"

    def __init__(self, kind: TaskName, weights: Tensor | None = None):
        self.kind, self.weights = kind, weights

    def wanted(self, right: np.ndarray) -> Tensor:
        """Return float[n, outputs] of 0 and 1."""
        return torch.from_numpy(right.reshape(len(right), -1).astype(np.float32))

    def loss(self, logits: Tensor, wanted: Tensor, smoothing: float) -> Tensor:
        """Return the cross entropy of yes and no."""
        smoothed = wanted * (1 - smoothing) + smoothing / 2
        return binary_cross_entropy_with_logits(logits, smoothed, pos_weight=_there(self.weights, logits))

    def worth(self, scores: Tensor, wanted: Tensor, unit: float) -> float:
        """Return the mean area under the ROC curves of those scores of which there are yes and no."""
        found = [area for area in areas(scores.numpy(), wanted.numpy() > 0) if area is not None]
        return float(np.mean(found)) if found else 0.0

    def task(self, scores: Tensor, wanted: Tensor, unit: float) -> Task:
        """Return the thresholds."""
        if self.kind == "labels":
            return Task("labels", thresholds=(0,) * scores.shape[1])
        return Task("threshold", thresholds=(_threshold(scores[:, 0].numpy(), wanted[:, 0].numpy() > 0),))


class Numbers(Goal):
    """Numbers, in units of their spread: of a regression, or of a reconstruction.

    Parameters
    ----------
    kind : "regression" or "reconstruction"
        Which.
    learned : float[n, outputs]
        What is right for the samples that are learned from.
    alike : bool
        All outputs have one unit and one spread, as the pixels of a picture.
    """

    measure = "R2"

    def __init__(self, kind: Kind, learned: np.ndarray, *, alike: bool):
        self.kind = kind
        self.mean = learned.mean(axis=0)
        moves = learned.max(axis=0) > learned.min(axis=0)  # a mean may differ from equal values in a bit
        apart = ((learned - self.mean) ** 2 * moves).mean(axis=0)
        spread = np.sqrt(np.full_like(apart, apart.mean()) if alike else apart)
        self.spread = np.where(spread > 0, spread, 1.0)  # of what never changes any unit will do

    def wanted(self, right: np.ndarray) -> Tensor:
        """Return float[n, outputs], of mean 0 and spread 1 where they are learned from."""
        return torch.from_numpy(((right - self.mean) / self.spread).astype(np.float32))

    def loss(self, logits: Tensor, wanted: Tensor, smoothing: float) -> Tensor:
        """Return half the mean square of the error."""
        return mse_loss(logits, wanted) / 2

    def worth(self, scores: Tensor, wanted: Tensor, unit: float) -> float:
        """Return R2: of a regression the mean over outputs, of a reconstruction of all values together."""
        values, right = (scores * unit).double().numpy(), wanted.double().numpy()
        if self.kind == "reconstruction":
            values, right = values.reshape(-1, 1), right.reshape(-1, 1)
        return determination(values, right) or 0.0

    def task(self, scores: Tensor, wanted: Tensor, unit: float) -> Task:
        """Return how scores become numbers again."""
        return Task(self.kind, scale=tuple((self.spread * unit).tolist()), offset=tuple(self.mean.tolist()))


def goal_of(
    task: TaskName, right: np.ndarray, names: tuple[str, ...], weights: Weights, *, alike: bool
) -> Goal:
    """Return what training works towards.

    Parameters
    ----------
    task : str
        What is learned; see `accelgen.network.task`.
    right : array
        What is right for the samples that are learned from.
    names : tuple of str
        Of classes, labels or outputs.
    weights : "", "balanced" or list of float
        What a sample of each class, or a yes of each label, counts: all alike, as much as makes up for how
        rare it is, or what is listed.
    alike : bool
        The outputs of a reconstruction have one unit.

    Raises
    ------
    InvalidRecipe
        If there are more or fewer weights than classes or labels.
    """
    if task in ("regression", "reconstruction"):
        return Numbers(cast("Kind", task), right.reshape(len(right), -1).astype(np.float64), alike=alike)
    if isinstance(weights, list | tuple) and len(weights) != len(names):
        raise InvalidRecipe(
            f"[train]: class_weights: must be {len(names)}, one for each of {', '.join(names)}, "
            f"not {len(weights)}"
        )
    if task == "labels":
        counts = right.sum(axis=0)
        found = (len(right) - counts) / np.maximum(counts, 1) if weights == "balanced" else weights
        return Decisions("labels", _tensor(found))
    counts = np.bincount(right, minlength=len(names))
    found = len(right) / (len(names) * np.maximum(counts, 1)) if weights == "balanced" else weights
    if task == "classes":
        return Classes(_tensor(found))
    ratio = [float(found[1]) / float(found[0])] if len(found) else ""
    return Decisions("threshold", _tensor(ratio))


def _there(weights: Tensor | None, logits: Tensor) -> Tensor | None:
    """Return weights where the logits are."""
    return None if weights is None else weights.to(logits.device)


def _tensor(weights: np.ndarray | Weights) -> Tensor | None:
    return torch.tensor(np.asarray(weights, np.float32)) if len(weights) else None


def _threshold(scores: np.ndarray, yes: np.ndarray) -> int:
    """Return the threshold at which the shares of yes and of no that are right are largest together.

    Halfway between two scores; of several that are as good, the one nearest to 0.
    """
    levels = np.unique(scores)
    below = np.concatenate([[levels[0] - 2], levels[:-1]])
    cuts = np.ceil((levels + below) / 2).astype(np.int64)
    said = scores[None] >= cuts[:, None]
    worth = (said & yes).sum(axis=1) / max(yes.sum(), 1) + (~said & ~yes).sum(axis=1) / max((~yes).sum(), 1)
    best = cuts[worth >= worth.max() - 1e-12]
    return int(best[np.argmin(np.abs(best))])
