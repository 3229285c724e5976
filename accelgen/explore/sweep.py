"""The sweep file: what is varied, what stays, and what is measured of each point.

Like a recipe it is checked strictly, with helpful messages: nothing is coerced, an unknown key is an error
with a suggestion, and all errors of a file are reported together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accelgen.errors import InvalidRequest, InvalidSweep, at
from accelgen.explore.axes import WIDTHS, Value, check_axis
from accelgen.explore.columns import FIGURES
from accelgen.families import TARGETS
from accelgen.reading import from_toml, read_bytes, text_of
from accelgen.toml_checks import group, one_of, unknown, whole

__all__ = ["Measure", "Range", "Search", "Sweep", "load_sweep", "sweep_of"]

SAMPLERS = ("tpe", "nsga2", "random")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured of a point.

    Attributes
    ----------
    images : int
        Test images on which the RTL is compared with the golden model; accuracy is that of all of them.
    simulator : "verilator" or "icarus"
        Simulator that plays them.
    targets : list of str
        Some of `accelgen.families.TARGETS`; measured for the first seed of a point.
    liberty : str
        Standard cells to measure energy in; "" for none. Like ``macros`` relative to the sweep file.
    macros : list of str
        Liberty files of SRAM macros, or folders of them.
    energy_images : int
        Test images to measure energy with.
    """

    images: int = 64
    simulator: str = "verilator"
    targets: list = field(default_factory=lambda: ["generic"])
    liberty: str = ""
    macros: list = field(default_factory=list)
    energy_images: int = 10

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        problems = [*whole("images", self.images, 1), *whole("energy_images", self.energy_images, 1)]
        problems += one_of("simulator", self.simulator, ("verilator", "icarus"))
        for target in self.targets if isinstance(self.targets, list) else [self.targets]:
            problems += one_of("targets", target, TARGETS)
        if not isinstance(self.liberty, str):
            problems.append(f"liberty: must be a path, not {self.liberty!r}")
        if not isinstance(self.macros, list) or not all(isinstance(path, str) for path in self.macros):
            problems.append(f"macros: must be a list of paths, not {self.macros!r}")
        elif self.macros and not self.liberty:
            problems.append("macros: need a liberty file of standard cells")
        return problems


@dataclass(frozen=True, slots=True)
class Search:
    """How points are looked for, instead of trying all of them.

    Attributes
    ----------
    trials : int
        Points to try.
    objectives : list of str
        Figures to improve, each in its own direction; never the accuracy on the test images.
    sampler : "tpe", "nsga2" or "random"
        Sampler of Optuna.
    seed : int
        Seed of the sampler.
    """

    trials: int
    objectives: list = field(default_factory=lambda: ["validation_accuracy", "stored_bits"])
    sampler: str = "tpe"
    seed: int = 0

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        problems = [*whole("trials", self.trials, 1), *whole("seed", self.seed, 0)]
        problems += one_of("sampler", self.sampler, SAMPLERS)
        if not isinstance(self.objectives, list) or not self.objectives:
            return [*problems, f"objectives: must be a list of figures, not {self.objectives!r}"]
        for name in self.objectives:
            problems += one_of("objectives", name, tuple(FIGURES))
        if "accuracy" in self.objectives:
            problems.append("objectives: 'accuracy' is of the test images, and nothing is chosen by them; "
                         "use 'validation_accuracy'")  # fmt: skip
        return problems


@dataclass(frozen=True, slots=True)
class Range:
    """An axis of numbers between two ends, for a search.

    Attributes
    ----------
    low, high : int or float
        Both are included; whole numbers if both are.
    log : bool
        Whether to draw the logarithm evenly.
    """

    low: float
    high: float
    log: bool = False

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        ends = (self.low, self.high)
        if not all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends):
            return [f"low and high must be numbers, not {self.low!r} and {self.high!r}"]
        if not self.low < self.high:
            return [f"low must be below high, not {self.low!r} and {self.high!r}"]
        if not isinstance(self.log, bool):
            return [f"log: must be true or false, not {self.log!r}"]
        return ["log needs a low above 0"] if self.log and self.low <= 0 else []


@dataclass(frozen=True, slots=True)
class Sweep:
    """A checked sweep file.

    Attributes
    ----------
    name : str
        Stem of the file.
    seeds : tuple of int
        Each point is trained once with each.
    axes : dict
        A list of values, or a `Range`, by name.
    recipe : dict
        The tables of a recipe, as in ``recipe.toml``.
    hardware : dict
        Options of `Datapath`.
    measure : Measure
        What is measured.
    search : Search or None
        None for a grid: all combinations.
    limits : dict
        ``min`` and ``max`` of points that count, by figure; a search keeps to them.
    skip_misfits : bool
        Leave out the combinations of a grid that no recipe can have, instead of refusing the file.
    text : str
        The file.
    folder : Path
        Folder of the file.
    """

    name: str
    seeds: tuple[int, ...]
    axes: dict[str, list[Value] | Range]
    recipe: dict[str, Any]
    hardware: dict[str, Any]
    measure: Measure
    search: Search | None
    limits: dict[str, dict[str, float]]
    skip_misfits: bool
    text: str
    folder: Path

    def located(self, recipe: dict[str, Any]) -> dict[str, Any]:
        """Return a recipe whose path to data of one's own, meant from the sweep's folder, is absolute."""
        data = recipe.get("data", {})
        if not data.get("path"):
            return recipe
        return recipe | {"data": data | {"path": str((self.folder / data["path"]).resolve())}}


def load_sweep(path: Path) -> Sweep:
    """Read and check a sweep file.

    Raises
    ------
    InvalidRequest
        If the file is not there or cannot be read.
    InvalidSweep
        If anything in it is wrong; the message names the file and every problem in it.
    """
    path = Path(path)
    with at(path):
        if not path.exists():
            raise InvalidRequest("there is no such sweep")
        text = text_of(read_bytes(path, InvalidRequest), InvalidSweep)
        return sweep_of(path.stem, text, path.resolve().parent)


def sweep_of(name: str, text: str, folder: Path) -> Sweep:
    """Return the sweep of the text of a file in ``folder``; see `load_sweep`.

    Raises
    ------
    InvalidSweep
        If anything in it is wrong; the message names every problem in it.
    """
    table = from_toml(text, InvalidSweep)
    problems = unknown("", table, ["sweep", "axes", "recipe", "hardware", "measure", "search", "limits"])
    problems += [f"[{key}]: must be a table" for key, value in table.items() if not isinstance(value, dict)]
    if problems:
        raise InvalidSweep("; ".join(problems))
    head = table.get("sweep", {})
    problems += unknown("[sweep]: ", head, ["seeds", "skip_misfits"])
    seeds, skip = head.get("seeds", [0]), head.get("skip_misfits", False)
    if not isinstance(seeds, list) or not seeds or any(whole("", seed, 0) for seed in seeds):
        problems.append(f"[sweep]: seeds: must be a list of integers of 0 or more, not {seeds!r}")
    elif len(set(seeds)) < len(seeds):
        problems.append(f"[sweep]: seeds: must differ, not {seeds!r}")
    if not isinstance(skip, bool):
        problems.append(f"[sweep]: skip_misfits: must be true or false, not {skip!r}")
    measure = group(Measure, "measure", table.get("measure", {}), problems)
    search = group(Search, "search", table["search"], problems) if "search" in table else None
    recipe = table.get("recipe", {})
    layers = recipe.get("layer")
    if not isinstance(layers, list) or not layers or not all(isinstance(layer, dict) for layer in layers):
        problems.append("[[recipe.layer]]: there must be at least one")
    if isinstance(recipe.get("train"), dict):
        fixed = [key for key in ("seed", "distill") if recipe["train"].get(key)]
        problems += [f"[recipe.train]: {key}: {WHY_NOT[key]}" for key in fixed]
    axes = _axes(table.get("axes", {}), recipe, search is not None, problems)
    limits = _limits(table.get("limits", {}), problems)
    if problems:
        raise InvalidSweep("; ".join(problems))
    hardware = table.get("hardware", {})
    return Sweep(name, tuple(seeds), axes, recipe, hardware, measure, search, limits, skip, text, folder)


WHY_NOT = {
    "seed": "a sweep has its seeds in [sweep]",
    "distill": "the points of a sweep learn without a teacher",
}


def _axes(table: dict, recipe: dict, searching: bool, problems: list[str]) -> dict[str, list[Value] | Range]:
    axes = {}
    if not table:
        problems.append("[axes]: there must be at least one")
    for name, values in table.items():
        try:
            check_axis(name, spiking="spiking" in recipe)
        except InvalidSweep as error:
            problems.append(str(error))
            continue
        place = f"[axes]: {name}: "
        if isinstance(values, dict) and searching:
            axes[name] = group(Range, f"axes.{name}", values, problems)
            continue
        if isinstance(values, dict):
            problems.append(f"{place}a range needs a [search]; a grid needs a list of values")
        elif not isinstance(values, list) or not values:
            problems.append(f"{place}must be a list of values, not {values!r}")
        elif name == WIDTHS and not all(_widths(value) for value in values):
            problems.append(f"{place}must be lists of outputs, like [[256, 128], [512, 256]], not {values!r}")
        elif name == WIDTHS and len(recipe.get("layer", [])) == 1:
            problems.append(f"{place}the recipe has no hidden layer")
        elif len({"number" if type(value) in (int, float) else type(value) for value in values}) > 1:
            problems.append(f"{place}values must be of one type, not {values!r}")
        elif any(value in values[:n] for n, value in enumerate(values)):
            problems.append(f"{place}values must differ, not {values!r}")
        else:
            axes[name] = values
    return axes


def _widths(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and not any(whole("", part, 1) for part in value)


def _limits(table: dict, problems: list[str]) -> dict[str, dict[str, float]]:
    for name, limit in table.items():
        place = f"[limits]: {name}: "
        if wrong := one_of("", name, tuple(FIGURES)):
            problems.append(f"[limits]{wrong[0]}")
        elif not isinstance(limit, dict) or not limit or set(limit) - {"min", "max"}:
            problems.append(f"{place}must be {{ min = ... }}, {{ max = ... }} or both, not {limit!r}")
        elif any(isinstance(end, bool) or not isinstance(end, int | float) for end in limit.values()):
            problems.append(f"{place}min and max must be numbers, not {limit!r}")
        elif limit.get("min", float("-inf")) > limit.get("max", float("inf")):
            problems.append(f"{place}no point can meet it: min {limit['min']} is above max {limit['max']}")
    return table
