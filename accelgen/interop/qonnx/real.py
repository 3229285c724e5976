"""A quantised graph read as what it stands for: real numbers, of which float32 is one rounding.

Scales of a `DequantizeLinear` are seldom powers of two. Then a float32 rounds every value and every sum, each
runtime in an order of its own, and near the middle between two codes that decides. Runtimes for integers join
these nodes and round once or not at all. So from the first `DequantizeLinear` on values are kept in 64 bits
here, in which codes times scales are exact and sums of them wrong by far less than any step.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from accelgen.interop.graph import Graph
from accelgen.interop.qonnx.quantisers import along

__all__ = ["of_real_numbers"]


def of_real_numbers(graph: Graph) -> Graph | None:
    """Return a graph whose dequantised values are real numbers; None if nothing in it is dequantised."""
    if all(node.op != "DequantizeLinear" for node in graph.nodes):
        return None
    found = replace(graph, operators={**graph.operators, "DequantizeLinear": _dequantize}, real=True)
    written = graph.written
    real = None if written is None else of_real_numbers(written.graph)
    return found if written is None or real is None else replace(found, written=replace(written, graph=real))


def _dequantize(attributes: dict, x: np.ndarray, scale: np.ndarray, zero: np.ndarray | None = None) -> tuple:
    """Compute ``DequantizeLinear`` in 64 bits: a code of 8 bits times a scale of 24 fits."""
    moved = x.astype(np.float64)
    if zero is not None:
        moved = moved - along(zero, x, attributes)
    return (moved * along(scale, x, attributes).astype(np.float32).astype(np.float64),)
