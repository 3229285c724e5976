"""Where the time of a training goes, by part; `bench.training` prints it with ``--profile``."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import torch

from accelgen.train import loop
from accelgen.train.adam import Adam
from accelgen.train.loop import LabelledImages, fit
from accelgen.train.nets import IntegerNet
from accelgen.train.recipe import load_recipe
from accelgen.train.reference import FloatNet, build_float
from accelgen.train.run import load_splits
from accelgen.train.teacher import Teacher

__all__ = ["PARTS", "parts", "text"]

#: What each part is called, and where its function stands. One that another calls is counted with that one.
PARTS: list[tuple[str, Any, str]] = [
    ("augmentation", loop, "augment"),
    ("teacher", Teacher, "softened"),
    ("inputs", IntegerNet, "encode"),
    ("inputs", FloatNet, "encode"),
    ("forward", IntegerNet, "forward"),
    ("forward", FloatNet, "forward"),
    ("distance to the teacher", loop, "_distance"),
    ("backward", torch.Tensor, "backward"),
    ("Adam", Adam, "step"),
    ("range of weights", IntegerNet, "keep_in_range"),
    ("validation", loop, "accuracy"),
    ("checkpoint", loop, "save_checkpoint"),
]
REST = "loss, samples and all else"


def parts(recipe: Path, data: Path | None, images: int, epochs: int, threads: int) -> dict[str, float]:
    """Train, and return processor seconds of each part in the shortest epoch but the first, longest first.

    Parameters
    ----------
    recipe : Path
        Folder of a recipe.
    data : Path or None
        Folder that holds data sets.
    images, epochs, threads : int
        Training images of an epoch, epochs of at least 2, and threads of torch. A teacher is not trained.
    """
    torch.set_num_threads(threads)
    plan = load_recipe(recipe / "recipe.toml")
    splits = load_splits(plan.data_set, data)
    training, validation = (
        LabelledImages(of.images[:images], of.labels[:images], of.name, of.goal)
        for of in (splits.training, splits.validation)
    )
    teacher = None
    if plan.train.distill:
        teacher = build_float(load_recipe(plan.folder.parent / plan.train.distill / "recipe.toml"), 0).eval()
    plan = replace(plan, train=replace(plan.train, epochs=epochs, mask_epochs=1))
    found: list[Counter] = []
    with _timed() as spent, tempfile.TemporaryDirectory() as folder:
        began = time.process_time()

        def on_epoch(_: loop.Epoch) -> None:
            nonlocal began
            whole = time.process_time() - began
            found.append(Counter(spent) + Counter({REST: whole - sum(spent.values())}))
            spent.clear()
            began = time.process_time()

        checkpoint = Path(folder) / "run.pt"
        fit(plan, 0, training, validation, checkpoint, teacher=teacher, on_epoch=on_epoch)
    return dict(min(found[1:], key=lambda each: sum(each.values())).most_common())


def text(found: dict[str, float]) -> str:
    """Return a table of what `parts` has found."""
    whole = sum(found.values())
    lines = ["| part | seconds of an epoch | share |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {seconds:.3f} | {seconds / whole:.0%} |" for name, seconds in found.items()]
    return "\n".join([*lines, f"| all | {whole:.3f} | 100% |"])


@contextmanager
def _timed() -> Iterator[Counter]:
    """Add up the processor seconds of each part while the block runs."""
    spent: Counter = Counter()
    inside: list[str] = []
    before = [(owner, name, vars(owner).get(name)) for _, owner, name in PARTS]

    def timed(part: str, function: Callable) -> Callable:
        @wraps(function)
        def run(*arguments: Any, **named: Any) -> Any:
            if inside:
                return function(*arguments, **named)
            inside.append(part)
            began = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                spent[part] += time.process_time() - began
                inside.clear()

        return run

    try:
        for part, owner, name in PARTS:
            setattr(owner, name, timed(part, getattr(owner, name)))
        yield spent
    finally:
        for owner, name, function in before:
            if function is None:
                delattr(owner, name)  # it was inherited
            else:
                setattr(owner, name, function)
