"""A network as QONNX, in float32 with quantisers as nodes, for FINN, qonnx and importers such as our own.

Weights, codes and biases are whole numbers, and every sum is exact in float32 below 2**23, where it holds
halves too. A rule that shifts becomes a quantiser that rounds to nearest, which is what FINN takes every one
for: of an integer sum

    floor(sum / 2**shift) = round((sum - 2**(shift - 1) + 1/2) / 2**shift)

and no quotient lies in the middle of two numbers. A rule of thresholds is a ``MultiThreshold``, and so is one
that multiplies, with the least sum of each activation.

What enters are raw pixels, or codes of 8 bits, 0 to 255 (signed ones -128 to 127) as float32, a sample at a
time.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from onnx import TensorProto, helper

from accelgen.errors import InvalidNetwork
from accelgen.interop.export.draft import Draft
from accelgen.interop.export.facts import facts_of
from accelgen.interop.export.places import check_dense, columns_of, label, pads_of, shape_of
from accelgen.network import Conv, Dense, Multiply, Network, Requantise, Thresholds
from accelgen.network.layer import Layer

__all__ = ["DOMAIN", "export_qonnx"]

DOMAIN = "qonnx.custom_op.general"
#: From here on float32 holds whole numbers, but no halves.
WITHOUT_HALVES = 1 << 23

F = np.float32


def export_qonnx(network: Network) -> bytes:
    """Return a QONNX file of a network without spikes.

    Its input is ``x``, float32[1, pixels] or, of a network that starts with a convolution, [1, channels,
    height, width], of whole numbers from 0 to 255, or -128 to 127 of signed codes. Its output is ``scores``,
    float32[1, scores].

    Raises
    ------
    InvalidRequest
        If it spikes.
    InvalidNetwork
        If a sum may be 2**23 or more, or a layer is of another kind than dense and convolution.
    """
    check_dense(network)
    draft = Draft()
    shape = shape_of(network)
    placed = shape if len(shape) == 1 else (shape[2], *shape[:2])
    bits = network.pixel_input.bits
    entering = _halved(draft, "x", "codes", np.zeros(()), 8 - bits)
    if network.signed:
        values = {-1: _quant(draft, "codes", entering, bits, signed=1)}
    else:
        values = {-1: _rounded(draft, "codes", entering, bits)}
    for number, (read,) in enumerate(network.reads):
        values[number] = _layer(draft, network, number, values[read])
    return draft.model(
        network.name,
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, *placed]),
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, network.classes])],
        facts_of(network),
        {DOMAIN: 1},
    )


def _layer(draft: Draft, network: Network, number: int, current: str) -> str:
    """Add a layer that reads the codes ``current``, and return what it gives: codes, or scores."""
    layer, columns = network.layers[number], columns_of(network, number)
    sides = (1,) * (columns.ndim - 2)
    _check_sums(network, number)
    name = label(network, number)
    if isinstance(layer, Dense) and network.values[network.reads[number][0] + 1].image:
        current = draft.node("Flatten", f"{name} reads", current)
    weights = _weights(draft, name, layer, columns if sides else columns.T)
    if isinstance(layer, Conv):
        products = draft.node("Conv", f"{name} products", current, weights, **pads_of(layer.window))
    else:
        products = draft.node("MatMul", f"{name} products", current, weights)
    bias, rule = layer.bias.reshape(-1, *sides).astype(F), layer.rule
    if rule is None:
        return draft.node("Add", "scores", products, draft.constant(f"{name} bias", bias))
    if isinstance(rule, Thresholds | Multiply):
        sums = draft.node("Add", f"{name} sums", products, draft.constant(f"{name} bias", bias))
        found = rule.levels if isinstance(rule, Thresholds) else _least_sums(rule)
        levels = np.clip(found, -WITHOUT_HALVES, WITHOUT_HALVES).astype(F)  # no sum is beyond
        codes = draft.node(
            "MultiThreshold",
            f"{name} codes",
            sums,
            draft.constant(f"{name} levels", levels),
            domain=DOMAIN,
            out_dtype=f"UINT{rule.bits_out}",
        )
    else:
        shift = cast(Requantise, rule)
        moved = _halved(draft, products, f"{name} sums", bias, shift.shift)
        codes = _rounded(draft, f"{name} codes", moved, shift.bits)
    if isinstance(layer, Conv) and layer.window.pool != 1:
        pool = [layer.window.rows.pool, layer.window.columns.pool]
        codes = draft.node("MaxPool", f"{name} pooled", codes, kernel_shape=pool, strides=pool)
    return codes


def _least_sums(rule: Multiply) -> list[list[int]]:
    """Return the least sum of each activation from 1 on, of each channel."""
    wanted = [
        (code << rule.shift)
        + (rule.even and code & 1)  # just on the step of an odd one is the even one below
        for code in range(1, 1 << rule.bits)
    ]
    pairs = zip(rule.multipliers, rule.offsets, strict=True)
    return [[-((offset - product) // multiplier) for product in wanted] for multiplier, offset in pairs]


def _halved(draft: Draft, sums: str, name: str, bias: np.ndarray, shift: int) -> str:
    """Return sums with their bias over ``2**shift``, moved so that to round them is to round down."""
    moved = bias - (2.0 ** (shift - 1) - 0.5)
    if moved.any():
        sums = draft.node("Add", f"{name} moved", sums, draft.constant(f"{name} bias", moved.astype(F)))
    if shift:
        scale = draft.constant(f"{name} scale", F(2.0**-shift))
        sums = draft.node("Mul", f"{name} scaled", sums, scale)
    return sums


def _rounded(draft: Draft, gives: str, values: str, bits: int) -> str:
    """Return ``values`` as whole numbers of ``bits`` bits, unsigned: FINN wants a Relu before these."""
    return _quant(draft, gives, draft.node("Relu", f"{gives} relu", values), bits, signed=0)


def _quant(draft: Draft, gives: str, values: str, bits: int, *, signed: int) -> str:
    scale, zero = draft.constant("one", F(1)), draft.constant("zero", F(0))
    width = draft.constant(f"{bits} bits", F(bits))
    how = {"signed": signed, "narrow": 0, "rounding_mode": "ROUND"}
    return draft.node("Quant", gives, values, scale, zero, width, domain=DOMAIN, **how)


def _weights(draft: Draft, name: str, layer: Layer, weights: np.ndarray) -> str:
    """Return weights behind their quantiser: of one bit a sign, unless blocks without weights are zeros."""
    whole, gives = draft.constant(f"{name} whole weights", weights.astype(F)), f"{name} weights"
    if layer.weights.bits == 1 and weights.all():
        return draft.node("BipolarQuant", gives, whole, draft.constant("one", F(1)), domain=DOMAIN)
    return _quant(draft, gives, whole, max(layer.weights.bits, 2), signed=1)


def _check_sums(network: Network, number: int) -> None:
    """Raise `InvalidNetwork` if float32 may round a sum of a layer, or half of a step beside it."""
    layer = network.layers[number]
    largest = (1 << network.input_bits[number]) - 1
    sizes = np.abs(layer.weights.dense().astype(np.int64)).sum(axis=1) * largest + np.abs(layer.bias)
    moved = 1 << layer.rule.shift if isinstance(layer.rule, Requantise) else 0
    if (reach := int(sizes.max()) + moved) >= WITHOUT_HALVES:
        raise InvalidNetwork(
            f"layer {number} ({layer.name}): sums of up to {reach:,} are not exact in float32, which holds "
            "no halves from 2**23 on: format onnx adds in integers"
        )
