"""A point becomes a model: its recipe and its hardware, and its network if that is still there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from accelgen.errors import InvalidNetwork, InvalidRequest
from accelgen.explore.results import read_results
from accelgen.explore.run import NETWORKS
from accelgen.explore.worker import recipe_text, table_text
from accelgen.files import whole_folder, write_whole
from accelgen.models import NETWORK_FILE, home
from accelgen.network import load, save
from accelgen.network.names import check_name
from accelgen.steps.answer import Answer

__all__ = ["AdoptedPoint", "adopt"]


@dataclass(frozen=True, slots=True)
class AdoptedPoint(Answer):
    """A model that a point has become: its name, its files, and whether the network came with it."""

    name: str
    written: tuple[Path, ...]
    trained: bool


def adopt(place: str | Path, digest: str, seed: int, name: str) -> AdoptedPoint:
    """Write ``models/<name>/recipe.toml`` and ``hardware.toml`` of a point.

    Parameters
    ----------
    place : str or Path
        Results of a sweep.
    digest, seed : str, int
        Of the point; the first letters of the digest are enough if no other point has them.
    name : str
        Of the model.

    Raises
    ------
    InvalidRequest
        If there is no such point, or a model of that name.
    """
    try:
        check_name(name)
    except InvalidNetwork as error:
        raise InvalidRequest(str(error)) from None
    results = read_results(place)
    rows = [row for row in results.rows if row["point"].startswith(digest) and row["seed"] == seed]
    if len(rows) != 1:
        raise InvalidRequest(f"{results.folder}: {len(rows) or 'no'} points are {digest!r} of seed {seed}")
    point = results.point(rows[0])
    folder = home() / "models" / name
    if folder.exists():
        raise InvalidRequest(f"{folder}: is there already")
    files = {"recipe.toml": recipe_text(results.sweep.located(point.recipe), seed)}
    if point.hardware:
        files["hardware.toml"] = table_text(point.hardware)
    network = results.folder / NETWORKS / f"p{point.training}_s{seed}.safetensors"
    with whole_folder(folder) as new:
        for file, text in files.items():
            write_whole(new / file, f"# Point {point.digest} of {results.sweep.name}: {point}.\n{text}")
        if trained := network.is_file():
            # The network's own name is that of a point; it becomes that of the module.
            save(replace(load(network), name=name), new / NETWORK_FILE)
    names = (*files, *([NETWORK_FILE] if trained else []))
    return AdoptedPoint(name, tuple(folder / file for file in names), trained)
