"""What a sweep may vary: names, and where each goes in a recipe or in the options of the hardware."""

from __future__ import annotations

import copy
from dataclasses import fields
from typing import Any

from accelgen.errors import InvalidSweep, suggest
from accelgen.rtl.datapath import Datapath
from accelgen.train.recipe_layers import LayerChoice
from accelgen.train.recipe_tables import Schedule, SpikingChoice

__all__ = ["WIDTHS", "Value", "applied", "check_axis", "shown"]

Value = bool | int | float | str | list

#: The axis whose values are lists: outputs of the hidden layers.
WIDTHS = "widths"

#: Fields of every layer; all others of `LayerChoice` are those of hidden layers alone.
EVERY_LAYER = ("weight_bits",)


def _names(kind: type, *without: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in without)


#: Where a name goes, in the order in which places are asked for it.
PLACES = {
    "layer": _names(LayerChoice, "outputs"),
    "data": ("pixel_bits",),  # points of other data, or of another split, could not be compared
    "spiking": _names(SpikingChoice),
    "train": _names(Schedule, "seed", "arithmetic", "distill", "distill_weight", "start_from_teacher"),
    "hardware": _names(Datapath),
}


def check_axis(name: str, *, spiking: bool) -> None:
    """Raise `InvalidSweep` unless ``name`` can be varied, in a recipe that spikes or not."""
    if name == WIDTHS or _place(name, spiking=spiking):
        return
    if _place(name, spiking=True):
        raise InvalidSweep(f"[axes]: {name}: needs a recipe with a [spiking] table")
    known = [WIDTHS, *dict.fromkeys(name for names in PLACES.values() for name in names)]
    hint = suggest(name, known) or f"there are {', '.join(known)}"
    raise InvalidSweep(f"[axes]: unknown axis {name!r}; {hint}")


def _place(name: str, *, spiking: bool) -> str | None:
    return next((p for p, names in PLACES.items() if name in names and (spiking or p != "spiking")), None)


def applied(recipe: dict[str, Any], hardware: dict[str, Any], choices: dict[str, Value]) -> tuple[dict, dict]:
    """Return a recipe's tables and the options of the hardware with ``choices`` in their places.

    ``weight_bits`` is that of all layers; ``compression``, blocks, masks and ``activation_bits`` are those of
    the hidden ones: the few weights that give the scores stay as the recipe says. With more ``widths`` than
    the recipe has hidden layers, the last of these is repeated.

    Raises
    ------
    InvalidSweep
        If ``widths`` is no list.
    """
    recipe, hardware = copy.deepcopy(recipe), dict(hardware)
    layers = recipe["layer"]
    if WIDTHS in choices:
        widths = choices[WIDTHS]
        if not isinstance(widths, list):
            raise InvalidSweep(f"[axes]: {WIDTHS}: must be lists of outputs, not {widths!r}")
        hidden, last = layers[:-1], layers[-1]
        templates = hidden + hidden[-1:] * len(widths)
        pairs = zip(templates, widths, strict=False)
        layers = [template | {"outputs": outputs} for template, outputs in pairs] + [last]
    for name, value in choices.items():
        match None if name == WIDTHS else _place(name, spiking="spiking" in recipe):
            case "layer":
                count = len(layers) - (name not in EVERY_LAYER)
                layers = [layer | {name: value} for layer in layers[:count]] + layers[count:]
            case "hardware":
                hardware[name] = value
            case str(place):
                recipe[place] = recipe.get(place, {}) | {name: value}
    return recipe | {"layer": layers}, hardware


def shown(value: Value) -> bool | int | float | str:
    """Return a value as a column holds it: ``[256, 128]`` is ``256-128``."""
    return "-".join(str(part) for part in value) if isinstance(value, list) else value
