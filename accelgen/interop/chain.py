"""A graph as a chain: linear nodes, and between them what changes each value on its own.

Every node is looked at before anything is made of it, and gets a verdict: accepted where it becomes a layer,
folded where it becomes thresholds, constants or an order of values, refused with a reason and what helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from accelgen.interop.averages import AVERAGES, average_problem
from accelgen.interop.graph import Graph, Node

__all__ = ["Chain", "Finding", "Stage", "find_chain"]

Verdict = Literal["accepted", "folded", "refused"]

#: Multiply with weights.
LINEAR = frozenset({"MatMul", "Conv"})
#: Add values up, and so begin a layer.
SUMMING = LINEAR | AVERAGES
#: Change each value by a function that never turns round, of constants of its channel.
MONOTONE = frozenset({
    "Add", "BatchNormalization", "BipolarQuant", "Ceil", "Clip", "DequantizeLinear", "Div", "Floor", "Max",
    "Min", "Mul", "MultiThreshold", "Neg", "Quant", "QuantizeLinear", "Relu", "Round", "Sign", "Sub", "Trunc",
})  # fmt: skip
SAME = frozenset({"Cast", "Dropout", "Identity"})
#: The number that ONNX has for float32.
FLOAT32 = 1
STRUCTURE = frozenset({"Flatten", "Reshape", "Squeeze", "Transpose", "Unsqueeze"})
#: Behind the last layer: the class is the same without them.
ORDER = frozenset({"ArgMax", "Softmax", "TopK"})
#: Read the value in one place, the first: elsewhere a function of it may turn round.
ONCE = SUMMING | MONOTONE | SAME | STRUCTURE | ORDER | {"MaxPool"}
#: Read it in any one place.
EITHER = frozenset({"Add", "Max", "Min", "Mul", "Sub"})

TRAINING = "is as in training; an export for inference can be imported"
#: Why a node is refused, and what would help.
HELP = {
    "QuantAvgPool2d": "must say kernel, stride, ibits and obits, and be of NCHW or NHWC",
    "Concat": "no layer joins two values",
    "Sigmoid": "only functions that float32 gives exactly are folded; a Quant behind a Clip can be imported",
    "Tanh": "only functions that float32 gives exactly are folded; a Quant behind a Clip can be imported",
    "Gemm": "only with weights, alpha and beta 1 and transA 0",
    "ConvTranspose": "no layer enlarges an image",
    "LSTM": "no layer reads what it gave before",
    "GRU": "no layer reads what it gave before",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes of a node.

    Attributes
    ----------
    node, op : str
        Its name, and what it computes.
    verdict : "accepted", "folded" or "refused"
        Whether it becomes a layer or part of one, or stands in the way.
    why : str
        What it becomes, or why it cannot and what would help.
    """

    node: str
    op: str
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A linear node, or the input, and the nodes up to the next linear one.

    Attributes
    ----------
    linear : Node or None
        Gives the sums, or averages; None of the input.
    start : str
        The tensor of sums, or of what enters.
    nodes : tuple of Node
        What changes each value, or where values stand, in order.
    end : str
        What the next linear node reads; of the last stage, what leaves but for an order of classes.
    """

    linear: Node | None
    start: str
    nodes: tuple[Node, ...]
    end: str

    @property
    def node(self) -> Node:
        """The linear node, of a stage that has one: all but that of the input."""
        if self.linear is None:
            raise ValueError("what enters has no linear node")
        return self.linear

    @property
    def value(self) -> str:
        """The tensor after the last node that changes values: behind it only places change."""
        changed = [node.outputs[0] for node in self.nodes if node.op in MONOTONE]
        return changed[-1] if changed else self.start

    @property
    def pools(self) -> tuple[Node, ...]:
        """Its pooling nodes."""
        return tuple(node for node in self.nodes if node.op == "MaxPool")


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The stages of a graph, and what became of each node; no stages if one is refused."""

    stages: tuple[Stage, ...]
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The nodes that stand in the way."""
        return tuple(finding for finding in self.findings if finding.verdict == "refused")


def find_chain(graph: Graph) -> Chain:
    """Return the chain of a graph, with a verdict for each node."""
    fed = graph.fed()
    path = list(_path(graph, fed))
    places = {id(node): place for place, node in enumerate(path)}
    linears = [place for place, node in enumerate(path) if node.op in SUMMING]
    first, last = (linears[0], linears[-1]) if linears else (len(path), len(path))
    findings = {}
    for node in graph.nodes:
        place = places.get(id(node))
        if place is not None:
            findings[id(node)] = _verdict(node, fed, graph, first=place < first, last=place > last)
        elif fed.intersection(node.inputs) and node.op != "Shape":
            findings[id(node)] = Finding(
                node.name, node.op, "refused", "is on no chain: layers read the value just before them"
            )
        else:
            findings[id(node)] = Finding(node.name, node.op, "folded", "constant")
    found = tuple(findings[id(node)] for node in graph.nodes)
    whole = all(finding.verdict != "refused" for finding in found)
    if whole and path and graph.output not in path[-1].outputs[: None if path[-1].op == "TopK" else 1]:
        ends = Finding(graph.output, "output", "refused", "is not what the last node on the way gives")
        found = (*found, ends)
    if not linears:
        found = (
            *found,
            Finding(graph.input, "input", "refused", "no MatMul, Gemm, Conv or average reads what enters"),
        )
    if any(finding.verdict == "refused" for finding in found):
        return Chain((), found)
    return Chain(tuple(_stages(graph, path)), found)


def _path(graph: Graph, fed: set[str]) -> Iterator[Node]:
    """Yield the nodes that what enters goes through, as long as there is one way, and up to what leaves."""
    readers: dict[str, list[Node]] = {}
    for node in graph.nodes:
        for name in {*node.inputs} if node.op != "Shape" else ():
            readers.setdefault(name, []).append(node)
    current = graph.input
    while current != graph.output:
        reading = readers.get(current, [])
        if len(reading) != 1 or len(fed.intersection(reading[0].inputs)) != 1:
            return
        yield reading[0]
        current = reading[0].outputs[-1 if graph.output == reading[0].outputs[-1] else 0]


def _verdict(node: Node, fed: set[str], graph: Graph, *, first: bool, last: bool) -> Finding:
    """Return what becomes of a node on the path: ``first`` before all linear nodes, ``last`` behind them."""

    def finding(verdict: Verdict, why: str) -> Finding:
        return Finding(node.name, node.op, verdict, why)

    if node.op in ONCE and (reason := _reading_problem(node, fed)):
        return finding("refused", reason)
    if node.op in LINEAR:
        if reason := _window_problem(node):
            return finding("refused", reason)
        return finding("accepted", "layer")
    if node.op in AVERAGES:
        reason = average_problem(node)
        return finding("refused", reason) if reason else finding("accepted", "layer of ones")
    if node.op in MONOTONE:
        if node.attributes.get("training_mode", 0):
            return finding("refused", TRAINING)
        return finding("folded", "scores" if last else "thresholds")
    if node.op in SAME or node.op in STRUCTURE:
        if node.op == "Cast" and node.attributes.get("to") != FLOAT32:
            return finding("refused", "makes other numbers of values; a Cast to float32 can be imported")
        if node.op == "Dropout" and any(name and _maybe(graph, name) for name in node.inputs[2:]):
            return finding("refused", TRAINING)
        return finding("folded", "order of values")
    if node.op == "MaxPool":
        if reason := _pool_problem(node):
            return finding("refused", reason)
        if first:
            return finding("refused", "pools what enters; a MaxPool behind a Conv can be imported")
        return finding("accepted", "pooling of the layer before")
    if node.op in ORDER:
        if not last:
            return finding("refused", "is only taken behind the last layer")
        if reason := _order_problem(node):
            return finding("refused", reason)
        return finding("folded", "the class of the highest score")
    reason = HELP.get(node.op, "is of no kind that is imported")
    if node.op not in graph.operators and node.op not in HELP:
        reason = "is not known; see docs/own-models.md for the nodes that are"
    return finding("refused", reason)


def _reading_problem(node: Node, fed: set[str]) -> str:
    """Return why a node is another function of the value than its operator is folded as, or nothing."""
    places = [place for place, name in enumerate(node.inputs) if name in fed]
    if len(places) > 1:
        return "reads the value twice; a constant as the other operand can be imported"
    if node.op in LINEAR and len(node.inputs) < 2:
        return "has no weights"
    if places == [0] or node.op in EITHER:
        return ""
    if node.op in LINEAR:
        return "its weights must be the second operand"
    if node.op == "Div":
        return "divides a constant by values; a Mul by a constant can be imported"
    return "reads the value where a constant must be; as its first operand it can be imported"


def _maybe(graph: Graph, name: str) -> bool:
    """Return whether a tensor may hold anything but zeros: one that nodes give is not looked at."""
    return bool(np.any(graph.constants.get(name, 1)))


def _order_problem(node: Node) -> str:
    """Return why a node says another class than that of the highest score, or nothing."""
    more = node.attributes
    if not more.get("largest", 1):
        return "gives the lowest scores; with largest 1 it can be imported"
    if more.get("select_last_index", 0):
        return "gives the last of equal scores, not the first; with select_last_index 0 it can be imported"
    axis = more.get("axis", 0 if node.op == "ArgMax" else -1)
    return "" if axis else "looks along the batch; with axis 1 it can be imported"


def _window_problem(node: Node) -> str:
    """Return why a convolution has no window of ours, or nothing."""
    if node.op != "Conv":
        return ""
    more = node.attributes
    pads, strides = more.get("pads") or [0, 0, 0, 0], more.get("strides") or [1, 1]
    if more.get("group", 1) != 1:
        return "no layer has groups of channels; a Conv with group 1 can be imported"
    if set(more.get("dilations") or [1]) != {1}:
        return "no layer has dilations; a Conv without can be imported"
    if more.get("auto_pad", "NOTSET") != "NOTSET":
        return "auto_pad is not read; the same pads as numbers can be imported"
    if (len(pads), len(strides)) != (4, 2):
        return f"must be of images, not with pads {list(pads)} and strides {list(strides)}"
    return ""


def _pool_problem(node: Node) -> str:
    """Return why a pooling is none of ours, or nothing."""
    more = node.attributes
    side, strides = more.get("kernel_shape") or [], more.get("strides") or [1, 1]
    if not (isinstance(side, list) and isinstance(strides, list)):
        return "must have squares side by side, and its kernel_shape and strides are no numbers"
    if len(side) != 2 or list(side) != list(strides):
        return f"must have squares side by side, not {list(side)} with strides {list(strides)}"
    if any(more.get("pads") or ()) or more.get("ceil_mode", 0) or more.get("auto_pad", "NOTSET") != "NOTSET":
        return "must have no pads and no ceil_mode"
    if set(more.get("dilations") or [1]) != {1}:
        return "must have no dilations"
    return ""


def _moves_nothing(node: Node) -> bool:
    """Return whether a Transpose leaves all axes where they are."""
    perm = node.attributes.get("perm")
    return node.op == "Transpose" and perm is not None and list(perm) == list(range(len(perm)))


def _stages(graph: Graph, path: list[Node]) -> Iterator[Stage]:
    linear: Node | None = None
    start, nodes = graph.input, list[Node]()
    for node in path:
        if node.op in SUMMING:
            yield Stage(linear, start, tuple(nodes), node.inputs[0])
            linear, start, nodes = node, node.outputs[0], []
        elif node.op not in ORDER and not _moves_nothing(node):
            nodes.append(node)
    yield Stage(linear, start, tuple(nodes), nodes[-1].outputs[0] if nodes else start)
