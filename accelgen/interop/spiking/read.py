"""A NIR file becomes nodes and edges: HDF5 is read here, and nowhere else."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO, Any

import numpy as np

from accelgen.errors import DataError, InvalidRequest, at
from accelgen.interop.spiking.survey import MOST_NUMBERS, survey
from accelgen.values import shown

__all__ = ["Unit", "Units", "read", "units_of"]

#: What nir and h5py raise at what they cannot read.
DAMAGED = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError),
    *(OSError, RuntimeError, TypeError, ValueError),
)
#: Sizes of real numbers: those of 32-bit floats, so that products of a few fit 64 bits.
LEAST, MOST = float(np.finfo(np.float32).smallest_subnormal), float(np.finfo(np.float32).max)
MOST_SIDES, MOST_EDGES = 8, 1 << 13
#: Letters of what a library says of a file.
MOST_WORDS = 200


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
        survey(source)
        with warnings.catch_warnings(action="ignore"):  # of shapes that overflow, which are checked here
            graph = nir.read(source, type_check=False)
        if not isinstance(graph, nir.NIRGraph):
            raise DataError(f"holds a {type(graph).__name__}, and no graph")
        nodes, edges, facts = graph.nodes, tuple(graph.edges), _facts(graph.metadata)
        if len(edges) > MOST_EDGES:
            raise DataError(f"joins nodes {len(edges):,} times, and at most {MOST_EDGES:,} are read")
        edges = tuple((str(before), str(after)) for before, after in edges)
    except MemoryError as error:
        raise DataError("takes more memory than there is") from error
    except DAMAGED as error:
        why = " ".join(str(error).split())[:MOST_WORDS] or type(error).__name__
        raise DataError(f"is no NIR file ({why})") from error
    units = {name: _unit(name, node) for name, node in nodes.items()}
    for name in (name for edge in edges for name in edge):
        if name not in units:
            raise DataError(f"an edge names {shown(name)}, and no node has that name")
    return Units(units, edges, facts)


def _unit(name: str, node) -> Unit:
    """Return a node of NIR as a `Unit`."""
    values: dict[str, Any] = {}
    with at(name):
        for field in fields(node):
            value = getattr(node, field.name)
            if field.name == "input_type":
                value = value.get("input") if isinstance(value, dict) else None
            if field.name in ("metadata", "nodes", "edges", "output_type") or value is None:
                continue
            with at("shape" if field.name == "input_type" else field.name):
                if field.name == "input_type":
                    values["shape"] = _shape(np.ravel(value))
                elif not isinstance(value, str):  # of a convolution: "same"
                    values[field.name] = _numbers(np.asarray(value))
        return Unit(name, type(node).__name__, values, _facts(node.metadata))


def _numbers(array: np.ndarray) -> np.ndarray:
    """Return real numbers as float64[...]."""
    if array.dtype.kind not in "biuf":
        raise DataError(f"must be numbers, not {array.dtype}")
    sizes = np.abs(array.astype(np.float64))
    if not np.isfinite(sizes).all():
        raise DataError("must be finite numbers")
    if (sizes > MOST).any() or ((sizes > 0) & (sizes < LEAST)).any():
        raise DataError("must be numbers that 32-bit floats can hold")
    return array.astype(np.float64)


def _shape(sides: np.ndarray) -> tuple[int, ...]:
    """Return the sides of what enters or leaves a node."""
    if sides.dtype.kind not in "iuf" or len(sides) > MOST_SIDES:
        raise DataError(f"must be at most {MOST_SIDES} whole numbers")
    sides = sides.astype(np.float64)
    if not (np.isfinite(sides).all() and (sides == np.rint(sides)).all()):
        raise DataError("must be whole numbers")
    if (np.abs(sides) > MOST_NUMBERS).any() or np.prod(np.abs(sides)) > MOST_NUMBERS:
        raise DataError(f"must have a product of at most {MOST_NUMBERS:,}, not of {sides.tolist()}")
    return tuple(int(side) for side in sides)


def _facts(found: object) -> dict[str, Any]:
    """Return metadata: text and numbers by name; anything else as text."""
    facts = found if isinstance(found, dict) else {}
    return {
        str(name): fact if isinstance(fact, str | int | float) else str(fact) for name, fact in facts.items()
    }
