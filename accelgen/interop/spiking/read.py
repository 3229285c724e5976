"""A NIR file becomes nodes and edges: HDF5 is read here, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO, Any

import numpy as np

from accelgen.errors import DataError, InvalidRequest, at

__all__ = ["Unit", "Units", "read", "units_of"]

#: What nir and h5py raise at what they cannot read.
DAMAGED = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError),
    *(OSError, RuntimeError, TypeError, ValueError),
)


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A node.

    Attributes
    ----------
    name, op : str
        Its name, and its kind, as NIR calls it.
    values : dict of str to array
        Its parameters, float64 where they are real.
    facts : dict of str to text or number
        Its metadata.
    """

    name: str
    op: str
    values: dict[str, Any]
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The nodes of a file by name, pairs of names that are joined, and its metadata."""

    units: dict[str, Unit]
    edges: tuple[tuple[str, str], ...]
    facts: dict[str, Any]


def read(path: Path) -> Units:
    """Return what is in a file.

    Raises
    ------
    InvalidRequest
        If it is not there.
    DataError
        If it is no NIR file, or a parameter is no finite number.
    """
    path = Path(path)
    if not path.is_file():
        raise InvalidRequest(f"{path}: is not there")
    with at(path):
        return units_of(path)


def units_of(source: Path | IO[bytes]) -> Units:
    """Return what is in a file, or a stream; see `read`."""
    import nir

    try:
        graph = nir.read(source, type_check=False)
    except DAMAGED as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"is no NIR file ({why})") from error
    units = {name: _unit(name, node) for name, node in graph.nodes.items()}
    edges = tuple((str(before), str(after)) for before, after in graph.edges)
    for name in (name for edge in edges for name in edge):
        if name not in units:
            raise DataError(f"an edge names {name!r}, and no node has that name")
    return Units(units, edges, dict(graph.metadata))


def _unit(name: str, node) -> Unit:
    """Return a node of NIR as a `Unit`."""
    values: dict[str, Any] = {}
    for field in fields(node):
        if field.name in ("metadata", "nodes", "edges", "output_type"):
            continue
        value = getattr(node, field.name)
        if field.name == "input_type":
            shape = (value or {}).get("input") if isinstance(value, dict) else None
            if shape is not None:
                values["shape"] = tuple(int(side) for side in np.ravel(shape))
            continue
        array = np.asarray(value)
        if array.dtype.kind == "f":
            if not np.isfinite(array).all():
                raise DataError(f"{name}: {field.name}: must be finite numbers")
            array = array.astype(np.float64)
        values[field.name] = array
    return Unit(name, type(node).__name__, values, dict(node.metadata or {}))
