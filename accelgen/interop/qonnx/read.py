"""A QONNX file becomes a graph: protobuf is read here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import numpy_helper

from accelgen.errors import DataError, at
from accelgen.interop.graph import Graph, Node
from accelgen.interop.qonnx.channels import CHANNELS_LAST, channels_first
from accelgen.interop.qonnx.channels import DOMAIN as LAST
from accelgen.interop.qonnx.operators import OPERATORS

__all__ = ["graph_of", "read"]

#: The names that one quantiser has had.
SAME = {"IntQuant": "Quant"}
#: Where the operators live that are known here; of others the same name means something else.
DOMAINS = ("", "ai.onnx", "onnx.brevitas", "qonnx.custom_op.general", "finn.custom_op.general", "finn")
#: Whose arithmetic is another than that of float32.
OTHER_FLOATS = (onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16, onnx.TensorProto.DOUBLE)
#: What a QuantAvgPool2d must say, and the most of each.
POOLED, MOST_SIDE = ("kernel", "stride", "ibits", "obits"), 1 << 10
#: From here on operands are spread as numpy does it.
OLDEST_OPSET = 7


def read(path: Path) -> Graph:
    """Return the graph of a file.

    Raises
    ------
    DataError
        If it is no ONNX file, keeps values in other files, or has not one input and one output of a batch.
    """
    with at(path):
        try:
            model = onnx.load(str(path), load_external_data=False)
        except (DecodeError, OSError, ValueError) as error:
            raise DataError(f"is no ONNX file ({error})") from error
        return graph_of(model)


def graph_of(model: onnx.ModelProto) -> Graph:
    """Return the graph of a model; see `read` for what is refused."""
    opset = [one.version for one in model.opset_import if one.domain in ("", "ai.onnx")]
    if not opset or min(opset) < OLDEST_OPSET:
        raise DataError(f"must say an opset of at least {OLDEST_OPSET}, not {opset[0] if opset else 'none'}")
    graph = model.graph
    constants = {tensor.name: _array(tensor) for tensor in graph.initializer}
    nodes = [part for number, node in enumerate(graph.node) for part in _plain(_node(number, node))]
    for node in nodes:
        if node.op == "Constant":
            if "value" not in node.attributes:
                raise DataError(f"{node.name}: a Constant must have a value")
            constants[node.outputs[0]] = np.asarray(node.attributes["value"])
    _check_order(graph, constants, nodes)
    entering = [value for value in graph.input if value.name not in constants]
    if len(entering) != 1 or len(graph.output) != 1:
        raise DataError(f"must have one input and one output, not {len(entering)} and {len(graph.output)}")
    kind = entering[0].type.tensor_type.elem_type
    if kind != onnx.TensorProto.FLOAT:
        kinds = {number: name.lower() for name, number in onnx.TensorProto.DataType.items()}
        name = kinds.get(kind, f"type {kind}")
        raise DataError(f"input {entering[0].name!r} must be float32 (float), not {name}")
    shape = [size.dim_value for size in entering[0].type.tensor_type.shape.dim]
    if len(shape) < 2 or 0 in shape[1:] or shape[0] not in (0, 1):
        raise DataError(f"input {entering[0].name!r} must be a sample with a known shape, not {shape}")
    found = Graph(
        nodes=tuple(node for node in nodes if node.op != "Constant"),
        constants=constants,
        input=entering[0].name,
        shape=tuple(shape[1:]),
        output=graph.output[0].name,
        operators={**OPERATORS, **CHANNELS_LAST},
    )
    return channels_first(found)


def _check_order(graph: onnx.GraphProto, constants: dict[str, np.ndarray], nodes: list[Node]) -> None:
    """Refuse tensors that are given twice, or read before they are there: the nodes could run for ever."""
    there = {"", *(value.name for value in graph.input), *constants}
    for node in nodes:
        if node.op == "Constant":
            continue
        if missing := [name for name in node.inputs if name not in there]:
            raise DataError(f"{node.name}: reads {missing[0]!r}, which nothing before it gives")
        if twice := [name for name in node.outputs if name and name in there]:
            raise DataError(f"{node.name}: gives {twice[0]!r}, which is there already")
        there.update(node.outputs)


def _node(number: int, node: onnx.NodeProto) -> Node:
    if not node.output:
        raise DataError(f"node {node.name or number}: gives nothing")
    attributes = {one.name: _value(onnx.helper.get_attribute_value(one)) for one in node.attribute}
    return Node(
        name=node.name or f"{node.op_type}_{number}",
        op=SAME.get(node.op_type, node.op_type)
        if node.domain in DOMAINS
        else f"{node.domain}.{node.op_type}",
        inputs=tuple(node.input),
        outputs=tuple(node.output),
        attributes=attributes,
    )


def _plain(node: Node) -> Iterator[Node]:
    """Yield what a node computes as nodes that do one thing: products first, then the bias."""
    more = node.attributes
    product = f"{node.outputs[0]} without bias"
    usual = (more.get("alpha", 1), more.get("beta", 1), more.get("transA", 0)) == (1, 1, 0)
    if node.op == "Gemm" and usual and len(node.inputs) > 1:
        x, weights, *bias = node.inputs
        if more.get("transB", 0):
            yield Node(node.name, "Transpose", (weights,), (f"{weights} of {node.name}",), {"perm": [1, 0]})
            weights = f"{weights} of {node.name}"
        yield Node(node.name, "MatMul", (x, weights), (product if any(bias) else node.outputs[0],))
        if any(bias):
            yield Node(node.name, "Add", (product, *bias), node.outputs)
    elif node.op == "Conv" and len(node.inputs) > 2 and node.inputs[2]:
        spread = f"{node.inputs[2]} of {node.name}"
        yield Node(node.name, "Conv", node.inputs[:2], (product,), more)
        yield Node(node.name, "Unsqueeze", node.inputs[2:], (spread,), {"axes": [1, 2]})
        yield Node(node.name, "Add", (product, spread), node.outputs)
    elif node.op == f"{LAST}.Conv" and len(node.inputs) > 2 and node.inputs[2]:
        yield Node(node.name, node.op, node.inputs[:2], (product,), more)
        yield Node(node.name, "Add", (product, node.inputs[2]), node.outputs)
    elif node.op == "ReduceMean" and not more.get("keepdims", 1):
        kept = f"{node.outputs[0]} with its axes"
        axes = {"axes": more["axes"]} if "axes" in more else {}
        yield Node(node.name, "ReduceMean", node.inputs, (kept,), {**more, "keepdims": 1})
        yield Node(node.name, "Squeeze", (kept, *node.inputs[1:]), node.outputs, axes)
    elif node.op == "QuantAvgPool2d" and all(_small(more.get(name)) for name in POOLED):
        yield from _average_and_shift(node)
    else:
        yield node


def _small(value: object) -> bool:
    """Return whether an attribute is a number that a side of a square, or a width, can be."""
    return isinstance(value, int) and 1 <= value <= MOST_SIDE


def _average_and_shift(node: Node) -> Iterator[Node]:
    """Yield what ``QuantAvgPool2d`` computes: an average, its sum again, and a shift to as many bits.

    The shift is that of the largest sum of ``ibits`` bits, signed or not, which rounds down.
    """
    more, given = node.attributes, node.inputs[0]
    side, layout = more["kernel"], more.get("data_layout", "NCHW")
    if layout not in ("NCHW", "NHWC"):
        yield node
        return
    most = ((1 << more["ibits"]) - 1) * side * side
    shift = max(most.bit_length() - more["obits"], 0)
    steps: list[tuple[str, float | None, dict]] = [
        ("AveragePool", None, {"kernel_shape": [side, side], "strides": [more["stride"]] * 2}),
        ("Mul", float(side * side), {}),
        ("Round", None, {}),
        ("Mul", 2.0**-shift, {}),
        ("Floor", None, {}),
    ]
    if layout == "NHWC":
        steps = [
            ("Transpose", None, {"perm": [0, 3, 1, 2]}),
            *steps,
            ("Transpose", None, {"perm": [0, 2, 3, 1]}),
        ]
    for number, (op, factor, attributes) in enumerate(steps):
        last = number == len(steps) - 1
        leaving = node.outputs[0] if last else f"{node.outputs[0]} at {number}"
        operands: tuple[str, ...] = (given,)
        if factor is not None:
            operands = given, f"{leaving} factor"
            yield Node(node.name, "Constant", (), operands[1:], {"value": np.float32(factor)})
        yield Node(node.name, op, operands, (leaving,), attributes)
        given = leaving


def _value(value: object) -> object:
    """Return an attribute as Python has it: text, numbers, lists, arrays."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return _array(value) if isinstance(value, onnx.TensorProto) else value


def _array(tensor: onnx.TensorProto) -> np.ndarray:
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise DataError(f"tensor {tensor.name!r} is in another file: save the model in one")
    try:
        values = numpy_helper.to_array(tensor)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"tensor {tensor.name!r} is damaged ({error})") from error
    if tensor.data_type in OTHER_FLOATS:
        raise DataError(f"tensor {tensor.name!r} must be float32, not {values.dtype}")
    return values
