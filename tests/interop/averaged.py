"""Small files whose images are averaged, as other tools write them, with random weights."""

from __future__ import annotations

import numpy as np

from tests.interop.look_alikes import DOMAIN, Builder, pair

#: Ways in which a whole image is averaged.
WHOLE = (
    ("GlobalAveragePool", {}),
    ("ReduceMean", {"axes": [2, 3], "keepdims": 1}),
    ("ReduceMean", {"axes": [-2, -1], "keepdims": 0}),
)


def squares(kernel, strides=None, pads=(0, 0, 0, 0), **more):
    """Return an AveragePool, whose strides are its sides by default."""
    how = {"kernel_shape": list(kernel), "strides": list(strides or kernel), "pads": list(pads)}
    return "AveragePool", {**how, **({"count_include_pad": 1} if any(pads) else {}), **more}


def averaged(
    pool, *, quantised=True, bits=2.0, side=8, channels=6, after="dense", signed=0, scale=0.25, seed=0
):
    """Return a convolution, an average, perhaps a quantiser, perhaps a convolution, and a dense layer."""
    net = Builder(2, side, side, seed=seed)
    net.quant(1 / 4, 2.0, signed=0, mode="FLOOR")
    net.add("Conv", net.constant(net.rng.integers(-2, 3, (channels, 2, 3, 3))), pads=[1] * 4)
    net.norm(channels, spread=4.0)
    net.quant(scale, bits, signed=signed)
    shape = add_average(net, pool, (channels, side, side))
    if quantised:
        net.quant(scale, bits, signed=signed)
    if after == "conv":
        net.add("Conv", net.constant(net.rng.integers(-2, 3, (5, channels, 2, 2))))
        net.quant(0.5, 3.0, signed=0)
        shape = (5, shape[1] - 1, shape[2] - 1)
    net.add("Flatten")
    net.dense(4, int(np.prod(shape)))
    return net


def add_average(net, pool, shape):
    """Add a pool, and return the shape of what it gives of ``shape``."""
    op, more = pool
    net.add(op, **more)
    if op != "AveragePool":
        return (shape[0], 1, 1)
    low, high = more["pads"][:2], more["pads"][2:]
    parts = zip(shape[1:], low, high, more["kernel_shape"], more["strides"], strict=True)
    return (shape[0], *((side + one + other - wide) // step + 1 for side, one, other, wide, step in parts))


def drawn_pool(rng, shape, *, power):
    """Return an average of an image, whatever the dice say; of 1, 2 or 4 rows and columns if ``power``."""
    sides = [side for side in shape[1:]]
    if rng.random() < 0.4 and not (power and any(side not in (1, 2, 4, 8) for side in sides)):
        return WHOLE[rng.integers(len(WHOLE))]
    sizes = (1, 2, 4) if power else (1, 2, 3, 4, 5)
    kernel = [int(rng.choice([size for size in sizes if size <= side])) for side in sides]
    pads = rng.integers(0, kernel * 2).tolist() if rng.random() < 0.3 else [0] * 4
    return squares(kernel, rng.integers(1, 4, 2).tolist(), pads)


def averaged_qonnx(seed: int) -> Builder:
    """Return convolutions, averages and dense layers, and whatever QONNX puts behind averages."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 5)), *rng.integers(4, 10, 2).tolist())
    net = Builder(*shape, seed=seed)
    bits, signed = float(rng.integers(1, 5)), int(rng.random() < 0.3)
    net.quant(2.0 ** -int(rng.integers(3, 8)), 8.0, signed=0, mode="FLOOR")
    channels = int(rng.integers(1, 7))
    weights = rng.integers(-3, 4, (channels, shape[0], 1, 1)) * 0.25
    net.add("Conv", net.constant(weights))
    net.norm(channels, spread=2.0)
    how = rng.choice(["nothing", "quant", "trunc", "trunc 2", "pool"])
    bits += 2 * (how == "nothing")  # more averages than codes of 8 bits, now and then
    scale = 1.0 if how == "pool" else 2.0 ** -int(rng.integers(0, 3) + 3 * (how == "nothing"))
    net.quant(scale, bits + signed, signed=signed)
    shape = (channels, *shape[1:])
    if how == "pool":
        side = int(rng.integers(1, min(shape[1:]) + 1))
        shape = add_quant_pool(net, side, int(rng.integers(1, 4)), int(bits), shape, signed)
    else:
        pool = drawn_pool(rng, shape, power=how == "nothing")
        shape = add_average(net, pool, shape)
    if how == "quant":
        mode = str(rng.choice(["ROUND", "FLOOR", "CEIL"]))
        net.quant(scale * 2.0 ** -int(rng.integers(0, 2)), bits + 1, signed=signed, mode=mode)
    if how.startswith("trunc"):
        add_trunc(net, scale / 4, bits + 4, bits + signed, signed, version=1 + how.endswith("2"))
    if rng.random() < 0.3 and min(shape[1:]) > 1:
        net.add("Conv", net.constant(rng.integers(-3, 4, (3, channels, 2, 2)) * 0.5))
        net.quant(0.5, 3.0, signed=0)
        shape = (3, shape[1] - 1, shape[2] - 1)
    net.add("Flatten")
    net.dense(4, int(np.prod(shape)), 3, scale=0.5)
    return net


def add_trunc(net, scale, wide, bits, signed, version):
    """Add a Trunc of ``wide`` bits at ``scale`` to ``bits``, which rounds down."""
    net.version = version
    parts = [net.constant(scale), net.constant(0.0), net.constant(wide)]
    if version == 1:
        net.add("Trunc", *parts, net.constant(bits), domain=DOMAIN, rounding_mode="FLOOR")
        return
    parts += [net.constant(scale * 4), net.constant(bits)]
    net.add("Trunc", *parts, domain=DOMAIN, rounding_mode="FLOOR", signed=signed, narrow=0)


def add_quant_pool(net, side, stride, bits, shape, signed=0, layout="NCHW"):
    """Add a QuantAvgPool2d, and return the shape of what it gives of ``shape``."""
    how = {"kernel": side, "stride": stride, "ibits": bits, "obits": bits, "signed": signed}
    net.add("QuantAvgPool2d", domain=DOMAIN, data_layout=layout, **how)
    return (shape[0], *((one - side) // stride + 1 for one in shape[1:]))


def averaged_qdq(seed: int) -> Builder:
    """Return a network of ONNX's own quantisers of 8 bits around an average, whatever the seed says."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 4)), *rng.integers(3, 9, 2).tolist())
    net = Builder(*shape, seed=seed)
    pair(net, 2.0**-7, 0, np.uint8)
    channels = int(rng.integers(1, 6))
    net.add("Conv", net.constant(rng.integers(-3, 4, (channels, shape[0], 1, 1))))
    net.add("Relu")
    scale = 2.0 ** -int(rng.integers(2, 6))
    kind = np.uint8 if rng.random() < 0.5 else np.int8
    pair(net, scale, 0 if kind is np.uint8 else -128, kind)
    shape = add_average(net, drawn_pool(rng, (channels, *shape[1:]), power=False), (channels, *shape[1:]))
    pair(net, scale * float(rng.choice([0.5, 1, 1, 2])), int(rng.integers(-128, 128)), np.int8)
    net.add("Flatten")
    net.add("MatMul", net.constant(rng.integers(-3, 4, (int(np.prod(shape)), 4)) * 0.25))
    return net
