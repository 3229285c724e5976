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

from accelgen.data.saccades import SACCADES
from accelgen.data.saccades import TIMESTEPS as SACCADE_TIMESTEPS
from accelgen.errors import InvalidRecipe, InvalidRequest, at
from accelgen.network.spiking import MAX_LEAK, MAX_TIMESTEPS

__all__ = [
    "Augmentation",
    "DataChoice",
    "LayerChoice",
    "Recipe",
    "Schedule",
    "SpikingChoice",
    "checked",
    "load_recipe",
]

#: Inputs of the first layer, by data set.
INPUTS = {"mnist": 784, "saccades": SACCADES.inputs}


@dataclass(frozen=True, slots=True)
class DataChoice:
    """What is learned from.

    Attributes
    ----------
    set : "mnist" or "saccades"
        The data set: images, or the events of `accelgen.data.saccades`.
    pixel_bits : int
        Bits of a pixel that enters the network, 1 to 8. Events have none.
    """

    set: str = "mnist"
    pixel_bits: int = 8

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [*_choice("set", self.set, tuple(INPUTS)), *_whole("pixel_bits", self.pixel_bits, 1, 8)]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Half-widths of the random distortions; all zero means none.

    Attributes
    ----------
    rotation : float
        Degrees, 0 to 45.
    shift : float
        Pixels, in x and in y, 0 to 8.
    scale : float
        Change of size, in x and in y, 0 to 0.5.
    shear : float
        Horizontal pixels per vertical pixel, 0 to 0.5.
    """

    rotation: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    shear: float = 0.0

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [
            *_number("rotation", self.rotation, 0, 45),
            *_number("shift", self.shift, 0, 8),
            *_number("scale", self.scale, 0, 0.5),
            *_number("shear", self.shear, 0, 0.5),
        ]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how hard.

    Attributes
    ----------
    arithmetic : "integer" or "float"
        The integer arithmetic of the hardware, or plain float32 (a reference and a teacher).
    epochs, batch : int
        Passes over the training data; images of a step.
    learning_rate : float
        Of the first epoch, falling to zero as half a cosine. For integer arithmetic its unit is one
        weight step.
    settle : float
        Share of the epochs, at the end, with the means frozen: from then on training computes exactly
        what is exported.
    mask_epochs : int
        Epochs before a learned mask is cut. The layers are dense until then.
    label_smoothing : float
        Probability moved from the label to all classes, 0 to 0.5.
    distill : str
        Name of the float recipe beside this one that teaches, or "" for none.
    distill_weight : float
        Share of the loss that comes from the teacher, 0 to 1.
    seed : int
        Source of every random draw.
    """

    arithmetic: str = "integer"
    epochs: int = 30
    batch: int = 128
    learning_rate: float = 0.02
    settle: float = 0.3
    mask_epochs: int = 5
    label_smoothing: float = 0.0
    distill: str = ""
    distill_weight: float = 0.5
    seed: int = 0

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        found = [
            *_choice("arithmetic", self.arithmetic, ("integer", "float")),
            *_whole("epochs", self.epochs, 1, 10_000),
            *_whole("batch", self.batch, 2, 60_000),
            *_number("learning_rate", self.learning_rate, 1e-6, 1),
            *_number("settle", self.settle, 0, 1),
            *_whole("mask_epochs", self.mask_epochs, 1, 10_000),
            *_number("label_smoothing", self.label_smoothing, 0, 0.5),
            *_number("distill_weight", self.distill_weight, 0, 1),
            *_whole("seed", self.seed, 0, 2**31 - 1),
        ]
        if not isinstance(self.distill, str):
            found.append(f"distill: must be the name of a recipe, not {self.distill!r}")
        return found


@dataclass(frozen=True, slots=True)
class SpikingChoice:
    """How the neurons of a spiking network integrate, and what is shown to them.

    Attributes
    ----------
    integration : "discontinuous" or "continuous"
        Whether a membrane lives for one timestep or for all; see `accelgen.network.spiking`.
    timesteps : int
        Timesteps to train for, 1 to 16. The hardware takes any number.
    readout : "membrane" or "count"
        What the last layer adds up over the timesteps: its currents, or its spikes.
    encoder : "dither" or "lfsr"
        How pixels become spikes; see `accelgen.network.encoding.RateInput`.
    leak : int
        Shift of the leak, 0 (none) to 15; of continuous integration.
    reset : "subtract" or "zero"
        What a spike does to the membrane; of continuous integration.
    activity : float
        Weight in the loss of the firing rate, summed over the hidden layers, 0 to 10.
    """

    integration: str = "continuous"
    timesteps: int = 4
    readout: str = "membrane"
    encoder: str = "dither"
    leak: int = 0
    reset: str = "subtract"
    activity: float = 0.0

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [
            *_choice("integration", self.integration, ("discontinuous", "continuous")),
            *_whole("timesteps", self.timesteps, 1, MAX_TIMESTEPS),
            *_choice("readout", self.readout, ("membrane", "count")),
            *_choice("encoder", self.encoder, ("dither", "lfsr")),
            *_whole("leak", self.leak, 0, MAX_LEAK),
            *_choice("reset", self.reset, ("subtract", "zero")),
            *_number("activity", self.activity, 0, 10),
        ]

    @property
    def continuous(self) -> bool:
        """The membranes live on from one timestep to the next."""
        return self.integration == "continuous"


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """One fully connected layer.

    Attributes
    ----------
    outputs : int
        Activations, or scores, that leave.
    weight_bits, activation_bits : int
        1 to 4, and 1 to 8. The last layer gives scores, and its ``activation_bits`` mean nothing; nor do
        those of spiking layers, whose neurons give one.
    compression : int
        Blocks over kept blocks: 1, 2, 4, 8 or 16. It must be met exactly.
    block_out, block_in : int
        Shape of a block.
    mask : "fixed" or "learned"
        Kept blocks dealt before training, or the strongest after ``mask_epochs``.
    """

    outputs: int
    weight_bits: int = 3
    activation_bits: int = 3
    compression: int = 1
    block_out: int = 16
    block_in: int = 16
    mask: str = "fixed"

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        return [
            *_whole("outputs", self.outputs, 1, 1 << 16),
            *_whole("weight_bits", self.weight_bits, 1, 4),
            *_whole("activation_bits", self.activation_bits, 1, 8),
            *_choice("compression", self.compression, (1, 2, 4, 8, 16)),
            *_whole("block_out", self.block_out, 1, 1 << 12),
            *_whole("block_in", self.block_in, 1, 1 << 12),
            *_choice("mask", self.mask, ("fixed", "learned")),
        ]

    def columns(self, inputs: int) -> int:
        """Return the input blocks of a layer with ``inputs`` inputs."""
        return -(-inputs // self.block_in)


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
        return _recipe(path.resolve().parent.name, table, hashlib.sha256(raw).hexdigest())


def _recipe(name: str, table: dict[str, Any], digest: str) -> Recipe:
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


def _whole(name: str, value: Any, low: int, high: int) -> list[str]:
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return []
    return [f"{name}: must be an integer of {low} to {high}, not {value!r}"]


def _number(name: str, value: Any, low: float, high: float) -> list[str]:
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return []
    return [f"{name}: must be a number of {low} to {high}, not {value!r}"]


def _choice(name: str, value: Any, allowed: tuple) -> list[str]:
    if not isinstance(value, bool) and value in allowed:
        return []
    listed = ", ".join(map(repr, allowed[:-1])) + " or " * (len(allowed) > 1) + repr(allowed[-1])
    return [f"{name}: must be {listed}, not {value!r}"]
