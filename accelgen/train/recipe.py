"""The recipe: everything that decides how a network is trained, in one TOML file.

A recipe is written by hand, so it is checked strictly, with helpful messages: nothing is coerced, an unknown
key is an error with a suggestion, and all errors of a file are reported together.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from accelgen.data import DataSet, Images, data_set
from accelgen.data.folds import folded
from accelgen.data.log_mel import FrontEnd
from accelgen.data.own import read_own
from accelgen.data.ranges import CodesChoice
from accelgen.errors import InvalidNetwork, InvalidRecipe, InvalidRequest, at
from accelgen.network.names import check_name
from accelgen.reading import from_toml, read_bytes, text_of
from accelgen.toml_checks import group, one_of, unknown
from accelgen.train.recipe_layers import KINDS, NO_IMAGE, LayerChoice
from accelgen.train.recipe_tables import Augmentation, DataChoice, Schedule, SpikingChoice

__all__ = ["Recipe", "checked", "load_recipe", "recipe_of"]

#: What the outputs of the last layer are, by task.
ONE_FOR_EACH = {
    "classes": "one for each class of {}",
    "labels": "one for each label of {}",
    "regression": "one for each output of {}",
    "reconstruction": "one for each value of {}",
    "threshold": "which a threshold cuts, for {}",
}


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
        At least one; convolutions come before dense ones.
    digest : str
        SHA-256 of the file, in hex.
    spiking : SpikingChoice or None
        None for a dense network.
    folder : Path
        Where it is; the recipes of others, its teacher's among them, are in folders beside it.
    codes : CodesChoice
        How features become integers.
    frontend : FrontEnd or None
        What makes features of WAV files; None for what ``data.toml`` says.
    fold : (int, int) or None
        Which of how many folds of data of one's own is tested with, instead of their test set; see `folded`.
    """

    name: str
    data: DataChoice
    augment: Augmentation
    train: Schedule
    layers: tuple[LayerChoice, ...]
    digest: str = ""
    spiking: SpikingChoice | None = None
    folder: Path = Path()
    codes: CodesChoice = CodesChoice()
    frontend: FrontEnd | None = None
    fold: tuple[int, int] | None = None

    @property
    def data_set(self) -> DataSet[Images]:
        """What is learned from; data of one's own are read, unless they have not changed since."""
        if not self.data.path:
            return data_set(self.data.set).for_task(self.data.task)
        own = read_own(self.folder / self.data.path, replace(self.data.reading, frontend=self.frontend))
        if self.fold:
            own = folded(own, *self.fold)
        return own.data_set(own.coding(self.codes, self.data.pixel_bits))

    @property
    def inputs(self) -> int:
        """Inputs of the first layer."""
        return math.prod(self.data_set.entering)

    @property
    def topology(self) -> tuple:
        """What recipes of the same network share: what enters, and its layers without bits and blocks."""
        shape = ("outputs", "kernel", "stride", "padding", "pool")
        own = self.data_set.own
        entering = own.digest if own else self.data.set
        return entering, *(tuple(getattr(layer, name, None) for name in shape) for layer in self.layers)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """What enters each layer: (height, width, channels), or a number of inputs."""
        shapes = [self.data_set.entering]
        for layer in self.layers[:-1]:
            shapes.append(layer.leaving(shapes[-1]))
        return shapes

    @property
    def convolves(self) -> bool:
        """It has convolutions."""
        return self.layers[0].convolves


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
        if not path.exists():
            raise InvalidRequest("there is no such recipe")
        raw = read_bytes(path, InvalidRequest)
        table = from_toml(text_of(raw, InvalidRecipe), InvalidRecipe)
        name = path.resolve().parent.name
        return recipe_of(name, table, hashlib.sha256(raw).hexdigest(), path.parent)


def recipe_of(name: str, table: dict[str, Any], digest: str, folder: Path = Path()) -> Recipe:
    """Return the recipe of the tables of a file in ``folder``.

    Raises
    ------
    InvalidRecipe
        If anything is wrong; the message names every problem in them.
    DataError
        If data of one's own are not there, or not as they must be.
    """
    problems = unknown("", table, ["data", "frontend", "codes", "augment", "train", "spiking", "layer"])
    tables = {"data": DataChoice, "codes": CodesChoice, "augment": Augmentation, "train": Schedule}
    data, codes, augment, train = (
        group(kind, key, table.get(key, {}), problems) for key, kind in tables.items()
    )
    if data and {"set", "path"} <= table.get("data", {}).keys():
        problems.append("[data]: set and path: there can be one of them only")
    spiking = group(SpikingChoice, "spiking", table["spiking"], problems) if "spiking" in table else None
    front = group(FrontEnd, "frontend", table["frontend"], problems) if "frontend" in table else None
    if "frontend" in table and data and not data.path:
        problems.append("[frontend]: is of data of one's own: path in [data] is missing")
    entries = table.get("layer", [])
    if not isinstance(entries, list) or not entries:
        problems.append("[[layer]]: there must be at least one")
        entries = []
    layers = [_layer(f"layer.{n}", entry, problems) for n, entry in enumerate(entries)]
    if train is None or train.arithmetic == "integer":  # a float reference becomes no network
        problems += _name_problems(name)
    if problems:
        raise InvalidRecipe("; ".join(problems))
    chain = tuple(layer for layer in layers if layer)  # all of them: none has a problem
    return checked(Recipe(name, data, augment, train, chain, digest, spiking, folder, codes, front))


def _name_problems(name: str) -> list[str]:
    """Return why the folder's name cannot be the network's, which needs the name after the last epoch."""
    try:
        check_name(name)
    except InvalidNetwork as error:
        return [f"its folder gives the network its {error}"]
    return []


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
    problems = _chain_misfits(recipe)
    learned = any(layer.mask == "learned" for layer in recipe.layers)
    if learned and not recipe.train.start_from_teacher and recipe.train.mask_epochs >= recipe.train.epochs:
        problems.append(f"[train]: mask_epochs: must be below epochs, not {recipe.train.mask_epochs}")
    if recipe.train.arithmetic == "float" and recipe.train.distill:
        problems.append("[train]: distill: a float recipe teaches and is not taught")
    if recipe.train.start_from_teacher and (not recipe.train.distill or recipe.spiking):
        problems.append(
            "[train]: start_from_teacher: needs a teacher (distill), and a network that does not spike"
        )
    if recipe.train.activity and (recipe.spiking or recipe.train.arithmetic == "float"):
        problems.append("[train]: activity: only of dense integer networks; [spiking] has its own")
    data = recipe.data_set
    problems += _task_misfits(recipe)
    if recipe.codes != CodesChoice() and data.coding is None:
        problems.append(
            f"[codes]: only of features, and {recipe.data.name} is of pixels, which enter as they are"
        )
    if data.coding:
        return problems + _series_misfits(recipe, data) + _spiking_misfits(recipe)
    if recipe.augment.noise:
        problems.append(
            f"[augment]: noise: only of series of features, and {recipe.data.name} is of pictures"
        )
    colour = data.colour
    if colour and recipe.augment.distorts:
        problems.append(f"[augment]: only crop and mirror are for {recipe.data.name}")
    if not colour and (recipe.augment.crop or recipe.augment.mirror):
        problems.append(f"[augment]: crop and mirror are not for {recipe.data.name}")
    return problems + _spiking_misfits(recipe)


def _series_misfits(recipe: Recipe, data: DataSet[Images]) -> list[str]:
    """Return what cannot be done to features: to those of a table nothing can."""
    if data.own and data.own.table:
        if recipe.augment == Augmentation():
            return []
        return [f"[augment]: a table has none, and {recipe.data.name} is one: each feature says what it says"]
    others = replace(recipe.augment, shift=0.0, scale=0.0, noise=0.0)
    if others != Augmentation():
        return [f"[augment]: only shift, scale and noise are for {recipe.data.name}, which is of features"]
    return []


def _task_misfits(recipe: Recipe) -> list[str]:
    """Return what does not go with what is learned."""
    task, train, problems = recipe.data.task, recipe.train, []
    if train.class_weights and task in ("regression", "reconstruction"):
        problems.append(f"[train]: class_weights: a {task} has no classes")
    if task == "classes":
        return problems
    if recipe.spiking:
        problems.append(f"[data]: task: neurons that spike have classes, and no {task}")
    if train.distill:
        problems.append(f"[train]: distill: teachers are for classes, and not for {task}")
    if train.label_smoothing and task in ("regression", "reconstruction"):
        problems.append(f"[train]: label_smoothing: a {task} has no labels")
    return problems


def _chain_misfits(recipe: Recipe) -> list[str]:
    """Return what keeps each layer from taking what the one before it gives."""
    problems: list[str] = []
    before: LayerChoice | None = None
    shape = recipe.data_set.entering
    for number, layer in enumerate(recipe.layers):
        place, conv = f"[layer.{number}]", layer.convolves
        if conv and len(shape) != 3:
            return [*problems, f"{place}: {NO_IMAGE}"]
        entering = layer.cut_from(shape)
        columns = layer.columns(entering)
        if columns % layer.compression:
            problems.append(
                f"{place}: compression {layer.compression} cannot be met exactly: "
                f"{entering} {'channels' if conv else 'inputs'} make {columns} blocks of {layer.block_in}"
            )
        # The first convolution, and the dense layer after the last one, take pixels in whole blocks.
        pixels = before is None if conv else before is not None and before.convolves
        if pixels and recipe.train.arithmetic == "integer" and shape[-1] % layer.block_in:
            problems.append(
                f"{place}: block_in: {layer.block_in} does not divide the {shape[-1]} channels of a pixel"
            )
        if conv and number == len(recipe.layers) - 1:
            problems.append(f"{place}: kind: the last layer must be dense")
        try:
            shape, before = layer.leaving(shape), layer
        except InvalidRecipe as error:
            return [*problems, f"{place}: {error}"]
    if (outputs := recipe.layers[-1].outputs) != (wanted := recipe.data_set.outputs):
        each = ONE_FOR_EACH[recipe.data.task].format(recipe.data.name)
        problems.append(f"{place}: outputs: the last layer must have {wanted}, {each}, not {outputs}")
    return problems


def _spiking_misfits(recipe: Recipe) -> list[str]:
    spiking, events, timesteps = recipe.spiking, recipe.data_set.events, recipe.data_set.timesteps
    if spiking is None:
        return ["[data]: set: events need a [spiking] table"] if events else []
    problems = []
    if recipe.codes.signed:
        problems.append("[codes]: signed: must be false: spikes stand for codes of 0 to 255")
    if recipe.convolves:
        problems.append("[spiking]: there are no convolutions of neurons that spike")
    if recipe.train.arithmetic == "float":
        problems.append("[spiking]: a float recipe has no neurons that spike")
    if events and spiking.timesteps != timesteps:
        problems.append(
            f"[spiking]: timesteps: the {recipe.data.name} take {timesteps}, not {spiking.timesteps}"
        )
    if not spiking.continuous and (spiking.leak or spiking.reset != "subtract"):
        problems.append(
            "[spiking]: leak and reset: discontinuous integration leaves nothing to leak or to reset"
        )
    return problems


def _layer(place: str, entry: Any, problems: list[str]) -> LayerChoice | None:
    """Make the layer that a TOML table describes, as `group` does."""
    if not isinstance(entry, dict):
        return group(LayerChoice, place, entry, problems)
    name = entry.get("kind", "dense")
    wrong = one_of("kind", name, tuple(KINDS))
    problems += [f"[{place}]: {problem}" for problem in wrong]
    rest = {key: value for key, value in entry.items() if key != "kind"}
    if wrong:
        # Even where the kind is not known, the fields that every kind has can be checked.
        shared = {field.name for field in fields(LayerChoice)}
        group(LayerChoice, place, {key: value for key, value in rest.items() if key in shared}, problems)
        return None
    return group(KINDS[name], place, rest, problems)
