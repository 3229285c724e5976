"""From a recipe's folder to the trained tables in it."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from accelgen.data import BETWEEN, DataSet, Images
from accelgen.data.measures import MAIN, measures
from accelgen.data.recorded import data_facts
from accelgen.data.split import Part
from accelgen.data.targets import wanted_of
from accelgen.errors import DataError, InvalidOption, InvalidRecipe, InvalidRequest, at
from accelgen.files import write_whole
from accelgen.network.fields import whole
from accelgen.network.file import save
from accelgen.train.device import chosen_device, deterministic
from accelgen.train.export import export
from accelgen.train.goals import Classes, Goal, Weights, goal_of
from accelgen.train.loop import Epoch, LabelledImages, Trained, fit, scores_of
from accelgen.train.recipe import Recipe, load_recipe
from accelgen.train.recipe_tables import MOST_SEED
from accelgen.train.reference import FloatNet

__all__ = [
    "NETWORK_FILE",
    "REFERENCE_FILE",
    "Splits",
    "check_writable",
    "load_split",
    "load_splits",
    "train",
    "train_one",
    "write_json",
]

NETWORK_FILE = "network.safetensors"
REFERENCE_FILE = "reference.json"
#: Weights up to which one thread is the fastest.
ONE_THREAD = 1 << 17


@dataclass(frozen=True, slots=True, eq=False)
class Splits:
    """What to learn from, and what to choose the epoch by."""

    training: LabelledImages
    validation: LabelledImages


def train(
    recipe: Path | Recipe,
    data: Path | None = None,
    *,
    resume: bool = True,
    seed: int | None = None,
    out: Path | None = None,
    progress: bool = True,
    device: str | None = None,
) -> Path:
    """Train what a recipe says and write the result beside it.

    Parameters
    ----------
    recipe : Path or Recipe
        A ``recipe.toml`` or the folder of one, or a recipe that was read.
    data : Path, optional
        The folder that holds data sets.
    resume : bool
        Go on from the checkpoint of the same recipe and seed, if there is one.
    seed : int, optional
        Instead of the recipe's; 0 to 2**31 - 1.
    out : Path, optional
        Folder of the result and its ``checkpoints/``; the recipe's own by default.
    progress : bool
        Show a bar on the standard error stream.
    device : str, optional
        Instead of the recipe's.

    Returns
    -------
    Path
        ``network.safetensors``, or ``reference.json`` of a float recipe: its accuracy, or the measure of its
        task, on the validation images (by which its epoch was chosen) and on the test images (by which
        nothing was), and of numbers their RMSE on the test images too.

    Raises
    ------
    InvalidRecipe, InvalidOption, InvalidRequest, DataError
        If the recipe or the seed is wrong, a file cannot be read, a folder cannot be written, or the full
        training set is not at hand: all before the first epoch.
    """
    plan = recipe if isinstance(recipe, Recipe) else _read(Path(recipe))
    seed = plan.train.seed if seed is None else whole("seed", seed, 0, MOST_SEED, error=InvalidOption)
    out = plan.folder if out is None else Path(out)
    device = plan.train.device if device is None else device
    runs_on = chosen_device(device).type
    splits = load_splits(plan.data_set, data, plan.train.class_weights)
    checkpoints = out / "checkpoints"
    check_writable(out)  # now, not when an epoch has been spent
    trained = train_one(plan, splits, checkpoints, resume=resume, seed=seed, progress=progress, device=device)
    measure = MAIN[plan.data.task]
    facts: dict[str, str | int | float] = {
        **({"timesteps": plan.spiking.timesteps} if plan.spiking else {}),
        "recipe_sha256": plan.digest,
        "seed": seed,
        "data": plan.data_set.name,
        **_own_facts(plan, out),
        **({"classes": BETWEEN.join(names)} if (names := plan.data_set.classes) else {}),
        **({"data_name": splits.training.name} if splits.training.name else {}),
        "training_images": len(splits.training),
        "validation_images": len(splits.validation),
        f"validation_{measure}": round(trained.accuracy, 6),
        "epochs": plan.train.epochs,
        "best_epoch": trained.epoch,
        "torch": torch.__version__,
        **({"device": runs_on} if runs_on != "cpu" else {}),
        **({"precision": plan.train.precision} if plan.train.precision != "float32" else {}),
    }
    if isinstance(trained.net, FloatNet):
        facts |= _tested(plan, trained.net, splits.training.goal, data)
        return write_json(facts, out / REFERENCE_FILE)
    path = out / NETWORK_FILE
    held_out = splits.validation
    task = held_out.goal.task(scores_of(trained.net, held_out), held_out.labels, trained.net.unit)
    save(export(trained.net, plan.name, facts, task), path)
    return path


def _tested(plan: Recipe, net: FloatNet, goal: Goal, data: Path | None) -> dict[str, str | int | float]:
    """Return what a float network is worth on the whole test set, as integer models are measured.

    Of decisions that is AUC alone: a threshold is a whole number, and scores here are none.
    """
    data_set = plan.data_set
    images = _whole(data_set.load("test", data), data_set)
    test = _tensors(images, data_set, goal)
    scores, coding = scores_of(net, test), data_set.coding
    found: dict[str, float | None] = {}
    if task := goal.task(scores, test.labels, net.unit):
        unit = np.array(coding.scale) if coding and task.kind == "reconstruction" else 1.0
        right = wanted_of(images, task.kind, coding)
        found = measures(task, scores.numpy(), right, list(data_set.classes), unit).figures
    else:
        found = {"accuracy": goal.worth(scores, test.labels, net.unit)}
    kept = {name: found.get(name) for name in ("accuracy", "auc", "r2", "rmse")}
    measured = {f"test_{name}": round(value, 6) for name, value in kept.items() if value is not None}
    return {"test_data": test.name, "test_images": len(test), **measured}


def _own_facts(plan: Recipe, out: Path) -> dict[str, str | int | float]:
    """Return how data of one's own are found again from ``out``; nothing of those that have a name."""
    own = plan.data_set.own
    return data_facts(own, out, relative=not Path(plan.data.path).is_absolute()) if own else {}


def _read(path: Path) -> Recipe:
    return load_recipe(path / "recipe.toml" if path.is_dir() else path)


def train_one(
    plan: Recipe,
    splits: Splits,
    checkpoints: Path,
    *,
    resume: bool = True,
    seed: int | None = None,
    progress: bool = True,
    device: str | None = None,
) -> Trained:
    """Train a recipe, and return the module instead of writing it.

    A teacher that has not been trained yet is trained first.
    """
    seed = plan.train.seed if seed is None else seed
    check_writable(checkpoints)
    device = plan.train.device if device is None else device
    runs_on = chosen_device(device)
    teacher = _teacher(plan, splits, progress, device) if plan.train.distill else None
    with (
        _bar(plan, seed, splits.training.goal, progress) as on_epoch,
        _threads(plan),
        deterministic(runs_on),
    ):
        return fit(
            plan,
            seed,
            splits.training,
            splits.validation,
            checkpoints / f"seed{seed}.pt",
            teacher=teacher,
            resume=resume,
            on_epoch=on_epoch,
            device=runs_on,
        )


def load_splits(data_set: DataSet[Images], data: Path | None, weights: Weights = "") -> Splits:
    """Return the images of a data set to learn from and to choose by; see `load_split`.

    ``weights`` are those of classes, as a recipe has them.
    """
    learned, held_out = (_whole(images, data_set) for images in data_set.load_training(data))
    right = wanted_of(learned, data_set.task, data_set.coding)
    alike = data_set.coding is None or len(data_set.coding.scale) == 1
    goal = goal_of(data_set.task, right, data_set.classes, weights, alike=alike)
    return Splits(_tensors(learned, data_set, goal), _tensors(held_out, data_set, goal))


def load_split(
    data_set: DataSet[Images], split: Part, data: Path | None, goal: Goal | None = None
) -> LabelledImages:
    """Return the whole of a split of a data set as the tensors that training works on.

    Parameters
    ----------
    data_set, split, data
        What to read.
    goal : Goal, optional
        What was learned; classes by default.

    Raises
    ------
    DataError
        If the full set is not at hand: a sample will not do here.
    """
    return _tensors(_whole(data_set.load(split, data), data_set), data_set, goal or Classes())


def _whole(images: Images, data_set: DataSet[Images]) -> Images:
    if not images.full:
        raise DataError(
            f"training needs the full {data_set.title} set, and only the committed sample was found"
        )
    return images


def _tensors(images: Images, data_set: DataSet[Images], goal: Goal) -> LabelledImages:
    codes = data_set.coding.numbers(images.pixels) if data_set.coding else images.pixels
    pixels = torch.from_numpy(codes.reshape(-1, *data_set.shape).copy())
    wanted = goal.wanted(wanted_of(images, data_set.task, data_set.coding))
    return LabelledImages(pixels if data_set.colour else pixels[..., 0].float(), wanted, images.name, goal)


def _teacher(plan: Recipe, splits: Splits, progress: bool, device: str) -> FloatNet:
    name = plan.train.distill
    with at(f"{plan.folder / 'recipe.toml'}: [train]: distill"):
        teacher = load_recipe(plan.folder.parent / name / "recipe.toml")
        if teacher.train.arithmetic != "float":
            raise InvalidRecipe(f"must name a float recipe, and {name!r} is not one")
        if plan.train.start_from_teacher and teacher.topology != plan.topology:
            raise InvalidRecipe(f"{name!r} has another topology, and there is nothing to start from")
    # Always resumed: a finished teacher costs nothing, and every student gets the same one.
    folder = teacher.folder / "checkpoints"
    net = train_one(teacher, splits, folder, progress=progress, device=device).net
    if not isinstance(net, FloatNet):
        raise InvalidRecipe(f"{teacher.name}: became no float network, and only one can teach")
    return net


def check_writable(folder: Path) -> None:
    """Make ``folder`` if it is not there, and raise `InvalidRequest` unless files can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InvalidRequest(f"{folder}: cannot be written: {error.strerror}") from error


def write_json(facts: dict, path: Path) -> Path:
    """Write ``facts`` whole, or not at all, and return ``path``."""
    return write_whole(path, json.dumps(facts, indent=2, sort_keys=True) + "\n")


@contextmanager
def _threads(plan: Recipe) -> Iterator[None]:
    """Train small networks on data of one's own in one thread: more of them wait longer than they work.

    What has a name is trained as it always was: the order of sums may depend on the threads.
    """
    weights = sum(
        layer.outputs * layer.cut_from(shape) for layer, shape in zip(plan.layers, plan.shapes, strict=True)
    )
    threads = torch.get_num_threads()
    try:
        if plan.data_set.own and weights < ONE_THREAD and not plan.convolves:
            torch.set_num_threads(1)
        yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def _bar(plan: Recipe, seed: int, goal: Goal, show: bool) -> Iterator[Callable[[Epoch], None]]:
    """Show a bar while the block runs; what it yields moves the bar on by an epoch."""
    shown = "{task.fields[accuracy]:.2%}"
    if plan.data.task != "classes":
        shown = f"{goal.measure} {{task.fields[accuracy]:.4f}}"
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"loss {{task.fields[loss]:.3f}}  validation {shown}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr), disable=not show) as progress:
        task = progress.add_task(
            f"{plan.name} seed {seed}", total=plan.train.epochs, loss=float("nan"), accuracy=0.0
        )

        def on_epoch(epoch: Epoch) -> None:
            progress.update(task, completed=epoch.number + 1, loss=epoch.loss, accuracy=epoch.accuracy)

        yield on_epoch
