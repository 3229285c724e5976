"""The hardware that a model is built as, unless a person asks for another: ``hardware.toml`` beside it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from accelgen.errors import InvalidOption, at, suggest
from accelgen.models import network_path
from accelgen.reading import from_toml, read_text
from accelgen.rtl.datapath import Datapath, check_together

__all__ = ["HARDWARE_FILE", "chosen", "settled", "unrolled"]

HARDWARE_FILE = "hardware.toml"


def chosen(network: Path, options: dict, layers: int = 0) -> Datapath:
    """Return the options of the hardware of a network file.

    Parameters
    ----------
    network : Path
        Its folder may hold ``hardware.toml``, whose keys are those of `Datapath`.
    options : dict
        What a person asked for; None means that nothing was said.
    layers : int
        Layers of the network, which lanes of the file must be of; 0 if they are not known.

    Raises
    ------
    InvalidOption
        If the file or an option is wrong.
    """
    return Datapath(**settled(network, options, layers))


def settled(network: Path, options: dict, layers: int = 0) -> dict:
    """Return what ``hardware.toml`` says and what a person asked for, and nothing else; see `chosen`."""
    asked = {name: value for name, value in options.items() if value is not None}
    path = network.with_name(HARDWARE_FILE)
    defaults = {}
    if path.is_file():
        with at(path):
            defaults = _read(path)
            check_together(Datapath(**defaults))  # so that the file is blamed for what it states
            _check_lanes(defaults, defaults)
            _check_layers(defaults.get("layer_lanes"), layers)
    options_of_both = _both(defaults, asked)
    _check_lanes(options_of_both, asked)
    return options_of_both


def _check_lanes(options: dict, stated: dict) -> None:
    """Raise `InvalidOption` if lanes are stated where hardware has none."""
    if options.get("unrolled") and {"lanes", "layer_lanes"} & stated.keys():
        raise InvalidOption("unrolled hardware has no lanes: lanes and unrolled do not go together")


def _check_layers(lanes: list | None, layers: int) -> None:
    """Raise `InvalidOption` if lanes of each layer are of more or fewer layers than there are."""
    if lanes and layers and len(lanes) != layers:
        raise InvalidOption(
            f"layer_lanes: must hold lanes of {layers} layers, which the network has, not of {len(lanes)}"
        )


def _both(defaults: dict, asked: dict) -> dict:
    """Return what the file says with what a person asked for in its place: another form, or other lanes."""
    dropped: set[str] = set()
    if asked.get("pipelined"):
        dropped |= {"unrolled", "compact"}
    if asked.get("unrolled"):
        dropped.add("compact")
    if "unrolled" in asked:  # it is asked for, or that all layers share lanes
        dropped |= {"pipelined", "layer_lanes", "layer_units"}
    if asked.keys() & {"lanes", "layer_lanes"}:
        dropped |= {"layer_lanes", "layer_units"}
    both = {name: value for name, value in defaults.items() if name not in dropped} | asked
    if not both.get("unrolled"):  # what is of gates goes with them
        gone = {"interval", "stages"} if 0 in both.get("layer_lanes", ()) else {"interval", "stages", "sums"}
        both = {name: value for name, value in both.items() if name in asked or name not in gone}
    return both


def unrolled(model: str) -> bool:
    """Return whether a model is built unrolled unless a person asks for something else."""
    return chosen(network_path(model), {}).unrolled


def _read(path: Path) -> dict:
    table = from_toml(read_text(path, InvalidOption), InvalidOption)
    known = {field.name: field for field in fields(Datapath)}
    for name, value in table.items():
        if name not in known:
            near = suggest(name, known)
            raise InvalidOption(f"{name}: unknown" + (f"; {near}" if near else ""))
        like = list(default) if isinstance(default := known[name].default, tuple) else default
        if type(value) is not type(like):
            raise InvalidOption(f"{name}: must be like {like!r}, not {value!r}")
    return table
