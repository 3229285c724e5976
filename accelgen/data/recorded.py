"""How a network file names data of one's own, and how they are found again from there."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from accelgen.data.dataset import DataSet
from accelgen.data.images import Images
from accelgen.data.log_mel import FrontEnd
from accelgen.data.own import Own, read_own
from accelgen.data.reading import Reading
from accelgen.errors import InvalidRequest, at
from accelgen.network import Network
from accelgen.reading import from_json
from accelgen.toml_checks import group

__all__ = ["OWN", "at_hand", "data_facts", "front_end", "recorded"]

#: The entry of the provenance that says that the data were somebody's own: their digest.
OWN = "data_sha256"


def data_facts(own: Own, folder: Path, relative: bool) -> dict[str, str | int | float]:
    """Return what the provenance says of the data, for a network file in ``folder``.

    Parameters
    ----------
    own : Own
        The data.
    folder : Path
        Where the network file will be.
    relative : bool
        Whether to name the data from there; else by an absolute path.
    """
    reading, path = own.reading, own.path
    place = Path(os.path.relpath(path, folder.resolve())) if relative else path
    return {
        OWN: own.digest,
        "data_path": place.as_posix(),
        **_label(reading.label or own.about.label),
        **({"data_task": reading.task} if reading.task != "classes" else {}),
        **({"data_ignore": json.dumps(reading.ignore)} if reading.ignore else {}),
        "data_missing": reading.missing,
        "data_test": reading.test,
        "data_validation": reading.validation,
        "data_seed": reading.seed,
        **({"data_frontend": json.dumps(asdict(own.frontend))} if own.frontend else {}),
    }


def recorded(network: Network, data: Path | None, folder: Path | None) -> DataSet[Images] | None:
    """Return the data that the provenance of ``network`` names, if they were somebody's own.

    Parameters
    ----------
    network : Network
        What was trained on them; its own rule makes codes of their features.
    data : Path, optional
        Where they are now: the file or folder itself, or the folder that it is in.
    folder : Path, optional
        Where the network file is, from which a relative path is meant.

    Raises
    ------
    InvalidRequest
        If they are not there, or others than the network was trained on.
    DataError
        If they cannot be read.
    """
    facts = network.provenance
    if OWN not in facts:
        return None
    with at(network.name):
        reading = _reading(facts)
        own = read_own(_found(facts, data, folder), reading)
        if own.digest != facts[OWN]:
            raise InvalidRequest(
                f"{own.path} holds other data than it was trained on (the digest of their values differs): "
                "--data names the file or folder that it was trained on"
            )
        if own.pixels != (network.input.coding is None):
            raise InvalidRequest("its input has no rule for these features, or one for pixels that need none")
        return own.data_set(network.input.coding)


def front_end(network: Network) -> FrontEnd | None:
    """Return what makes features of WAV files, as the provenance of ``network`` has it; None if it has none.

    Raises
    ------
    InvalidRequest
        If the provenance is damaged.
    """
    with at(network.name):
        return _reading(network.provenance).frontend if "data_frontend" in network.provenance else None


def at_hand(network: Network, folder: Path | None) -> bool:
    """Return whether anything is where the own data of ``network`` should be, without reading it."""
    return any(place.exists() for place in _places(network.provenance, folder))


def _reading(facts: dict[str, str | int | float]) -> Reading:
    """Return how the provenance says that the data were read, or raise `InvalidRequest`."""
    names = [field.name for field in fields(Reading)]
    stated: dict[str, Any] = {name: facts[f"data_{name}"] for name in names if f"data_{name}" in facts}
    if "data_labels" in facts:
        stated["label"] = _listed("labels", facts["data_labels"])
    if "ignore" in stated:
        stated["ignore"] = _listed("ignore", stated["ignore"])
    if "frontend" in stated:
        with at("provenance: data_frontend"):
            problems: list[str] = []
            table = from_json(str(stated["frontend"]), InvalidRequest)
            stated["frontend"] = group(FrontEnd, "frontend", table, problems)
            if problems:
                raise InvalidRequest(problems[0])
    reading = Reading(**stated)
    if problems := reading.problems():
        raise InvalidRequest(f"provenance: data_{problems[0]}")
    return reading


def _label(label: str | tuple[str, ...]) -> dict[str, str]:
    """Return how the provenance names the column of labels, or several."""
    if isinstance(label, tuple):
        return {"data_labels": json.dumps(label)}
    return {"data_label": label} if label else {}


def _listed(name: str, text: object) -> Any:
    """Return the names that an entry of the provenance lists."""
    with at(f"provenance: data_{name}"):
        names = from_json(str(text), InvalidRequest)
    return tuple(names) if isinstance(names, list) else names


def _found(facts: dict[str, str | int | float], data: Path | None, folder: Path | None) -> Path:
    """Return where the data are, or raise `InvalidRequest`."""
    named = _named(facts)
    if data is not None:
        inner = data / named.name
        return inner if inner.exists() else data
    places = _places(facts, folder)
    for place in places:
        if place.exists():
            return place
    raise InvalidRequest(
        f"was trained on {named.name}, which is not at {' or '.join(map(str, places))}: "
        "--data names the file or folder"
    )


def _named(facts: dict[str, str | int | float]) -> Path:
    return Path(str(facts.get("data_path", facts.get("data", ""))))


def _places(facts: dict[str, str | int | float], folder: Path | None) -> list[Path]:
    """Return where the data may be: where they were, from the network file, and among other data."""
    named = _named(facts)
    places = [named] if folder is None else [Path(os.path.normpath(folder.resolve() / named))]
    if other := os.environ.get("ACCELGEN_DATA"):
        places.append(Path(other) / named.name)
    return places
