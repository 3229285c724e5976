"""Files of exchange formats: networks that others trained in, each of them proven, and networks of ours out.

::

    file ─► graph (nodes and constants) ─► chain (a linear node, then a float chain) ─► layers ─► proof

A folder below this one reads a format and knows how its nodes compute; ``export`` writes; everything else
knows no format.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from accelgen.door import open_door
from accelgen.errors import InvalidRequest
from accelgen.interop.graph import Graph

if TYPE_CHECKING:  # for type checkers; the names, again, are those of the door
    from accelgen.interop.export.integers import export_onnx as export_onnx
    from accelgen.interop.export.quantised import export_qonnx as export_qonnx
    from accelgen.interop.export.spiking import export_nir as export_nir

__all__ = ["FORMATS", "export_nir", "export_onnx", "export_qonnx", "of_real_numbers", "read_graph"]


def _qonnx(path: Path) -> Graph:
    from accelgen.interop.qonnx.read import read

    return read(path)


#: What reads a file, by how its name ends.
FORMATS: dict[str, Callable[[Path], Graph]] = {".onnx": _qonnx}


def read_graph(path: Path) -> Graph:
    """Return the graph in a file of another tool.

    Raises
    ------
    InvalidRequest
        If it is not there, is of no format that is read here, or cannot be read.
    DataError
        If it is not as its format says.
    """
    path = Path(path)
    if path.suffix not in FORMATS:
        raise InvalidRequest(f"{path}: must be a file that ends with {' or '.join(FORMATS)}")
    if not path.is_file():
        raise InvalidRequest(f"{path}: is not there")
    return FORMATS[path.suffix](path)


def of_real_numbers(graph: Graph) -> Graph | None:
    """Return a graph read as real numbers, not in float32; None if its format says nothing of codes."""
    from accelgen.interop.qonnx.real import of_real_numbers as read_so

    return read_so(graph)


open_door(
    __name__,
    {
        "export_nir": "accelgen.interop.export.spiking",
        "export_onnx": "accelgen.interop.export.integers",
        "export_qonnx": "accelgen.interop.export.quantised",
    },
)
