"""Which networks there are: names under ``models/``, or paths of network files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from accelgen import shipped
from accelgen.errors import DataError, InvalidRequest, at, suggest
from accelgen.reading import read_json

if TYPE_CHECKING:
    from accelgen.network import Network

__all__ = [
    "NETWORK_FILE",
    "REFERENCE_FILE",
    "folder_to_write",
    "home",
    "load",
    "model_folder",
    "model_names",
    "network_names",
    "network_path",
    "own_names",
    "places",
    "read_reference",
]

NETWORK_FILE = "network.safetensors"
#: What the training of a float reference leaves instead.
REFERENCE_FILE = "reference.json"


def home() -> Path:
    """Return the folder that holds ``models/`` and ``rtl_out/``.

    ``ACCELGEN_HOME`` if it is set, else the nearest folder upwards with models of ours in its ``models``,
    else the checkout this code runs from; for a package that was installed, the working folder is home.

    Raises
    ------
    InvalidRequest
        If ``ACCELGEN_HOME`` names no folder.
    """
    if named := os.environ.get("ACCELGEN_HOME"):
        if not Path(named).is_dir():
            raise InvalidRequest(f"ACCELGEN_HOME: there is no folder {named}")
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _names(folder / "models"):
            return folder
    return shipped.checkout() or here


def places() -> list[Path]:
    """Return the folders in which models are looked for by name: that of `home`, then the shipped one.

    A home that ``ACCELGEN_HOME`` names stands alone.
    """
    own = home() / "models"
    alone = os.environ.get("ACCELGEN_HOME") or own == shipped.MODELS
    return [own] if alone else [own, shipped.MODELS]


def _names(folder: Path) -> list[str]:
    """Return the names in a folder of models that have a recipe or a network, sorted."""
    kinds = ("recipe.toml", NETWORK_FILE)
    return sorted({path.parent.name for kind in kinds for path in folder.glob(f"*/{kind}")})


def own_names() -> list[str]:
    """Return the names under the ``models/`` of `home` that have a recipe or a network, sorted."""
    return _names(home() / "models")


def model_names() -> list[str]:
    """Return the names in all `places` that have a recipe or a network, sorted."""
    return sorted({name for place in places() for name in _names(place)})


def network_names() -> list[str]:
    """Return the names under the ``models/`` of `home` that have a network, sorted."""
    return sorted(path.parent.name for path in (home() / "models").glob(f"*/{NETWORK_FILE}"))


def model_folder(model: str) -> Path:
    """Return the folder of a model that a name stands for, or raise `InvalidRequest` with near names."""
    looked = places()
    for place in looked:
        if model in _names(place):
            return place / model
    names = model_names()
    none = f"there are none in {' or '.join(map(str, looked))}"
    hint = suggest(model, names) or (f"there are {', '.join(names)}" if names else none)
    raise InvalidRequest(f"there is no model {model!r}: {hint}")


def folder_to_write(model: str) -> Path:
    """Return the folder of a model, to write into.

    Raises
    ------
    InvalidRequest
        If there is none, or it is within an installed package.
    """
    folder = model_folder(model)
    if shipped.checkout() is None and folder.parent == shipped.MODELS:
        raise InvalidRequest(
            f"{folder}: comes with the package, where nothing is written: copy it to "
            f"{home() / 'models' / model}, which then comes first"
        )
    return folder


def network_path(model: str | Path) -> Path:
    """Return the network file that ``model`` stands for: a path, or a name under ``models/``.

    Raises
    ------
    InvalidRequest
        If there is no such model, it has no network, or the file is of another kind.
    """
    text = os.fspath(model)
    if text.endswith(".safetensors") or os.sep in text or isinstance(model, Path):
        path = Path(model)
        path = path / NETWORK_FILE if path.is_dir() else path
        return _checked(path)
    if Path(text).is_file():
        return _checked(Path(text))
    path = model_folder(text) / NETWORK_FILE
    if not path.is_file():
        raise InvalidRequest(f"model {text!r} has no {NETWORK_FILE}: it is a reference, or not trained yet")
    return path


def load(model: str | Path) -> Network:
    """Read and check a network.

    Parameters
    ----------
    model : str or Path
        A name under ``models/``, or the path of a network file.

    Raises
    ------
    InvalidRequest
        If there is none, or its file cannot be read.
    InvalidNetwork
        If anything in the file breaks the contract; the message names file, layer and field.
    """
    from accelgen.network import load as load_file

    if not isinstance(model, str | Path):
        raise InvalidRequest(f"a model is a name or a path, not {type(model).__name__}")
    return load_file(network_path(model))


def _checked(path: Path) -> Path:
    """Return a path unless a file of another kind is there."""
    if path.is_file() and path.suffix != ".safetensors":
        raise InvalidRequest(
            f"{path}: a network is read from a .safetensors file, as accelgen train and accelgen.save "
            f"write it, and from no {path.suffix or 'other'} file"
        )
    return path


#: Fields of a reference, and the type of each. What its test set measured depends on its task.
REFERENCE = {
    **{f"test_{measure}": int | float for measure in ("accuracy", "auc", "r2", "rmse")},
    "test_images": int,
    "test_data": str,
    "epochs": int,
    "recipe_sha256": str,
}


def read_reference(path: Path, *names: str) -> dict:
    """Return what the training of a float reference has left.

    Raises
    ------
    DataError
        If it cannot be read, or lacks one of ``names``, which are among `REFERENCE`.
    """
    with at(path):
        facts = read_json(path)
        if not isinstance(facts, dict):
            raise DataError(f"is no reference: it must be a table, not {type(facts).__name__}")
        for name in names:
            value = facts.get(name)
            if not isinstance(value, REFERENCE[name]) or isinstance(value, bool):
                raise DataError(f"is no reference: {name} is {value!r}")
    return facts
