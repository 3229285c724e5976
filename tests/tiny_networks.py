"""Networks made by hand or by a seeded dice, for tests that need one and do not care which."""

from __future__ import annotations

import numpy as np

from accelgen.network import (
    BlockSparse,
    Conv,
    Dense,
    EventInput,
    Network,
    Neuron,
    PixelInput,
    RateInput,
    Requantise,
    Spiking,
    Task,
    Thresholds,
    Window,
)
from accelgen.network.blocks import code_range


def block_sparse(rng, outputs, inputs, bits=3, block_out=4, block_in=4, kept=2) -> BlockSparse:
    """Return random weights of the given shape."""
    rows, columns = -(-outputs // block_out), -(-inputs // block_in)
    mask = np.zeros((rows, columns), bool)
    for row in mask:
        row[rng.choice(columns, min(kept, columns), replace=False)] = True
    low, high = code_range(bits)
    dense = rng.integers(low, high + 1, (outputs, inputs))
    if bits == 1:
        dense = np.where(dense >= 0, 1, -1)
    return BlockSparse.from_dense(dense, mask, bits, block_out, block_in)


def dense_layer(rng, name, outputs, inputs, requantise, *, spread=60, **weights) -> Dense:
    """Return a layer with random weights, and biases below ``spread``."""
    bias = rng.integers(-spread, spread, outputs).astype(np.int32)
    return Dense(name, block_sparse(rng, outputs, inputs, **weights), bias, requantise)


def thresholds(rng, rows, bits, spread=40) -> Thresholds:
    """Return random thresholds below ``spread``, a row for each channel; the last of each may be far away."""
    levels = np.sort(rng.integers(-spread, spread, (rows, (1 << bits) - 1)), axis=1)
    levels[:, -1] += rng.integers(0, 2) * 1000
    return Thresholds(tuple(map(tuple, levels.tolist())))


def threshold_network(seed: int = 0) -> Network:
    """Return three dense layers of which two or three count thresholds, of each channel or of all."""
    rng = np.random.default_rng(seed)
    middle = thresholds(rng, 1, 3) if seed % 2 else Requantise(1, 3)
    layers = (
        dense_layer(rng, "a", 14, 24, thresholds(rng, 14, 2), bits=1 + seed % 3, block_out=6, kept=3),
        dense_layer(rng, "b", 11, 14, middle, bits=1 + seed % 2, block_out=6, block_in=5, kept=3),
        dense_layer(rng, "c", 9, 11, thresholds(rng, 9, 1 + seed % 2), block_out=4, block_in=3, kept=3),
        dense_layer(rng, "d", 5, 9, None, block_out=5, block_in=3, kept=3),
    )
    return Network("stairs", PixelInput(24, 2), layers)


def threshold_convs(seed: int = 0) -> Network:
    """Return two convolutions that pool, and two dense layers; all of them count thresholds."""
    rng = np.random.default_rng(seed)
    first = Window(9, 7, 3, kernel=3, padding=1, pool=2)
    second = Window(4, 3, 10, kernel=2, stride=1, padding=1)
    layers = (
        conv_layer(rng, "a", first, 10, thresholds(rng, 10, 2), block_out=4, block_in=3, kept=1),
        conv_layer(rng, "b", second, 6, thresholds(rng, 6, 3), block_out=4, block_in=4, kept=2),
        dense_layer(rng, "c", 8, second.out_height * second.out_width * 6, thresholds(rng, 8, 1), block_in=3),
        dense_layer(rng, "d", 4, 8, None, block_out=4),
    )
    return Network("tiles", PixelInput(9 * 7 * 3, 3), layers)


def conv_layer(
    rng, name, window, channels, requantise, *, bits=3, block_out=4, block_in=2, kept=2, spread=60
) -> Conv:
    """Return a convolution with random weights, and biases below ``spread``."""
    low, high = code_range(bits)
    sides = window.rows.kernel, window.columns.kernel
    kernels = rng.integers(low, high + 1, (channels, window.channels, *sides))
    if bits == 1:
        kernels = np.where(kernels >= 0, 1, -1)
    rows, columns = -(-channels // block_out), -(-window.channels // block_in)
    mask = np.zeros((rows, columns), bool)
    for row in mask:
        row[rng.choice(columns, min(kept, columns), replace=False)] = True
    return Conv.from_kernels(
        name,
        window,
        kernels,
        mask,
        bits=bits,
        block_out=block_out,
        block_in=block_in,
        bias=rng.integers(-spread, spread, channels).astype(np.int32),
        rule=requantise,
    )


def conv_network(seed: int = 0, bits: int = 3, name: str = "convs") -> Network:
    """Return two convolutions and two dense layers on 9 x 7 pixels of 3 channels; little divides."""
    rng = np.random.default_rng(seed)
    first = Window(9, 7, 3, kernel=3, padding=1, pool=2)
    second = Window(4, 3, 10, kernel=2, stride=1)
    layers = (
        conv_layer(rng, "a", first, 10, Requantise(3, 2), bits=bits, block_out=4, block_in=3, kept=1),
        conv_layer(rng, "b", second, 6, Requantise(3, 3), bits=bits, block_out=4, block_in=4, kept=2),
        dense_layer(rng, "c", 8, 36, Requantise(3, 2), bits=bits, block_out=8, block_in=3, kept=5),
        dense_layer(rng, "d", 5, 8, None, bits=bits, block_out=5, block_in=4),
    )
    return Network(name, PixelInput(189, 3), layers, {"seed": seed})


def small_conv_network(seed: int = 27, bits: int = 3, name: str = "looks") -> Network:
    """Return two convolutions and two dense layers on 6 x 5 pixels of 2 channels; little divides."""
    rng = np.random.default_rng(seed)
    first = Window(6, 5, 2, kernel=3, padding=1, pool=2)
    second = Window(3, 2, 5, kernel=2, padding=1, stride=2)
    blocks = {"bits": bits, "block_out": 3, "spread": 6}
    layers = (
        conv_layer(rng, "a", first, 5, Requantise(2, 3), block_in=1, kept=1, **blocks),
        conv_layer(rng, "b", second, 4, Requantise(2, 2), block_in=2, kept=2, **blocks),
        dense_layer(rng, "c", 6, 16, Requantise(0, 2), block_in=4, kept=3, **blocks | {"block_out": 6}),
        dense_layer(rng, "d", 3, 6, None, block_in=3, kept=2, **blocks),
    )
    return Network(name, PixelInput(60, 3), layers, {"seed": seed})


def series_network(seed: int = 1, bits: int = 3, name: str = "series") -> Network:
    """Return two convolutions and a dense layer on a series of 64 steps of 3 channels; nothing is even."""
    rng = np.random.default_rng(seed)
    first = Window(1, 64, 3, kernel=(1, 5), stride=(1, 2), padding=(0, 0, 1, 2), pool=(1, 2))
    second = Window(1, 16, 6, kernel=(1, 3), padding=(0, 0, 2, 0), pool=(1, 3))
    layers = (
        conv_layer(rng, "a", first, 6, Requantise(3, 3), bits=bits, block_in=3, kept=1, spread=9),
        conv_layer(rng, "b", second, 4, Requantise(3, 3), bits=bits, block_in=2, kept=2, spread=9),
        dense_layer(rng, "c", 5, 20, None, bits=bits, block_out=5, block_in=4, kept=4, spread=9),
    )
    return Network(name, PixelInput(192, 4), layers, {"seed": seed})


def tall_network(seed: int = 12, bits: int = 3, name: str = "tall") -> Network:
    """Return convolutions of which no two sides are alike, and two dense layers, on 6 x 4 pixels."""
    rng = np.random.default_rng(seed)
    first = Window(6, 4, 2, kernel=(5, 1), padding=(4, 0, 0, 0), pool=(2, 1))
    second = Window(3, 4, 5, kernel=(2, 3), stride=(2, 1), padding=(1, 0, 0, 2), pool=(1, 3))
    blocks = {"bits": bits, "block_out": 3, "spread": 6}
    layers = (
        conv_layer(rng, "a", first, 5, Requantise(2, 3), block_in=1, kept=2, **blocks),
        conv_layer(rng, "b", second, 4, Requantise(2, 2), block_in=2, kept=2, **blocks),
        dense_layer(rng, "c", 6, 8, Requantise(0, 2), block_in=4, kept=2, **blocks | {"block_out": 6}),
        dense_layer(rng, "d", 3, 6, None, block_in=3, kept=2, **blocks),
    )
    return Network(name, PixelInput(48, 3), layers, {"seed": seed})


def cifar10_network(name: str = "colours") -> Network:
    """Return a convolution and a dense layer of random weights for CIFAR-10."""
    rng = np.random.default_rng(0)
    window = Window(32, 32, 3, kernel=5, stride=3, pool=2)
    layers = (
        conv_layer(rng, "a", window, 8, Requantise(5, 2), block_out=4, block_in=3, kept=1),
        dense_layer(rng, "b", 10, 200, None, block_out=10, block_in=8),
    )
    return Network(name, PixelInput(3072, 6), layers, {"seed": 0, "data": "cifar10"})


def random_conv_network(seed: int, *, odd: bool = False) -> Network:
    """Return one to three convolutions of random windows, channels, bits and blocks, and one dense layer.

    The sides of ``odd`` windows, and of what enters them, differ.
    """
    rng = np.random.default_rng(seed)
    low, high = ((1, 4, 1), (6, 20, 5)) if odd else ((4, 4, 1), (11, 11, 5))
    height, width, channels = (int(n) for n in rng.integers(low, high))
    pixels, layers = height * width * channels, []
    for number in range(int(rng.integers(1, 4))):
        window = (_random_odd_window if odd else _random_window)(rng, height, width, channels)
        blocks = [n for n in range(1, channels + 3) if number or channels % n == 0]
        layers.append(
            conv_layer(
                rng,
                f"conv{number}",
                window,
                leaving := int(rng.integers(1, 12)),
                Requantise(int(rng.integers(0, 6)), int(rng.integers(1, 9))),
                bits=int(rng.integers(1, 5)),
                block_out=int(rng.integers(1, 7)),
                block_in=(block_in := int(rng.choice(blocks))),
                kept=int(rng.integers(1, -(-channels // block_in) + 1)),
                spread=9,
            )
        )
        height, width, channels = window.out_height, window.out_width, leaving
    inputs = height * width * channels
    block_in = int(rng.choice([n for n in range(1, channels + 1) if channels % n == 0]))
    kept = int(rng.integers(1, inputs // block_in + 1))
    layers.append(dense_layer(rng, "out", 5, inputs, None, block_out=5, block_in=block_in, kept=kept))
    return Network("random", PixelInput(pixels, int(rng.integers(1, 9))), tuple(layers))


def _random_window(rng, height: int, width: int, channels: int) -> Window:
    """Return a window that fits the image."""
    kernel = int(rng.integers(1, min(height, width, 5) + 1))
    padding = int(rng.integers(0, kernel))
    stride = int(rng.integers(1, 4))
    smallest = (min(height, width) + 2 * padding - kernel) // stride + 1
    return Window(
        height, width, channels, kernel, stride, padding, int(rng.integers(1, min(smallest, 3) + 1))
    )


def _random_odd_window(rng, height: int, width: int, channels: int) -> Window:
    """Return a window that fits the image, of which each side has a number of its own."""
    numbers = []
    for side in (height, width):
        kernel = int(rng.integers(1, min(side + 2, 15) + 1))
        before, after = (int(n) for n in rng.integers(0, kernel, 2))
        before += max(kernel - side - before - after, 0)  # the image and its zeros hold the kernel
        stride = int(rng.integers(1, 4))
        sums = (side + before + after - kernel) // stride + 1
        numbers.append((kernel, stride, (before, after), int(rng.integers(1, min(sums, 3) + 1))))
    kernels, strides, paddings, pools = zip(*numbers, strict=True)
    return Window(height, width, channels, kernels, strides, sum(paddings, ()), pools)


def small_network(seed: int = 0, bits: int | tuple[int, int, int] = 3, name: str = "small") -> Network:
    """Return 30-24-16-5, of which nothing divides by its block; ``bits`` may differ by layer."""
    rng = np.random.default_rng(seed)
    a, b, c = (bits, bits, bits) if isinstance(bits, int) else bits
    layers = (
        dense_layer(rng, "a", 24, 30, Requantise(3, 3), bits=a, block_out=7, block_in=4, kept=4),
        dense_layer(rng, "b", 16, 24, Requantise(2, 2), bits=b, block_out=6, block_in=5, kept=3),
        dense_layer(rng, "c", 5, 16, None, bits=c, block_out=5, block_in=6, kept=3),
    )
    return Network(name, PixelInput(30, 3), layers, {"seed": seed})


def tiny_network(seed: int = 0, bits: int = 1, name: str = "tiny") -> Network:
    """Return 12-6-3, which takes few cycles and has few weights."""
    rng = np.random.default_rng(seed)
    layers = (
        dense_layer(rng, "a", 6, 12, Requantise(1, 2), bits=bits, block_out=4, block_in=4, spread=6),
        dense_layer(rng, "b", 3, 6, None, bits=bits, block_out=3, block_in=3, spread=6),
    )
    return Network(name, PixelInput(12, 2), layers, {"seed": seed})


def tiny_conv_network(seed: int = 0, bits: int = 1, name: str = "glance") -> Network:
    """Return a convolution and a dense layer on 4 x 3 pixels, which take few cycles and have few weights."""
    rng = np.random.default_rng(seed)
    window = Window(4, 3, 1, kernel=2)
    layers = (
        conv_layer(
            rng, "a", window, 2, Requantise(1, 2), bits=bits, block_out=2, block_in=1, kept=1, spread=3
        ),
        dense_layer(rng, "b", 3, 12, None, bits=bits, block_out=3, block_in=2, kept=3, spread=6),
    )
    return Network(name, PixelInput(12, 2), layers, {"seed": seed})


def mnist_network(name: str = "digits") -> Network:
    """Return 784-16-10 of random weights."""
    rng = np.random.default_rng(0)
    layers = (
        dense_layer(rng, "a", 16, 784, Requantise(6, 2), block_out=8, block_in=16, kept=6),
        dense_layer(rng, "b", 10, 16, None, block_out=10, block_in=16),
    )
    return Network(name, PixelInput(784, 1), layers, {"seed": 0, "data": "mnist"})


def random_network(seed: int) -> Network:
    """Return one to four layers of random shapes, bits and blocks."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 5))
    sizes = [int(rng.integers(3, 40)) for _ in range(count + 1)]
    layers = []
    for number in range(count):
        requantise = Requantise(int(rng.integers(0, 6)), int(rng.integers(1, 9)))
        layers.append(
            dense_layer(
                rng,
                f"layer{number}",
                sizes[number + 1],
                sizes[number],
                requantise if number < count - 1 else None,
                bits=int(rng.integers(1, 5)),
                block_out=int(rng.integers(1, 20)),
                block_in=(block_in := int(rng.integers(1, 12))),
                kept=int(rng.integers(1, -(-sizes[number] // block_in) + 1)),
            )
        )
    return Network("random", PixelInput(sizes[0], int(rng.integers(1, 9))), tuple(layers))


def random_images(rng, count: int, pixels: int, density: float = 0.4) -> np.ndarray:
    """Return raw images of which about ``density`` of the pixels are not black, uint8[count, pixels]."""
    images = rng.integers(0, 256, (count, pixels))
    return np.where(rng.random(images.shape) < density, images, 0).astype(np.uint8)


def mnist_conv_network(name: str = "strokes") -> Network:
    """Return a convolution and a dense layer of random weights for MNIST."""
    rng = np.random.default_rng(0)
    window = Window(28, 28, 1, kernel=3, stride=2, padding=1, pool=2)
    layers = (
        conv_layer(rng, "a", window, 8, Requantise(4, 2), block_out=8, block_in=1, kept=1, spread=9),
        dense_layer(rng, "b", 10, 392, None, block_out=10, block_in=8, kept=49, spread=9),
    )
    return Network(name, PixelInput(784, 4), layers, {"seed": 0, "data": "mnist"})


def spiking_network(
    seed: int = 0,
    integration: str = "continuous",
    *,
    leak: int = 2,
    reset: str = "subtract",
    readout: str = "membrane",
    encoder: str = "dither",
    bits: int = 3,
    name: str = "spiky",
) -> Network:
    """Return 30-24-16-5 of spiking neurons, of which nothing divides by its block."""
    rng = np.random.default_rng(seed)
    if integration == "discontinuous":
        rules = [Neuron("discontinuous")] * 3
    else:
        rules = [Neuron("continuous", threshold, leak, reset) for threshold in (9, 7, 5)]
    shapes = [(24, 30, 7, 4, 4), (16, 24, 6, 5, 3), (5, 16, 5, 6, 3)]
    layers = []
    for number, (outputs, inputs, block_out, block_in, kept) in enumerate(shapes):
        weights = block_sparse(
            rng, outputs, inputs, bits=bits, block_out=block_out, block_in=block_in, kept=kept
        )
        bias = rng.integers(-3, 4, outputs).astype(np.int32)
        last = number == len(shapes) - 1
        layers.append(
            Spiking(f"s{number}", weights, bias, None if last and readout == "membrane" else rules[number])
        )
    seed = seed if encoder == "lfsr" else 0
    return Network(name, RateInput(30, 3, encoder, seed), tuple(layers), {"seed": seed})


def tiny_spiking_network(seed: int = 0, name: str = "blink") -> Network:
    """Return 12-6-3 of spiking neurons, which takes few cycles and has few weights."""
    rng = np.random.default_rng(seed)
    layers = []
    for label, outputs, inputs, block_in, neuron in (
        ("a", 6, 12, 4, Neuron("continuous", 2, 1, "subtract")),
        ("b", 3, 6, 3, None),
    ):
        weights = block_sparse(rng, outputs, inputs, bits=2, block_out=3, block_in=block_in)
        layers.append(Spiking(label, weights, rng.integers(-1, 2, outputs).astype(np.int32), neuron))
    return Network(name, RateInput(12, 2, "dither"), tuple(layers), {"seed": seed})


def mnist_spiking_network(*, events: bool = False, name: str = "seer") -> Network:
    """Return a spiking network of random weights and ten classes for MNIST as pixels, or as events."""
    rng = np.random.default_rng(0)
    entering = EventInput(32, 32, 2) if events else RateInput(784, 4, "dither")
    neuron = Neuron("continuous", 12, 0, "subtract")
    first = block_sparse(rng, 16, entering.inputs, block_out=8, block_in=16, kept=entering.inputs // 128)
    layers = (
        Spiking("a", first, np.zeros(16, np.int32), neuron),
        Spiking("b", block_sparse(rng, 10, 16, block_out=10, block_in=16), np.zeros(10, np.int32), None),
    )
    data = "saccades" if events else "mnist"
    return Network(name, entering, layers, {"timesteps": 3, "data": data})


def random_spiking_network(seed: int) -> Network:
    """Return one to four spiking layers of random shapes, bits, blocks and neurons."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 5))
    sizes = [int(rng.integers(3, 40)) for _ in range(count + 1)]
    layers = []
    for number in range(count):
        block_in = int(rng.integers(1, 12))
        weights = block_sparse(
            rng,
            sizes[number + 1],
            sizes[number],
            bits=int(rng.integers(1, 5)),
            block_out=int(rng.integers(1, 20)),
            block_in=block_in,
            kept=int(rng.integers(1, -(-sizes[number] // block_in) + 1)),
        )
        neuron = Neuron("discontinuous")
        if rng.random() < 0.6:
            neuron = Neuron(
                "continuous",
                int(rng.integers(1, 20)),
                int(rng.integers(0, 5)),
                str(rng.choice(["subtract", "zero"])),
            )
        if number == count - 1 and rng.random() < 0.5:
            neuron = None
        bias = rng.integers(-6, 7, sizes[number + 1]).astype(np.int32)
        layers.append(Spiking(f"layer{number}", weights, bias, neuron))
    encoder = str(rng.choice(["dither", "lfsr"]))
    start = int(rng.integers(0, 1000)) if encoder == "lfsr" else 0
    entering = RateInput(sizes[0], int(rng.integers(1, 9)), encoder, start)
    return Network("random", entering, tuple(layers))


def random_spikes(rng, samples: int, timesteps: int, inputs: int, density: float = 0.3) -> np.ndarray:
    """Return uint8[samples, timesteps, inputs], 1 with probability ``density``."""
    return (rng.random((samples, timesteps, inputs)) < density).astype(np.uint8)


def tasked_network(task: Task, name: str = "tasked") -> Network:
    """Return 12-6 and as many scores as ``task`` needs: 1 of a threshold, 12 of a reconstruction, else 3."""
    rng = np.random.default_rng(4)
    outputs = {"threshold": 1, "reconstruction": 12}.get(task.kind, 3)
    layers = (
        dense_layer(rng, "a", 6, 12, Requantise(1, 3), block_out=4, block_in=4, spread=6),
        dense_layer(rng, "b", outputs, 6, None, block_out=3, block_in=3, spread=6),
    )
    return Network(name, PixelInput(12, 2), layers, {}, task)


#: A task of each kind, for `tasked_network`.
TASKS = {
    "labels": Task("labels", thresholds=(0, 3, -2)),
    "regression": Task("regression", scale=(0.25, 1.5, 3.0), offset=(1.0, -2.0, 0.0)),
    "reconstruction": Task("reconstruction", scale=(2.0,), offset=(8.0,)),
    "threshold": Task("threshold", thresholds=(-18,)),
}
