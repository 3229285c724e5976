"""One training run: epochs, checkpoints, and the best epoch by validation accuracy.

The test set does not appear in this file.
"""

from __future__ import annotations

import copy
import hashlib
import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import kl_div, log_softmax

from accelgen.errors import InvalidRecipe
from accelgen.train.adam import Adam
from accelgen.train.augment import augment
from accelgen.train.build import build
from accelgen.train.checkpoint import load_checkpoint, save_checkpoint
from accelgen.train.entering import in_bytes
from accelgen.train.goals import Classes, Goal
from accelgen.train.nets import IntegerNet
from accelgen.train.recipe import Recipe
from accelgen.train.reference import FloatNet, build_float
from accelgen.train.teacher import DISTILL_TEMPERATURE, Teacher
from accelgen.train.warm import start_from

__all__ = ["Epoch", "LabelledImages", "Trained", "accuracy", "fit", "scores_of"]

#: How many images the shifts are chosen from.
CALIBRATION_IMAGES = 512

#: Gradients with respect to integer weights are small: Adam's usual 1e-8 would damp them.
ADAM_EPSILON = 1e-12

Net = IntegerNet | FloatNet

CPU = torch.device("cpu")


@dataclass(frozen=True, slots=True, eq=False)
class LabelledImages:
    """Images as tensors.

    Attributes
    ----------
    images : float[n, height, width] or uint8[n, height, width, channels]
        Pixels of 0 to 255, grey or coloured.
    labels : int64[n] or float[n, outputs]
        What is right, as the goal has it.
    name : str
        What they are, for reports.
    goal : Goal
        What is learned of them.
    """

    images: Tensor
    labels: Tensor
    name: str = ""
    goal: Goal = field(default_factory=Classes)

    def __len__(self) -> int:
        return len(self.labels)

    def to(self, device: torch.device) -> LabelledImages:
        """Return the same on another device."""
        return replace(self, images=self.images.to(device), labels=self.labels.to(device))


@dataclass(frozen=True, slots=True)
class Epoch:
    """The result of one epoch.

    Attributes
    ----------
    number : int
        Number of the epoch, from 0.
    loss : float
        Mean over the epoch.
    accuracy : float
        Share of the validation images that the exact exported arithmetic gets right, 0 to 1; of a goal that
        is not classes, its measure.
    """

    number: int
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The best epoch of a run.

    Attributes
    ----------
    net : IntegerNet or FloatNet
        The trained module, in evaluation mode.
    epoch : int
        Number of that epoch, from 0.
    accuracy : float
        Accuracy on the validation images, 0 to 1; or the measure of another goal.
    """

    net: Net
    epoch: int
    accuracy: float


def fit(
    recipe: Recipe,
    seed: int,
    training: LabelledImages,
    validation: LabelledImages,
    checkpoint: Path,
    *,
    teacher: FloatNet | None = None,
    resume: bool = True,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    device: torch.device = CPU,
) -> Trained:
    """Train, and return the epoch that does best on ``validation``.

    Every random draw depends on the seed and the number of the epoch alone, so a run that was killed and
    resumed ends bit for bit where an uninterrupted one does.

    Parameters
    ----------
    recipe, seed : Recipe, int
        What to do; the seed replaces the recipe's.
    training, validation : LabelledImages
        What to learn from, and what to choose by.
    checkpoint : Path
        Written after each epoch.
    teacher : FloatNet, optional
        Needed if the recipe distils.
    resume : bool
        Go on from ``checkpoint`` if it is of the same recipe, seed and teacher.
    on_epoch : callable
        Called with each epoch once its checkpoint is written; in a resumed run first with its last one.
    device : torch.device
        What it runs on; the network that is returned is on the CPU.

    Raises
    ------
    InvalidRecipe
        If the recipe starts from a teacher and there is none, or the network cannot; or if no epoch comes
        after the masks are cut.
    InvalidRequest
        If ``checkpoint`` is there but is not a checkpoint.
    """
    schedule = recipe.train
    net = (build if schedule.arithmetic == "integer" else build_float)(recipe, seed).to(device)
    training, validation = training.to(device), validation.to(device)
    teacher = teacher.to(device) if teacher is not None else None
    cut_at = _cut_epoch(recipe)
    digest = _digest(recipe, teacher, device)
    state = load_checkpoint(checkpoint, digest, seed) if resume else None
    first, best = 0, None
    if state is None and schedule.start_from_teacher:
        if teacher is None or not isinstance(net, IntegerNet):
            raise InvalidRecipe("[train]: start_from_teacher: needs a teacher, and integer arithmetic")
        start_from(net, teacher, recipe, training.images[:CALIBRATION_IMAGES])
    elif state is None:
        _seed(seed, 0)
        net.calibrate(training.images[:CALIBRATION_IMAGES])
    else:
        first, best = state["epoch"] + 1, state["best"]
        if first > cut_at or schedule.start_from_teacher:
            net.cut(recipe)  # for the shapes; which blocks is part of the state
        net.load_state_dict(state["net"])
        on_epoch(Epoch(state["epoch"], state["loss"], state["accuracy"]))
    optimiser = Adam(net.groups(schedule.learning_rate), ADAM_EPSILON)
    if state is not None:
        optimiser.load_state_dict(state["optimiser"])

    images = in_bytes(training.images)
    looks = Teacher(teacher) if teacher is not None else None
    for number in range(first, schedule.epochs):
        if schedule.patience and best and number > best["since"] + schedule.patience:
            break
        if number == cut_at > 0:
            net.cut(recipe)
            _seed(seed, number)
            net.calibrate(training.images[:CALIBRATION_IMAGES])  # accumulators of fewer terms are smaller
            optimiser = Adam(net.groups(schedule.learning_rate), ADAM_EPSILON)
        if number >= round(schedule.epochs * (1 - schedule.settle)):
            net.settle()
        loss = _epoch(
            net, optimiser, recipe, training, images=images, number=number, seed=seed, teacher=looks
        )
        epoch = Epoch(number, loss, accuracy(net, validation))
        if number >= cut_at and (best is None or epoch.accuracy >= best["accuracy"]):
            equal = best is not None and epoch.accuracy == best["accuracy"]
            best = {
                "epoch": number,
                "since": best["since"] if best is not None and equal else number,
                "accuracy": epoch.accuracy,
                "net": copy.deepcopy(net.state_dict()),
            }
        state = {
            "recipe": digest,
            "seed": seed,
            "epoch": number,
            "loss": loss,
            "accuracy": epoch.accuracy,
            "net": net.state_dict(),
            "optimiser": optimiser.state_dict(),
            "best": best,
        }
        save_checkpoint(state, checkpoint)
        on_epoch(epoch)

    if best is None:
        raise InvalidRecipe("[train]: mask_epochs: no epoch came after the masks were cut")
    net.load_state_dict(best["net"])
    return Trained(net.eval().to(CPU), best["epoch"], best["accuracy"])


@torch.no_grad()
def accuracy(net: Net, data: LabelledImages, batch: int = 1000) -> float:
    """Return the share of ``data`` that ``net`` classifies rightly, in evaluation mode, 0 to 1.

    Of a goal that is not classes, its measure.
    """
    return data.goal.worth(scores_of(net, data, batch), data.labels.cpu(), net.unit)


@torch.no_grad()
def scores_of(net: Net, data: LabelledImages, batch: int = 1000) -> Tensor:
    """Return the scores float[n, outputs] of ``data``, in evaluation mode, on the CPU."""
    net.eval()
    found = [net(net.encode(images)) for images in data.images.split(batch)]
    return torch.cat(found).cpu()


def _digest(recipe: Recipe, teacher: FloatNet | None, device: torch.device) -> str:
    """Return what a run is known by: recipe, own data, its teacher's weights, and the device."""
    own = recipe.data_set.own
    elsewhere = "" if device.type == "cpu" else device.type
    if teacher is None and own is None and not elsewhere:
        return recipe.digest
    known = hashlib.sha256((recipe.digest + (own.digest if own else "") + elsewhere).encode())
    if teacher is None:
        return known.hexdigest()
    for weights in teacher.state_dict().values():
        known.update(weights.cpu().numpy().tobytes())
    return known.hexdigest()


def _cut_epoch(recipe: Recipe) -> int:
    """Return the epoch before which learned masks are cut, 0 if there is none or they are cut at once."""
    schedule = recipe.train
    learned = any(layer.mask == "learned" for layer in recipe.layers) and not schedule.start_from_teacher
    return schedule.mask_epochs if learned and schedule.arithmetic == "integer" else 0


def _seed(seed: int, number: int) -> torch.Generator:
    """Return the generator of an epoch; dropout, and timesteps drawn, take none, and are seeded alike."""
    torch.manual_seed(seed * 1_000_003 + number)
    return torch.Generator().manual_seed(seed * 1_000_003 + number)


def _epoch(
    net: Net,
    optimiser: Adam,
    recipe: Recipe,
    training: LabelledImages,
    *,
    images: Tensor,
    number: int,
    seed: int,
    teacher: Teacher | None,
) -> float:
    """Train for one epoch and return the mean loss; ``images`` are those of ``training``, or their bytes."""
    schedule = recipe.train
    generator = _seed(seed, number)
    net.train()
    kind, device = training.images.dtype, images.device.type
    order = torch.randperm(len(training), generator=generator).to(images.device)
    batches = order.split(schedule.batch)
    if len(batches) > 1 and len(batches[-1]) < schedule.batch:
        batches = batches[:-1]
    losses, coding = [], recipe.data_set.coding
    precise: Callable[[], AbstractContextManager] = nullcontext
    if schedule.precision == "bfloat16":
        precise = partial(torch.autocast, device, torch.bfloat16)
    ahead = teacher.ahead if teacher is not None else 1
    for step, chosen in enumerate(batches):
        if step % ahead == 0:
            parts = list(map(len, batches[step : step + ahead]))
            some = images.index_select(0, torch.cat(batches[step : step + ahead])).to(kind)
            some = augment(some, recipe.augment, generator, coding, parts)
            shown = some.split(parts)
            with precise():
                taught = teacher.softened(some, parts) if teacher is not None else ()
        done = (number + step / len(batches)) / schedule.epochs
        optimiser.rates = [peak * 0.5 * (1 + math.cos(math.pi * done)) for peak in optimiser.peaks]
        with precise():
            logits = net.logits(net(net.encode(shown[step % ahead])).float())
        penalty = net.penalty()
        right = training.labels.index_select(0, chosen)
        loss = training.goal.loss(logits, right, schedule.label_smoothing)
        if taught:
            share = schedule.distill_weight
            loss = (1 - share) * loss + share * _distance(logits, taught[step % ahead])
        loss = loss + penalty
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        net.keep_in_range()
        losses.append(loss.detach())
    return sum(torch.stack(losses).tolist()) / len(batches)


def _distance(logits: Tensor, wanted: Tensor) -> Tensor:
    """Return the divergence of the student's classes, softened, from ``wanted``, the teacher's."""
    student = log_softmax(logits / DISTILL_TEMPERATURE, 1)
    return kl_div(student, wanted, log_target=True, reduction="batchmean") * DISTILL_TEMPERATURE**2
