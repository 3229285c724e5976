"""Graphs whose channels come last: read as if they came first, as chains of ours have them.

Every value that depends on what enters has an order: which of our axes is the first, the second, and so on,
in the file. A Transpose changes the order and moves nothing. What changes each value on its own keeps it, and
its constants are turned as the value is. A convolution or pooling has channels second with us, wherever the
file has them. Where a node needs the order of the file, a Transpose brings it back.

Nothing here is trusted: the graph as it was written goes along (`Written`), and the proof executes both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from accelgen.errors import DataError, at
from accelgen.interop.chain import MONOTONE, SAME
from accelgen.interop.graph import Execution, Graph, Node, Operator, Written
from accelgen.interop.qonnx.operators import OPERATORS

__all__ = ["CHANNELS_LAST", "DOMAIN", "channels_first"]

DOMAIN = "qonnx.custom_op.channels_last"
#: What the axes of channels first are in a value whose channels come last, and the other way round.
TO_LAST, TO_FIRST = (0, 2, 3, 1), (0, 3, 1, 2)
#: Nodes whose channels come last, and what they are with channels first.
TWINS = {
    f"{DOMAIN}.BatchNormalization": "BatchNormalization",
    f"{DOMAIN}.Conv": "Conv",
    f"{DOMAIN}.MaxPool": "MaxPool",
    "MaxPoolNHWC": "MaxPool",
}
#: Need channels second.
SECOND = frozenset({"AveragePool", "Conv", "GlobalAveragePool", "MaxPool"})
LINEAR_QUANTISERS = frozenset({"DequantizeLinear", "QuantizeLinear"})


def _last(twin: str) -> Operator:
    """Return the operator of a node whose channels come last, by that of its twin."""

    def operator(attributes: dict, x: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
        axes = (0, x.ndim - 1, *range(1, x.ndim - 1))
        weights = [one.transpose(axes) for one in others[:1]] if twin == "Conv" else others[:1]
        (found,) = OPERATORS[twin](attributes, x.transpose(axes), *weights, *others[1:])
        return (np.moveaxis(found, 1, -1),)

    return operator


#: What computes them.
CHANNELS_LAST: dict[str, Operator] = {name: _last(twin) for name, twin in TWINS.items()}


def channels_first(graph: Graph) -> Graph:
    """Return a graph with channels second, and no Transpose that only brings them there and back."""
    fed = graph.fed()
    on_the_way = [node for node in graph.nodes if fed.intersection(node.inputs)]
    if all(node.op != "Transpose" and node.op not in TWINS for node in on_the_way):
        return graph
    return _Turned(graph, fed, last=_enters_last(graph, on_the_way)).graph()


def _enters_last(graph: Graph, nodes: Sequence[Node]) -> bool:
    """Return whether what enters has its channels last: the first node that says so."""
    for node in nodes if len(graph.shape) == 3 else ():
        if node.op in TWINS or (
            node.op == "Transpose" and tuple(node.attributes.get("perm", ())) == TO_FIRST
        ):
            return True
        if node.op not in MONOTONE | SAME:
            return False
    return False


class _Turned:
    """The nodes of a graph, one after the other, with the orders of their values."""

    def __init__(self, graph: Graph, fed: set[str], *, last: bool):
        self.written, self.fed = graph, fed
        self.fixed = Execution(graph, {graph.input: np.zeros((1, *graph.shape), np.float32)})
        self.constants = dict(graph.constants)
        self.entering = TO_LAST if last else tuple(range(len(graph.shape) + 1))
        self.orders: dict[str, tuple[int, ...]] = {graph.input: self.entering}
        self.nodes: list[Node] = []

    def graph(self) -> Graph:
        """Return the graph of turned nodes."""
        for node in self.written.nodes:
            read = [name for name in node.inputs if name in self.fed]
            if not read or node.op == "Shape":
                self.nodes.append(node)
                continue
            with at(node.name):
                try:
                    self.nodes.extend(self._node(node))
                except (AttributeError, LookupError, TypeError, ValueError) as error:
                    raise DataError(f"{node.op} does not fit its inputs: {error}") from error
        shape, output = self.written.shape, self.written.output
        if self.entering == TO_LAST:
            shape = (shape[2], *shape[:2])
        if self._moved(output):
            inner = f"{output} turned"
            self.nodes = [_renamed(node, output, inner) for node in self.nodes]
            perm = list(self.orders[output])
            self.nodes.append(Node("output", "Transpose", (inner,), (output,), {"perm": perm}))
        return replace(
            self.written,
            nodes=tuple(self.nodes),
            constants=self.constants,
            shape=shape,
            written=Written(self.written, self.entering),
        )

    def _moved(self, name: str) -> bool:
        order = self.orders.get(name)
        return order is not None and order != tuple(range(len(order)))

    def _node(self, node: Node) -> Iterator[Node]:
        """Yield what becomes of a node, and note the order of what it gives."""
        name, more = node.inputs[0], node.attributes
        order = self.orders.get(name)
        perm = tuple(more.get("perm") or (range(len(order))[::-1] if order else ()))
        if node.op == "Transpose" and order is not None and len(perm) == len(order):
            self._gives(node, tuple(order[axis] for axis in perm))
            yield replace(node, attributes={"perm": list(range(len(perm)))})
        elif node.op in TWINS and (order is None or len(order) == 4):
            yield from self._twin(node)
        elif node.op in TWINS and node.op.endswith(".BatchNormalization") and order == (0, 1):
            self._gives(node, order)
            yield replace(node, op=TWINS[node.op])
        elif order is not None and self._moved(name) and self._alone(node):
            yield from self._kept(node, order)
        else:
            yield from self._settled(node)

    def _gives(self, node: Node, order: tuple[int, ...]) -> None:
        self.orders |= {name: order for name in node.outputs if name}

    def _alone(self, node: Node) -> bool:
        """Return whether a node reads one value, its first operand, and has an order to keep."""
        alone = [name for name in node.inputs if name in self.fed] == [node.inputs[0]]
        channel = node.op != "BatchNormalization" or self.orders[node.inputs[0]][1] == 1
        return alone and channel and (node.op in MONOTONE | SAME or self._axes(node) is not None)

    def _axes(self, node: Node) -> list[int] | None:
        """Return the axes of a node that loses some, in the order of the file; None of others."""
        if node.op not in ("ReduceMean", "Squeeze"):
            return None
        said = node.attributes.get("axes")
        if len(node.inputs) > 1 and node.inputs[1]:
            said = self.fixed.value(node.inputs[1])
        axes = np.ravel([] if said is None else said)
        count = len(self.orders[node.inputs[0]])
        if not axes.size or axes.dtype.kind != "i" or (np.abs(axes) > count).any():
            return None
        return sorted({int(axis) % count for axis in axes})

    def _kept(self, node: Node, order: tuple[int, ...]) -> Iterator[Node]:
        """Yield a node that changes values where they are, or loses axes."""
        axes, more = self._axes(node), dict(node.attributes)
        if axes is not None:
            left = [axis for place, axis in enumerate(order) if node.op == "ReduceMean" or place not in axes]
            more["axes"] = sorted(order[axis] for axis in axes)
            self._gives(node, tuple(sorted(left).index(axis) for axis in left))
            yield replace(node, inputs=node.inputs[:1], attributes=more)
            return
        others = list(node.inputs[1:])
        if node.op == "MultiThreshold":
            layout = more.get("data_layout") or {2: "NC", 3: "NWC", 4: "NCHW"}.get(len(order), "NC")
            more["data_layout"] = _layout(order[layout.index("C")], len(order))
        elif node.op in LINEAR_QUANTISERS:
            more["axis"] = order[more.get("axis", 1) % len(order)]
        elif node.op != "BatchNormalization":
            others = [self._turned(node, name, order) for name in others]
        self._gives(node, order)
        yield replace(node, inputs=(node.inputs[0], *others), attributes=more)

    def _turned(self, node: Node, name: str, order: tuple[int, ...]) -> str:
        """Return a constant whose axes are turned as those of a value of ``order``."""
        value = self.fixed.value(name) if name else np.zeros(())
        if value.size == 1:
            return name
        spread = value.reshape((1,) * (len(order) - value.ndim) + value.shape)
        turned = f"{name} turned for {node.outputs[0]}"
        self.constants[turned] = spread.transpose(np.argsort(order))
        return turned

    def _twin(self, node: Node) -> Iterator[Node]:
        """Yield a node whose channels come last as one whose channels come second."""
        name, others = node.inputs[0], list(node.inputs[1:])
        if self.orders.get(name) != TO_LAST:
            yield from self._brought(node, name)
            first = f"{name} for {node.outputs[0]}"
            back = f"{name} in its order" if self._moved(name) else name
            yield Node(node.name, "Transpose", (back,), (first,), {"perm": list(TO_FIRST)})
            name = first
        if TWINS[node.op] == "Conv" and others:
            turned = f"{others[0]} for {node.outputs[0]}"
            yield Node(node.name, "Transpose", (others[0],), (turned,), {"perm": list(TO_FIRST)})
            others[0] = turned
        self._gives(node, TO_LAST)
        yield replace(node, op=TWINS[node.op], inputs=(name, *others))

    def _brought(self, node: Node, name: str) -> Iterator[Node]:
        """Yield a Transpose that brings a value into the order of the file, once, if it is in another."""
        back = f"{name} in its order"
        if self._moved(name) and all(back not in one.outputs for one in self.nodes):
            yield Node(node.name, "Transpose", (name,), (back,), {"perm": list(self.orders[name])})

    def _settled(self, node: Node) -> Iterator[Node]:
        """Yield a node that needs the order of the file."""
        inputs = list(node.inputs)
        for place, name in enumerate(inputs):
            if self._moved(name):
                yield from self._brought(node, name)
                inputs[place] = f"{name} in its order"
        order = self.orders.get(node.inputs[0])
        if order is not None and node.op in MONOTONE | SAME | SECOND:
            self._gives(node, tuple(range(len(order))))
        yield replace(node, inputs=tuple(inputs))


def _layout(channel: int, count: int) -> str:
    """Return letters of axes of which that of channels is a C."""
    others = iter("NHWD")
    return "".join("C" if axis == channel else next(others) for axis in range(count))


def _renamed(node: Node, name: str, other: str) -> Node:
    def names(given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(other if one == name else one for one in given)

    return replace(node, inputs=names(node.inputs), outputs=names(node.outputs))
