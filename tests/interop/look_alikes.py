"""Small files as other tools write them, with random weights."""

from __future__ import annotations

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

DOMAIN = "qonnx.custom_op.general"


class Builder:
    """Nodes one after the other, each reading what the last one gave."""

    def __init__(self, *shape, seed=0):
        self.rng, self.shape, self.current = np.random.default_rng(seed), shape, "x"
        self.nodes, self.constants, self.kind = [], [], TensorProto.FLOAT
        self.version = 1  # of the operators of QONNX

    def constant(self, value, dtype=np.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def add(self, op, *others, domain="", first=None, outputs=1, **attributes):
        given = [f"t{len(self.nodes)}_{n}" for n in range(outputs)]
        entering = [self.current if first is None else first, *others]
        self.nodes.append(helper.make_node(op, entering, given, domain=domain, **attributes))
        self.current = given[0]
        return given[0]

    def quant(self, scale, bits, *, signed=1, narrow=0, zero=0.0, mode="ROUND", first=None, domain=DOMAIN):
        parts = [self.constant(scale), self.constant(zero), self.constant(bits)]
        more = {"signed": signed, "narrow": narrow, "rounding_mode": mode}
        return self.add("Quant", *parts, domain=domain, first=first, **more)

    def bipolar(self, first=None, scale=1.0):
        return self.add("BipolarQuant", self.constant(scale), domain="onnx.brevitas", first=first)

    def weights(self, outputs, inputs, bits=2, scale=1.0, zeros=0.3):
        """Return weights that a quantiser made, and their transpose as a tensor."""
        before = self.current
        real = self.rng.normal(0, scale, (outputs, inputs)) * (self.rng.random((outputs, inputs)) > zeros)
        if bits == 1:
            self.bipolar(first=self.constant(real))
        else:
            self.quant(scale, bits, narrow=1, first=self.constant(real))
        turned = self.add("Transpose", first=self.current, perm=[1, 0])
        self.current = before
        return turned

    def ternary(self, shape, kept):
        """Return weights of -1 and 1, a share of them ``kept`` and all others zero."""
        return self.rng.choice([-1.0, 1.0], shape) * (self.rng.random(shape) < kept)

    def dense(self, outputs, inputs, bits=2, **how):
        self.add("MatMul", self.weights(outputs, inputs, bits, **how))

    def norm(self, channels, spread=3.0):
        gain = self.rng.normal(0, 1, channels)
        parts = [
            gain + np.sign(gain) * 0.2,
            self.rng.normal(0, 1, channels),
            self.rng.normal(0, spread, channels),
        ]
        parts.append(self.rng.uniform(spread, spread * 9, channels))
        self.add("BatchNormalization", *map(self.constant, parts), epsilon=1e-5)

    def model(self, classes=None):
        graph = helper.make_graph(
            self.nodes,
            "look_alike",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, *self.shape])],
            [helper.make_tensor_value_info(self.current, self.kind, classes and [1, classes])],
            self.constants,
        )
        imports = [helper.make_opsetid(domain, self.version) for domain in (DOMAIN, "onnx.brevitas")]
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13), *imports])

    def save(self, path, **how):
        onnx.save(self.model(**how), path)
        return path


def ternary(seed=0, *, inputs=24, hidden=16, classes=4, last=True) -> Builder:
    """Return two hidden layers of 2-bit weights with batch norm and signed ternary activations."""
    net = Builder(1, 4, inputs // 4, seed=seed)
    net.add("Flatten")
    net.add("Mul", net.constant(2.0))
    net.add("Sub", net.constant([1.0]))
    net.quant(1.0, 2.0, narrow=1)
    for entering in (inputs, hidden):
        net.dense(hidden, entering)
        net.norm(hidden)
        net.quant(1.0, 2.0, narrow=1)
    net.dense(classes, hidden)
    if last:
        net.add("Mul", net.constant([0.37]))
        net.add("Add", net.constant([-1.25]))
    return net


def bipolar(seed=0, *, inputs=24, hidden=16, classes=4) -> Builder:
    """Return a network of -1 and +1 alone, with a TopK at the end."""
    net = Builder(inputs, seed=seed)
    net.add("Sub", net.constant(0.5))
    net.bipolar()
    for entering in (inputs, hidden):
        net.dense(hidden, entering, 1)
        net.norm(hidden)
        net.bipolar()
    net.dense(classes, hidden, 1)
    net.add("TopK", net.constant([1], np.int64), outputs=2)
    net.current, net.kind = net.nodes[-1].output[1], TensorProto.INT64
    return net


def scaled(seed=0, *, bits=4, classes=5, mode="FLOOR") -> Builder:
    """Return unsigned activations with scales that are powers of two, and a Gemm with a bias."""
    net = Builder(20, seed=seed)
    net.quant(1 / 16, 4.0, signed=0)
    net.dense(12, 20, 3, scale=0.25)
    net.add("Relu")
    net.quant(0.25, float(bits), signed=0, mode=mode)
    real = net.rng.integers(-3, 4, (classes, 12)) * 0.5
    bias = net.rng.integers(-9, 9, classes) * 0.125
    net.add("Gemm", net.constant(real), net.constant(bias), transB=1)
    net.add("Softmax", axis=-1)
    return net


def convolved(seed=0, *, side=8, channels=2, classes=4, pad=1) -> Builder:
    """Return two convolutions, the first pooled, then a dense layer."""
    net = Builder(channels, side, side, seed=seed)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    for entering, leaving in ((channels, 6), (6, 5)):
        kernels = net.rng.integers(-2, 3, (leaving, entering, 3, 3))
        net.add("Conv", net.constant(kernels), kernel_shape=[3, 3], pads=[pad] * 4, strides=[1, 1])
        net.norm(leaving, spread=4.0)
        net.add("Relu")
        net.quant(0.25, 2.0, signed=0)
        if entering == channels:
            net.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
    size = (side + 2 * (pad - 1)) // 2 + 2 * (pad - 1)
    net.add("Flatten")
    net.dense(classes, 5 * size * size)
    return net


def detector(seed=0, *, inputs=120, hidden=(24, 16, 8), kept=0.25, biases=5.0) -> Builder:
    """Return a detector of ternary weights, most of them zeros one by one, that says yes or no of -1 and 1.

    Biases make neurons constant or nearly so, and much is read by nobody: it shrinks when it is folded.
    """
    net = Builder(inputs, seed=seed)
    net.add("Add", net.constant(1.0))
    net.add("Div", net.constant(2.0))
    entering = inputs
    for leaving in hidden:
        net.add("MatMul", net.constant(net.ternary((entering, leaving), kept)))
        net.add("Add", net.constant(np.rint(net.rng.normal(0, biases, leaving))))
        net.add("Relu")
        net.quant(1.0, 2.0, signed=0)
        entering = leaving
    net.add("MatMul", net.constant(net.ternary((entering, 1), 0.7)))
    net.add("Sub", net.constant(0.5))
    net.bipolar()
    return net


def pair(net: Builder, scale: float, zero: int, kind: type) -> None:
    """Add ONNX's own quantiser, and what makes numbers of its codes again."""
    parts = [(net.constant(scale), net.constant(zero, kind)) for _ in range(2)]
    net.add("QuantizeLinear", *parts[0])
    net.add("DequantizeLinear", *parts[1])


def _stored(net: Builder, codes, scale, kind: type, **how) -> str:
    """Return a constant that is stored as codes; ``how`` are attributes, such as the axis of its scales."""
    before, given = net.current, net.constant(codes, kind)
    zero = net.constant(np.zeros(np.shape(scale)), kind)
    found = net.add("DequantizeLinear", net.constant(scale), zero, first=given, **how)
    net.current = before
    return found


def int8(seed=0, *, power=False, axis=True, inputs=20, hidden=12, classes=4, image=0) -> Builder:
    """Return int8 weights of all sizes, scales of each channel, int32 biases, and 8-bit activations.

    Scales are powers of two if ``power``; with ``image`` channels the first layer is a convolution.
    """
    net = Builder(*((image, 6, 6) if image else (inputs,)), seed=seed)
    rng = net.rng

    def scale(size, middle):
        return 2.0 ** (np.rint(rng.uniform(-1, 1, size)) - middle) * (
            1 if power else rng.uniform(0.6, 1, size)
        )

    def pair(step, zero, kind):
        parts = [(net.constant(step), net.constant(zero, kind)) for _ in range(2)]
        net.add("QuantizeLinear", *parts[0])
        net.add("DequantizeLinear", *parts[1])

    def constant(codes, step, kind, along=0):
        before, given = net.current, net.constant(codes, kind)
        how = {"axis": along} if np.ndim(step) else {}
        found = net.add(
            "DequantizeLinear",
            net.constant(step),
            net.constant(np.zeros(np.shape(step)), kind),
            first=given,
            **how,
        )
        net.current = before
        return found

    def codes(*shape):
        return np.clip(np.rint(rng.normal(0, 50, shape)), -128, 127)

    step, entering = 1 / 64 if power else 1 / 255, inputs
    pair(step, 0, np.uint8)
    for number in range(2):
        steps = scale(hidden if axis else (), 7)
        bias = constant(rng.integers(-900, 900, hidden), steps * step, np.int32)
        if image and not number:
            kernels = constant(codes(hidden, image, 3, 3), steps, np.int8)
            net.add("Conv", kernels, bias, kernel_shape=[3, 3], pads=[1] * 4, strides=[1, 1])
        else:
            net.add("MatMul", constant(codes(entering, hidden), steps, np.int8, 1))
            net.add("Add", bias)
        net.add("Relu")
        step = 2.0**-4 if power else 0.0473
        pair(step, 0 if number else -128, np.uint8 if number else np.int8)
        entering = hidden
        if image and not number:
            net.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
            net.add("Flatten")
            entering = hidden * 9
    net.add("MatMul", constant(codes(entering, classes), 2.0**-7 if power else 0.0061, np.int8))
    return net


def qdq(seed=0, *, classes=4) -> Builder:
    """Return ONNX's own quantisers: small int8 weights, activations with a zero point, int32 biases."""
    net = Builder(20, seed=seed)
    pair(net, 1 / 64, 0, np.uint8)
    net.add("MatMul", _stored(net, net.rng.integers(-7, 8, (20, 12)), 0.5, np.int8))
    net.add("Add", _stored(net, net.rng.integers(-99, 99, 12), 1 / 128, np.int32))
    pair(net, 0.75, -5, np.int8)
    net.add("MatMul", _stored(net, net.rng.integers(-3, 4, (12, classes)), 0.25, np.int8))
    return net


def random_qdq(seed: int) -> Builder:
    """Return a chain of ONNX's own quantisers, whatever the seed says: MatMul, Conv, Relu, MaxPool, biases.

    All scales are powers of two, so that sums are exact in float32 in whatever order.
    """
    rng = np.random.default_rng(seed)
    images = bool(rng.random() < 0.5)
    shape = [int(rng.integers(1, 4)), *rng.integers(5, 9, 2).tolist()] if images else [12]
    net = Builder(*shape, seed=seed)
    pair(net, 2.0 ** -int(rng.integers(2, 8)), 0, np.uint8)
    if images:
        channels, kernel = int(rng.integers(1, 6)), rng.integers(1, 4, 2).tolist()
        pads, strides = rng.integers(0, kernel * 2).tolist(), rng.integers(1, 3, 2).tolist()
        weights = _stored_weights(net, (channels, shape[0], *kernel), axis=0)
        bias = [_stored_bias(net, channels)] if rng.random() < 0.7 else []
        net.add("Conv", weights, *bias, pads=pads, strides=strides)
        _random_pair(net)
        sides = zip(shape[1:], pads[:2], pads[2:], kernel, strides, strict=True)
        shape = [channels, *((side + low + high - wide) // step + 1 for side, low, high, wide, step in sides)]
        if rng.random() < 0.5 and min(shape[1:]) > 1:
            net.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
            shape = [channels, *(side // 2 for side in shape[1:])]
        net.add("Flatten")
    size = int(np.prod(shape))
    for _ in range(int(rng.integers(not images, 3))):
        outputs = int(rng.integers(2, 10))
        net.add("MatMul", _stored_weights(net, (size, outputs), axis=1))
        if rng.random() < 0.7:
            net.add("Add", _stored_bias(net, outputs))
        _random_pair(net)
        size = outputs
    net.add("MatMul", _stored(net, rng.integers(-3, 4, (size, 4)), 0.25, np.int8))
    if rng.random() < 0.3:
        _random_pair(net)
    return net


def _stored_weights(net: Builder, shape: tuple[int, ...], axis: int) -> str:
    """Return small int8 weights with one scale, or one for each output."""
    codes = net.rng.integers(-7, 8, shape)
    if net.rng.random() < 0.5:
        return _stored(net, codes, 2.0 ** -int(net.rng.integers(0, 3)), np.int8)
    return _stored(net, codes, 2.0 ** -net.rng.integers(0, 3, shape[axis]).astype(float), np.int8, axis=axis)


def _stored_bias(net: Builder, outputs: int) -> str:
    return _stored(net, net.rng.integers(-99, 100, outputs), 2.0**-6, np.int32)


def _random_pair(net: Builder) -> None:
    """Add perhaps Relu, and a quantiser to 8 bits with whatever zero point."""
    if net.rng.random() < 0.5:
        net.add("Relu")
    scale = 2.0 ** -int(net.rng.integers(-1, 4))
    if net.rng.random() < 0.5:
        pair(net, scale, int(net.rng.integers(0, 256)), np.uint8)
    else:
        pair(net, scale, int(net.rng.integers(-128, 128)), np.int8)


def random_network(seed: int) -> Builder:
    """Return a chain of MatMul or Conv with batch norm, Relu and quantisers, whatever the seed says.

    Scales of weights and values are powers of two, so that sums are exact in float32 in whatever order.
    """
    rng = np.random.default_rng(seed)
    convolutions = int(rng.integers(0, 3))
    shape = [int(rng.integers(1, 4)), *rng.integers(6, 10, 2).tolist()] if convolutions else [12]
    net = Builder(*shape, seed=seed)
    net.quant(2.0 ** -int(rng.integers(1, 4)), float(rng.integers(1, 5)), signed=0, mode="FLOOR")
    for _ in range(convolutions):
        shape = _random_convolution(net, shape)
        _random_steps(net, shape[0])
        if rng.random() < 0.5:
            pool = [int(rng.integers(1, min(3, side) + 1)) for side in shape[1:]]
            net.add("MaxPool", kernel_shape=pool, strides=pool)
            shape = [shape[0], *(side // part for side, part in zip(shape[1:], pool, strict=True))]
    if convolutions:
        net.add("Flatten")
    size = int(np.prod(shape))
    for _ in range(int(rng.integers(not convolutions, 3))):
        outputs = int(rng.integers(2, 12))
        net.dense(outputs, size, int(rng.integers(1, 4)), scale=2.0 ** -int(rng.integers(0, 3)))
        _random_steps(net, outputs)
        size = outputs
    net.dense(4, size, 3, scale=0.5)
    if rng.random() < 0.3:
        _random_steps(net, 4)
    return net


def _random_convolution(net: Builder, shape: list[int]) -> list[int]:
    """Add a convolution of an image of ``shape``, and return the shape of what it gives."""
    rng, channels = net.rng, int(net.rng.integers(1, 6))
    kernel = [int(rng.integers(1, min(4, side) + 1)) for side in shape[1:]]
    before, after = ([int(rng.integers(0, side)) for side in kernel] for _ in range(2))
    strides = rng.integers(1, 3, 2).tolist()
    weights = rng.integers(-3, 4, (channels, shape[0], *kernel)) * 0.25
    net.add("Conv", net.constant(weights), pads=[*before, *after], strides=strides)
    sides = zip(shape[1:], before, after, kernel, strides, strict=True)
    return [channels, *((side + low + high - wide) // step + 1 for side, low, high, wide, step in sides)]


def _random_steps(net: Builder, channels: int) -> None:
    """Add what makes codes of sums: perhaps batch norm, perhaps Relu, and a quantiser."""
    rng = net.rng
    if rng.random() < 0.7:
        net.norm(channels, spread=2.0)
    if rng.random() < 0.5:
        net.add("Relu")
    if rng.random() < 0.2:
        net.bipolar(scale=0.5)
        return
    mode = str(rng.choice(["ROUND", "FLOOR", "CEIL", "HALF_UP", "HALF_DOWN", "UP", "DOWN"]))
    more = {"signed": int(rng.integers(0, 2)), "narrow": int(rng.integers(0, 2)), "mode": mode}
    net.quant(2.0 ** -int(rng.integers(0, 3)), float(rng.integers(2, 5)), **more)
