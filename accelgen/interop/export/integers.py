"""A network as plain ONNX, in integers: what any runtime computes without rounding.

Sums are those of ``MatMulInteger`` and ``ConvInteger``, which are of 32 bits by their definition; a runtime
that multiplies floats may add them in another order, or transform a convolution (Winograd), and would be
exact in float32 below 2**24 only, on a promise that no standard gives. A shift is a division behind a clip:
of numbers from 0 up both round down. Some processors add two neighbouring products of an unsigned and a
signed byte in 16 bits, and saturate: weights with which that could happen are written as unsigned bytes with
a zero point.

What enters are raw pixels, uint8, or features, float64, which the graph turns into codes as `Coding` says.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from onnx import TensorProto, ValueInfoProto, helper

from accelgen.errors import InvalidNetwork
from accelgen.interop.export.draft import Draft
from accelgen.interop.export.facts import facts_of
from accelgen.interop.export.places import check_dense, columns_of, label, pads_of, shape_of
from accelgen.network import Conv, Dense, Multiply, Network, Requantise, Thresholds
from accelgen.network.layer import Layer
from accelgen.network.task import score_names
from accelgen.network.widths import layer_accumulator_bits

__all__ = ["export_onnx", "stored_weights"]

INT32_BITS, INT32_MOST = 32, (1 << 31) - 1
#: The largest sum of two products that fits 16 bits.
PAIR_MOST = (1 << 15) - 1


def export_onnx(network: Network) -> bytes:
    """Return an ONNX file of a network without spikes.

    Its input is ``pixels``, uint8[samples, pixels], or ``features``, float64[samples, features]; of a network
    that starts with a convolution [samples, height, width, channels]. Its first output is ``scores``,
    int32[samples, scores]. The second is ``class``, int64[samples], of several scores the lowest class of the
    highest; ``values``, float64[samples, outputs]; or ``decisions``, bool[samples, outputs], as the task
    says.

    Raises
    ------
    InvalidRequest
        If it spikes.
    InvalidNetwork
        If a sum needs more than 32 bits, or a layer is of another kind than dense and convolution.
    """
    check_dense(network)
    draft = Draft()
    entering, current = _entering(draft, network)
    values = {-1: current}
    for number, bits in enumerate(layer_accumulator_bits(network)):
        if bits > INT32_BITS:
            name = network.layers[number].name
            raise InvalidNetwork(f"layer {number} ({name}): sums need {bits} bits, and ONNX adds in 32")
    for number, (read,) in enumerate(network.reads):
        values[number] = _layer(draft, network, number, values[read])
    return draft.model(network.name, entering, _leaving(draft, network), facts_of(network), {})


def stored_weights(weights: np.ndarray, largest: int) -> tuple[np.ndarray, int]:
    """Return weights as bytes, and the zero point that is to be subtracted from them.

    Parameters
    ----------
    weights : integer[...]
        -128 to 127.
    largest : int
        The largest activation that they are multiplied with.

    Returns
    -------
    int8[...] or uint8[...]
        Signed where no two products leave 16 bits, else unsigned.
    int
        0, or 128.
    """
    if 2 * largest * int(np.abs(weights).max()) <= PAIR_MOST:
        return weights.astype(np.int8), 0
    return (weights + 128).astype(np.uint8), 128


def _entering(draft: Draft, network: Network) -> tuple[ValueInfoProto, str]:
    """Return the input, and the tensor of codes that the first layer reads, uint8."""
    entering, shape = network.pixel_input, shape_of(network)
    coding, name = entering.coding, "pixels"
    if coding is not None:
        name, each = "features", shape if len(coding.offset) > 1 else ()
        parts = {"offset": coding.offset, "scale": coding.scale}
        low, high = coding.ends
        offset, scale = (
            draft.constant(f"coding {part}", np.array(values, np.float64).reshape(each))
            for part, values in parts.items()
        )
        moved = draft.node("Sub", "moved", name, offset)
        steps = draft.node("Floor", "steps", draft.node("Div", "scaled", moved, scale))
        ends = [draft.constant(f"code {most}", np.float64(most)) for most in (low, high)]
        codes = draft.node("Clip", "clipped", steps, *ends)
        if low:  # signed codes become unsigned ones with a zero point
            codes = draft.node("Sub", "from zero", codes, ends[0])
        codes = draft.node("Cast", "codes", codes, to=TensorProto.UINT8)
    else:
        codes = name
    if dropped := 8 - entering.bits:
        by = draft.constant("dropped bits", np.uint8(dropped))
        codes = draft.node("BitShift", "upper bits", codes, by, direction="RIGHT")
    if len(shape) == 3:
        codes = draft.node("Transpose", "image", codes, perm=[0, 3, 1, 2])
    kind = TensorProto.UINT8 if coding is None else TensorProto.DOUBLE
    what = "0 to 255" if coding is None else "as they were measured"
    return helper.make_tensor_value_info(name, kind, ["samples", *shape], f"{name}, {what}"), codes


def _layer(draft: Draft, network: Network, number: int, current: str) -> str:
    """Add a layer that reads the codes ``current``, and return what it gives: codes, or scores."""
    layer, name = network.layers[number], label(network, number)
    columns = columns_of(network, number)
    sides = (1,) * (columns.ndim - 2)
    if isinstance(layer, Dense) and network.values[network.reads[number][0] + 1].image:
        current = draft.node("Flatten", f"{name} reads", current)
    largest = (1 << network.input_bits[number]) - 1
    weights, zero = stored_weights(columns if sides else columns.T, largest)
    inputs = [current, draft.constant(f"{name} weights", weights)]
    middle = 1 << network.pixel_input.bits - 1 if network.input_signs[number] else 0
    if zero or middle:
        inputs += [
            draft.constant(f"{name} zero", np.uint8(middle)),
            draft.constant(f"{name} zero point", weights.dtype.type(zero)),
        ]
    if isinstance(layer, Conv):
        products = draft.node("ConvInteger", f"{name} products", *inputs, **pads_of(layer.window))
    else:
        products = draft.node("MatMulInteger", f"{name} products", *inputs)
    bias = draft.constant(f"{name} bias", layer.bias.reshape(-1, *sides))
    if layer.rule is None:
        return draft.node("Add", "scores", products, bias)
    codes = _codes(draft, name, layer, draft.node("Add", f"{name} sums", products, bias), sides)
    if isinstance(layer, Conv) and layer.window.pool != 1:
        pool = [layer.window.rows.pool, layer.window.columns.pool]
        codes = draft.node("MaxPool", f"{name} pooled", codes, kernel_shape=pool, strides=pool)
    return codes


def _codes(draft: Draft, name: str, layer: Layer, sums: str, sides: tuple[int, ...]) -> str:
    """Add the rule of a layer, and return its activations, uint8."""
    rule = layer.rule
    if isinstance(rule, Thresholds):
        levels = np.array(rule.levels, np.int32).reshape(-1, *sides, len(rule.columns))
        axis = draft.constant("last axis", np.array([-1], np.int64))
        spread = draft.node("Unsqueeze", f"{name} beside", sums, axis)
        reached = draft.node(
            "GreaterOrEqual", f"{name} reached", spread, draft.constant(f"{name} levels", levels)
        )
        ones = draft.node("Cast", f"{name} ones", reached, to=TensorProto.INT32)
        found = draft.node("ReduceSum", f"{name} counted", ones, axis, keepdims=0)
    elif isinstance(rule, Multiply):
        found = _multiplied(draft, name, rule, sums, sides)
    else:
        rule = cast(Requantise, rule)
        most = min((1 << (rule.bits + rule.shift)) - 1, INT32_MOST)
        ends = draft.constant("none", np.int32(0)), draft.constant(f"{name} most", np.int32(most))
        clipped = draft.node("Clip", f"{name} clipped", sums, *ends)
        by = draft.constant(f"{name} divisor", np.int32(1 << rule.shift))
        found = draft.node("Div", f"{name} shifted", clipped, by)
    return draft.node("Cast", f"{name} codes", found, to=TensorProto.UINT8)


def _multiplied(draft: Draft, name: str, rule: Multiply, sums: str, sides: tuple[int, ...]) -> str:
    """Add a rule that multiplies, in 64 bits, and return its activations, int64."""

    def constant(what: str, values: object) -> str:
        return draft.constant(f"{name} {what}", np.array(values, np.int64))

    def each(what: str, values: tuple[int, ...]) -> str:
        return constant(what, np.array(values, np.int64).reshape(-1, *sides))

    wide = draft.node("Cast", f"{name} wide sums", sums, to=TensorProto.INT64)
    scaled = draft.node("Mul", f"{name} scaled", wide, each("multipliers", rule.multipliers))
    moved = draft.node("Add", f"{name} moved", scaled, each("offsets", rule.offsets))
    step = constant("step", 1 << rule.shift)
    # One step more than the largest activation: what lies on a step is still to be seen.
    most = constant("step beyond", 1 << rule.shift + rule.bits)
    kept = draft.node("Clip", f"{name} kept", moved, constant("none", 0), most)
    found = draft.node("Div", f"{name} shifted", kept, step)
    if rule.even:
        whole = draft.node("Equal", f"{name} on a step", draft.node("Mul", f"{name} back", found, step), kept)
        odd = draft.node("Mod", f"{name} odd", found, constant("two", 2))
        tie = draft.node("Cast", f"{name} tie", whole, to=TensorProto.INT64)
        found = draft.node("Sub", f"{name} even", found, draft.node("Mul", f"{name} less", odd, tie))
    return draft.node("Min", f"{name} clipped", found, constant("most", (1 << rule.bits) - 1))


def _leaving(draft: Draft, network: Network) -> list[ValueInfoProto]:
    """Return the outputs: scores, and what they stand for."""
    task, count = network.task, network.classes
    said = score_names(task).replace("an image", "a sample")
    scores = helper.make_tensor_value_info("scores", TensorProto.INT32, ["samples", count], said)
    if task is None:
        draft.node("ArgMax", "class", "scores", axis=1, keepdims=0)
        return [scores, helper.make_tensor_value_info("class", TensorProto.INT64, ["samples"])]
    if task.decides:
        least = draft.constant("least yes", np.array(task.thresholds, np.int32))
        draft.node("GreaterOrEqual", "decisions", "scores", least)
        return [scores, helper.make_tensor_value_info("decisions", TensorProto.BOOL, ["samples", count])]
    scale, offset = (
        draft.constant(name, np.array(values, np.float64))
        for name, values in (("scale", task.scale), ("offset", task.offset))
    )
    steps = draft.node(
        "Mul", "scaled scores", draft.node("Cast", "score", "scores", to=TensorProto.DOUBLE), scale
    )
    draft.node("Add", "values", steps, offset)
    return [scores, helper.make_tensor_value_info("values", TensorProto.DOUBLE, ["samples", count])]
