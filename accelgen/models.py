"""Which networks there are: names under ``models/``, or paths of network files."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from accelgen.errors import DataError, InvalidRequest, at
from accelgen.reading import read_json

__all__ = [
    "NETWORK_FILE",
    "REFERENCE_FILE",
    "home",
    "model_folder",
    "model_names",
    "network_names",
    "network_path",
    "read_reference",
]

NETWORK_FILE = "network.safetensors"
#: What the training of a float reference leaves instead.
REFERENCE_FILE = "reference.json"


def home() -> Path:
    """Return the folder that holds ``models/`` and ``rtl_out/``.

    ``ACCELGEN_HOME`` if it is set, else the nearest folder upwards with a ``models`` in it, else the
    checkout this code runs from.
    """
    if named := os.environ.get("ACCELGEN_HOME"):
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "models").is_dir():
            return folder
    return Path(__file__).parents[1]


def model_names() -> list[str]:
    """Return the names under ``models/`` that have a recipe or a network, sorted."""
    folder = home() / "models"
    found = (path.parent.name for kind in ("recipe.toml", NETWORK_FILE) for path in folder.glob(f"*/{kind}"))
    return sorted(set(found))


def network_names() -> list[str]:
    """Return the names under ``models/`` that have a network, sorted."""
    return sorted(path.parent.name for path in (home() / "models").glob(f"*/{NETWORK_FILE}"))


def model_folder(model: str) -> Path:
    """Return the folder of a model under ``models/``, or raise `InvalidRequest` with near names."""
    names = model_names()
    if model in names:
        return home() / "models" / model
    near = difflib.get_close_matches(model, names, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names) or 'none'}"
    raise InvalidRequest(f"there is no model {model!r}: {hint}")


def network_path(model: str) -> Path:
    """Return the network file that ``model`` names: a path, or a name under ``models/``."""
    if model.endswith(".safetensors") or os.sep in model:
        path = Path(model)
        return path / NETWORK_FILE if path.is_dir() else path
    path = model_folder(model) / NETWORK_FILE
    if not path.is_file():
        raise InvalidRequest(f"model {model!r} has no {NETWORK_FILE}: it is a reference, or not trained yet")
    return path


#: What a reference says, and what each is.
REFERENCE = {"test_accuracy": int | float, "test_images": int, "test_data": str, "epochs": int}


def read_reference(path: Path, *names: str) -> dict:
    """Return what the training of a float reference has left.

    Raises
    ------
    DataError
        If it cannot be read, or lacks ``test_accuracy`` or one of ``names``.
    """
    with at(path):
        facts = read_json(path)
        for name in ("test_accuracy", *names):
            value = facts.get(name) if isinstance(facts, dict) else None
            if not isinstance(value, REFERENCE[name]) or isinstance(value, bool):
                raise DataError(f"is no reference: {name} is {value!r}")
    return facts
