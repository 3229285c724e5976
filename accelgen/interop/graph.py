"""A graph of nodes, whatever format it came in, and its execution in the arithmetic that it says.

A tensor is computed when it is asked for, from what was handed over (`Execution`) and from constants. So any
part of a graph can be executed alone: what stands before it is simply given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from accelgen.errors import DataError, at

__all__ = ["Execution", "Graph", "Node", "Operator", "Written"]


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A node.

    Attributes
    ----------
    name : str
        For messages.
    op : str
        What it computes, by the names of its format.
    inputs, outputs : tuple of str
        Names of tensors; "" stands for one that is left out.
    attributes : dict
        Numbers, words, lists and arrays.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict = field(default_factory=dict)


#: Computes the outputs of a node from its inputs, None for those that are left out.
Operator = Callable[..., tuple[np.ndarray, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Nodes in an order in which they can run, and what they read.

    Attributes
    ----------
    nodes : tuple of Node
        In their order.
    constants : dict of str to array
        Tensors whose values are in the file.
    input : str
        The tensor that enters.
    shape : tuple of int
        Its shape without the batch.
    output : str
        The tensor that leaves.
    operators : mapping of str to Operator
        What computes a node, by its ``op``; nodes of others are not known.
    real : bool
        Values are of 64 bits from the first `DequantizeLinear` on: see `accelgen.interop.qonnx.real`.
    written : Written or None
        The graph of the file, where axes have another order here.
    """

    nodes: tuple[Node, ...]
    constants: dict[str, np.ndarray]
    input: str
    shape: tuple[int, ...]
    output: str
    operators: Mapping[str, Operator]
    real: bool = False
    written: Written | None = None

    @property
    def producers(self) -> dict[str, Node]:
        """The node that gives each tensor."""
        return {name: node for node in self.nodes for name in node.outputs if name}

    def fed(self) -> set[str]:
        """Return the tensors whose values depend on what enters; a shape does not."""
        found = {self.input}
        for node in self.nodes:
            if node.op != "Shape" and found.intersection(node.inputs):
                found.update(name for name in node.outputs if name)
        return found

    def compute(self, node: Node, operands: Sequence[np.ndarray | None]) -> tuple[np.ndarray, ...]:
        """Return the outputs of a node, or raise `DataError` if nothing computes it of these ``operands``."""
        if node.op not in self.operators:
            raise DataError(f"{node.name}: there is no operator {node.op}")
        with at(node.name), np.errstate(all="ignore"):
            try:
                return self.operators[node.op](node.attributes, *operands)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                raise DataError(f"{node.op} does not fit its inputs: {error}") from error


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A graph as its file has it, and what enters it: the axes of what enters ours, in this order."""

    graph: Graph
    order: tuple[int, ...]


class Execution:
    """The values of a graph's tensors, for a batch.

    Parameters
    ----------
    graph : Graph
        What is executed.
    given : dict of str to array
        Tensors that are not computed, each with the same number of samples first; of the input, if it is not
        among them, only the shape is known.
    """

    def __init__(self, graph: Graph, given: Mapping[str, np.ndarray]):
        self.graph = graph
        self.batch = len(next(iter(given.values())))
        self.values: dict[str, np.ndarray] = dict(graph.constants) | dict(given)
        self.values.setdefault(graph.input, np.broadcast_to(np.float32(0), (self.batch, *graph.shape)))
        self.fed = graph.fed()

    def value(self, name: str) -> np.ndarray:
        """Return a tensor.

        Raises
        ------
        DataError
            If nothing gives it, no operator is known, or a node does not fit what enters it.
        """
        for node in self._needed(name):
            self._run(node)
        return self.values[name]

    def _needed(self, name: str) -> list[Node]:
        """Return the nodes that have to run before ``name`` is there, in their order."""
        wanted, found = {name} - self.values.keys(), []
        for node in reversed(self.graph.nodes):
            if wanted.intersection(node.outputs):
                found.append(node)
                wanted.difference_update(node.outputs)
                wanted.update(one for one in node.inputs if one and one not in self.values)
        producers = self.graph.producers
        for missing in sorted(wanted):
            if missing in producers:
                raise DataError(f"{producers[missing].name}: reads what it gives")
            raise DataError(f"tensor {missing!r} is given by no node")
        return found[::-1]

    def _run(self, node: Node) -> None:
        operands: list = [self.values[name] if name else None for name in node.inputs]
        if node.op == "Reshape" and node.inputs[0] in self.fed and len(operands) == 2:
            operands = self._of_a_batch(*operands)
        self.values.update(zip(node.outputs, self.graph.compute(node, operands), strict=False))

    def _of_a_batch(self, x: np.ndarray, shape: np.ndarray) -> list[np.ndarray]:
        """Return what enters a Reshape: a shape that was written for one sample holds for each of a batch."""
        shape = np.array(shape).ravel()
        if shape.size and shape[0] == 1 and len(x) == self.batch:
            shape[0] = self.batch
        return [x, shape]
