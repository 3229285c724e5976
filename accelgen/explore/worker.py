"""What a worker does with a point: train it, and measure what it costs. Each runs in a process of its own.

Networks travel as the bytes of their files, so that workers on other machines need no folder in common with
the sweep; they need accelgen, the tools of `accelgen.steps`, and the data set.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accelgen import steps
from accelgen.errors import InvalidRequest
from accelgen.explore.sweep import Measure
from accelgen.files import write_whole

__all__ = ["TrainedNetwork", "measure", "recipe_text", "table_text", "train"]


@dataclass(frozen=True, slots=True)
class TrainedNetwork:
    """The bytes of a network file, and the seconds that its training took; None if it was trained before."""

    network: bytes
    seconds: float | None = None


def train(name: str, recipe: dict[str, Any], seed: int, scratch: Path, data: Path | None) -> TrainedNetwork:
    """Train a recipe.

    Parameters
    ----------
    name : str
        Of the network: lower-case letters, digits and underscores.
    recipe, seed : dict, int
        Tables as in ``recipe.toml``; the seed of every draw.
    scratch : Path
        A folder for checkpoints: a worker that was killed goes on from there.
    data : Path or None
        The folder that holds data sets.
    """
    start = time.monotonic()
    folder = Path(scratch) / name
    write_whole(folder / "recipe.toml", recipe_text(recipe, seed))
    path = steps.train_recipe(folder / "recipe.toml", data=data)
    return TrainedNetwork(path.read_bytes(), time.monotonic() - start)


def measure(
    name: str, network: bytes, hardware: dict[str, Any], how: Measure, scratch: Path, data: Path | None
) -> dict[str, float]:
    """Measure a network as one piece of hardware.

    Parameters
    ----------
    name : str
        Of the folder to build in.
    network : bytes
        A network file.
    hardware : dict
        Options of `Datapath`.
    how : Measure
        What to measure; its paths are absolute.
    scratch, data : Path
        See `train`.

    Returns
    -------
    dict of str to float
        Figures by their columns in `accelgen.explore.columns.FIGURES`.

    Raises
    ------
    InvalidRequest
        If the hardware gives another score than the golden model: then nothing else counts.
    """
    start = time.monotonic()
    folder = Path(scratch) / name
    path = folder / "network.safetensors"
    write_whole(path, network)
    model, build = str(path), folder / "rtl"
    overview, evaluation = steps.info(model), steps.evaluate(model, data)
    accuracy = evaluation.measured
    simulation = steps.sim(
        model, images=how.images, simulator=how.simulator, data=data, out=build, **hardware
    )
    if simulation.mismatches:
        raise InvalidRequest(
            f"{simulation.mismatches} of {simulation.images} images differ from the golden model"
        )
    figures = {
        "validation_accuracy": overview.provenance["validation_accuracy"],
        "accuracy": accuracy,
        "stored_bits": overview.stored_bits["total"],
        "memory_ratio": overview.memory_ratio,
        "cycles": simulation.cycles.mean,
        "utilisation": simulation.utilisation,
        "memory_bits": simulation.manifest.memory_bits,
        "operations": simulation.work.operations,
    }
    for target in how.targets:
        logic = steps.synth(model, target=target, out=build, **hardware).area.logic
        figures |= {f"{target}_{kind.lower()}": count for kind, count in logic.items()}
    if how.liberty:
        macros = [Path(place) for place in how.macros]
        estimate = steps.power(
            model,
            Path(how.liberty),
            macros=macros,
            images=how.energy_images,
            data=data,
            out=build,
            **hardware,
        )
        figures |= {
            "nj": estimate.nj_per_classification,
            "area_um2": estimate.area,
            "clock_mhz": estimate.clock_mhz,
        }
    shutil.rmtree(folder)  # what failed stays, to be looked at
    return figures | {"measure_seconds": time.monotonic() - start}


def recipe_text(recipe: dict[str, Any], seed: int | None = None) -> str:
    """Return the tables of a recipe as TOML, with ``seed`` in them if it is given."""
    if seed is not None:
        recipe = recipe | {"train": recipe.get("train", {}) | {"seed": seed}}
    tables = [(f"[{name}]", recipe[name]) for name in recipe if name != "layer"]
    tables += [("[[layer]]", layer) for layer in recipe["layer"]]
    return "\n".join(f"{head}\n{table_text(table)}" for head, table in tables)


def table_text(table: dict[str, bool | int | float | str]) -> str:
    """Return names and values as lines of TOML; text is quoted as in JSON, of which TOML takes all."""
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in table.items())
