"""The recipe: everything that decides how a network is trained, in one TOML file.

A recipe is written by hand, so it is read strictly and kindly: nothing is coerced, an unknown key is an
error with a suggestion, and all errors of a file are reported together.
"""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from accelgen.data.saccades import TIMESTEPS as SACCADE_TIMESTEPS
from accelgen.errors import InvalidRecipe, InvalidRequest, at
from accelgen.train.choices import INPUTS, Augmentation, DataChoice, LayerChoice, Schedule, SpikingChoice

__all__ = ["Recipe", "checked", "load_recipe", "recipe_of"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A checked recipe.

    Attributes
    ----------
    name : str
        The folder of the recipe, and the name of the network.
    data, augment, train : DataChoice, Augmentation, Schedule
        The tables of the file.
    layers : tuple of LayerChoice
        At least one.
    digest : str
        SHA-256 of the file, in hex.
    spiking : SpikingChoice or None
        None for a dense network.
    """

    name: str
    data: DataChoice
    augment: Augmentation
    train: Schedule
    layers: tuple[LayerChoice, ...]
    digest: str = ""
    spiking: SpikingChoice | None = None

    @property
    def inputs(self) -> int:
        """Inputs of the first layer."""
        return INPUTS[self.data.set]


def load_recipe(path: Path) -> Recipe:
    """Read and check a recipe.

    Raises
    ------
    InvalidRequest
        If the file is not there or cannot be read.
    InvalidRecipe
        If anything in it is wrong; the message names the file and every problem in it.
    """
    path = Path(path)
    with at(path):
        try:
            raw = path.read_bytes()
        except FileNotFoundError as error:
            raise InvalidRequest("there is no such recipe") from error
        except OSError as error:
            raise InvalidRequest(f"cannot be read: {error.strerror}") from error
        try:
            table = tomllib.loads(raw.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidRecipe(f"is not TOML: {error}") from error
        return recipe_of(path.resolve().parent.name, table, hashlib.sha256(raw).hexdigest())


def recipe_of(name: str, table: dict[str, Any], digest: str) -> Recipe:
    """Return the recipe of the tables of a file, or raise `InvalidRecipe` with every problem in them."""
    problems = _unknown("", table, ["data", "augment", "train", "spiking", "layer"])
    data, augment, train = (
        _group(kind, key, table.get(key, {}), problems)
        for key, kind in (("data", DataChoice), ("augment", Augmentation), ("train", Schedule))
    )
    spiking = _group(SpikingChoice, "spiking", table["spiking"], problems) if "spiking" in table else None
    entries = table.get("layer", [])
    if not isinstance(entries, list) or not entries:
        problems.append("[[layer]]: there must be at least one")
        entries = []
    layers = [_group(LayerChoice, f"layer.{n}", entry, problems) for n, entry in enumerate(entries)]
    if problems:
        raise InvalidRecipe("; ".join(problems))
    return checked(Recipe(name, data, augment, train, tuple(layers), digest, spiking))


def checked(recipe: Recipe) -> Recipe:
    """Return ``recipe`` if its tables fit together.

    Raises
    ------
    InvalidRecipe
        If they do not; the message names every misfit.
    """
    if problems := _misfits(recipe):
        raise InvalidRecipe("; ".join(problems))
    return recipe


def _misfits(recipe: Recipe) -> list[str]:
    found, entering = [], recipe.inputs
    for number, layer in enumerate(recipe.layers):
        columns = layer.columns(entering)
        if columns % layer.compression:
            found.append(
                f"[layer.{number}]: compression {layer.compression} cannot be met exactly: "
                f"{entering} inputs make {columns} blocks of {layer.block_in}"
            )
        entering = layer.outputs
    learned = any(layer.mask == "learned" for layer in recipe.layers)
    if learned and recipe.train.mask_epochs >= recipe.train.epochs:
        found.append(f"[train]: mask_epochs: must be below epochs, not {recipe.train.mask_epochs}")
    if recipe.train.arithmetic == "float" and recipe.train.distill:
        found.append("[train]: distill: a float recipe teaches and is not taught")
    if recipe.train.activity and (recipe.spiking or recipe.train.arithmetic == "float"):
        found.append("[train]: activity: only of dense integer networks; [spiking] has its own")
    return found + _spiking_misfits(recipe)


def _spiking_misfits(recipe: Recipe) -> list[str]:
    spiking, events = recipe.spiking, recipe.data.set == "saccades"
    if spiking is None:
        return ["[data]: set: events need a [spiking] table"] if events else []
    found = []
    if recipe.train.arithmetic == "float":
        found.append("[spiking]: a float recipe has no neurons that spike")
    if events and spiking.timesteps != SACCADE_TIMESTEPS:
        found.append(f"[spiking]: timesteps: the saccades take {SACCADE_TIMESTEPS}, not {spiking.timesteps}")
    if not spiking.continuous and (spiking.leak or spiking.reset != "subtract"):
        found.append(
            "[spiking]: leak and reset: discontinuous integration leaves nothing to leak or to reset"
        )
    return found


def _group(kind: type, place: str, entry: Any, problems: list[str]) -> Any:
    """Make a ``kind`` from a TOML table, adding to ``problems``; None if there were any."""
    if not isinstance(entry, dict):
        problems.append(f"[{place}]: must be a table")
        return None
    names = [field.name for field in fields(kind)]
    found = _unknown(f"[{place}]: ", entry, names)
    needed = [field.name for field in fields(kind) if field.default is MISSING]
    missing = [name for name in needed if name not in entry]
    found += [f"[{place}]: {name}: is missing" for name in missing]
    if not missing:
        made = kind(**{key: value for key, value in entry.items() if key in names})
        found += [f"[{place}]: {problem}" for problem in made.problems()]
    problems += found
    return None if found else made


def _unknown(place: str, entry: dict, names: list[str]) -> list[str]:
    found = []
    for key in entry:
        if key not in names:
            close = difflib.get_close_matches(key, names, 1)
            found.append(f"{place}unknown key {key!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
    return found
