"""The points of a sweep: a whole recipe, options of the hardware, and a seed, each with its digest."""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import dataclass, fields
from typing import Any

from accelgen.errors import AccelgenError, InvalidOption, InvalidRecipe, InvalidSweep
from accelgen.explore.axes import Value, applied, shown
from accelgen.explore.sweep import Range, Sweep
from accelgen.network.network import Kind
from accelgen.rtl.datapath import Datapath, check_options
from accelgen.train.recipe import recipe_of

__all__ = ["Point", "grid", "point"]

DIGITS = 12
SHOWN_MISFITS = 3


@dataclass(frozen=True, slots=True)
class Point:
    """One network to train and one way to build it.

    Attributes
    ----------
    choices : dict
        The values of the axes.
    recipe : dict
        The tables of the recipe, without the seed.
    hardware : dict
        Options of `Datapath`.
    seed : int
        Seed of the training.
    training : str
        Digest of the recipe: points that differ only in hardware share it, and are trained once.
    digest : str
        Digest of recipe, hardware and what is measured: what names a point, with its seed, in a results file.
    """

    choices: dict[str, Value]
    recipe: dict[str, Any]
    hardware: dict[str, Any]
    seed: int
    training: str
    digest: str

    @property
    def key(self) -> tuple[str, int]:
        """What identifies the point among others: its digest and its seed."""
        return self.digest, self.seed

    def columns(self) -> dict[str, bool | int | float | str]:
        """Return the columns of a row that are known before anything is measured."""
        named: dict[str, bool | int | float | str] = {"point": self.digest, "seed": self.seed}
        return named | {k: shown(v) for k, v in self.choices.items()}

    def __str__(self) -> str:
        named = ", ".join(f"{name.replace('_', ' ')} {shown(v)}" for name, v in self.choices.items())
        return f"{named}, seed {self.seed}"


def point(sweep: Sweep, choices: dict[str, Value], seed: int) -> Point:
    """Return the point of some choices.

    Raises
    ------
    InvalidRecipe, InvalidOption
        If no recipe, or no hardware, can be so.
    """
    recipe, hardware = applied(sweep.recipe, sweep.hardware, choices)
    data_set = recipe_of("point", recipe, "", sweep.folder).data_set
    if data_set.task != "classes":
        raise InvalidRecipe(f"[data]: task: a sweep compares accuracies, and {data_set.task} has none")
    own = data_set.own
    _check_hardware(hardware, recipe)
    measured = {field.name: getattr(sweep.measure, field.name) for field in fields(sweep.measure)}
    # Data of one's own may change, and what was measured on others does not count then.
    learned = recipe | {"data_sha256": own.digest} if own else recipe
    digest = _digest({"recipe": learned, "hardware": hardware, "measure": measured})
    return Point(dict(choices), recipe, hardware, seed, _digest(learned), digest)


def grid(sweep: Sweep) -> tuple[list[Point], int]:
    """Return all combinations of a sweep's axes with each seed, and how many were left out.

    Raises
    ------
    InvalidSweep
        If some combinations are impossible and the sweep does not say to skip them, or if all are.
    """
    names, axes = list(sweep.axes), []
    for name, axis in sweep.axes.items():
        if isinstance(axis, Range):
            raise InvalidSweep(f"[axes]: {name}: a range needs a [search]; a grid needs a list of values")
        axes.append(axis)
    combinations = [dict(zip(names, values, strict=True)) for values in itertools.product(*axes)]
    points, misfits = [], []
    for choices in combinations:
        try:
            points.append([point(sweep, choices, seed) for seed in sweep.seeds])
        except AccelgenError as error:
            misfits.append((choices, error))
    if misfits and (not points or not sweep.skip_misfits):
        raise InvalidSweep(_refusal(misfits, len(combinations)))
    # Seed by seed, so that a sweep that is stopped half-way has all of its grid at least once.
    return [points[n][seed] for seed in range(len(sweep.seeds)) for n in range(len(points))], len(misfits)


def _refusal(misfits: list[tuple[dict, AccelgenError]], total: int) -> str:
    lines = [
        f"{', '.join(f'{name} {shown(value)}' for name, value in choices.items())}: {error}"
        for choices, error in misfits[:SHOWN_MISFITS]
    ]
    more = len(misfits) - len(lines)
    told = "; ".join(lines) + (f"; and {more} more" if more else "")
    way_out = " (skip_misfits in [sweep] leaves them out)" if len(misfits) < total else ""
    return f"{len(misfits)} of {total} combinations are impossible{way_out}: {told}"


def _check_hardware(hardware: dict[str, Any], recipe: dict[str, Any]) -> None:
    """Raise `InvalidOption` for what would otherwise be found out only after hours of training."""
    known = [field.name for field in fields(Datapath)]
    unknown = [name for name in hardware if name not in known]
    if unknown:
        raise InvalidOption(f"[hardware]: unknown key {unknown[0]!r}; there are {', '.join(known)}")
    kind: Kind = "convolutional" if any(layer.get("kind") == "conv" for layer in recipe["layer"]) else "dense"
    kind = "spiking" if "spiking" in recipe else kind
    check_options(Datapath(**hardware), "the network of this recipe", kind)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
