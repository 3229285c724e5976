"""Convolutional networks made by hand or by a seeded dice, as those of `tests.tiny_networks`."""

from __future__ import annotations

import numpy as np

from accelgen.network import Conv, Network, PixelInput, Requantise, Window
from accelgen.network.blocks import code_range
from tests.tiny_networks import dense_layer, multiply, thresholds


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


def multiply_convs(seed: int = 0) -> Network:
    """Return two convolutions, one of which pools, and two dense layers; all of them multiply."""
    rng = np.random.default_rng(seed)
    first = Window(6, 5, 2, kernel=3, padding=1, pool=2)
    second = Window(3, 2, 5, kernel=2, padding=1)
    inputs = second.out_height * second.out_width * 4
    layers = (
        conv_layer(rng, "a", first, 5, multiply(rng, 5, 8), bits=8, block_out=3, block_in=1, kept=1),
        conv_layer(rng, "b", second, 4, multiply(rng, 4, 4, spread=0.001), bits=4, block_out=3, block_in=2),
        dense_layer(rng, "c", 6, inputs, multiply(rng, 6, 2, spread=0.005), block_out=3, kept=8),
        dense_layer(rng, "d", 3, 6, None, block_out=3),
    )
    return Network("lenses", PixelInput(60, 8), layers)


def wide_convs(seed: int = 0) -> Network:
    """Return two convolutions and a dense layer of weights of 8, 6 and 5 bits, and wide activations."""
    rng = np.random.default_rng(seed)
    first = Window(6, 5, 2, kernel=3, padding=1, pool=2)
    second = Window(3, 2, 5, kernel=2, padding=1)
    inputs = second.out_height * second.out_width * 4
    layers = (
        conv_layer(rng, "a", first, 5, Requantise(8, 8), bits=8, block_out=3, block_in=1, kept=1, ends=True),
        conv_layer(rng, "b", second, 4, Requantise(9, 6), bits=6, block_out=3, block_in=2, ends=True),
        dense_layer(rng, "c", 3, inputs, None, bits=5, block_out=3, kept=8, ends=True),
    )
    return Network("panes", PixelInput(60, 8), layers)


def conv_layer(
    rng, name, window, channels, requantise, *, bits=3, block_out=4, block_in=2, kept=2, spread=60, ends=False
) -> Conv:
    """Return a convolution with random weights, some at the ``ends``, and biases below ``spread``."""
    low, high = code_range(bits)
    sides = window.rows.kernel, window.columns.kernel
    kernels = rng.integers(low, high + 1, (channels, window.channels, *sides))
    if bits == 1:
        kernels = np.where(kernels >= 0, 1, -1)
    if ends:
        kernels = np.where(rng.random(kernels.shape) < 0.3, rng.choice([low, high], kernels.shape), kernels)
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


def mnist_conv_network(name: str = "strokes") -> Network:
    """Return a convolution and a dense layer of random weights for MNIST."""
    rng = np.random.default_rng(0)
    window = Window(28, 28, 1, kernel=3, stride=2, padding=1, pool=2)
    layers = (
        conv_layer(rng, "a", window, 8, Requantise(4, 2), block_out=8, block_in=1, kept=1, spread=9),
        dense_layer(rng, "b", 10, 392, None, block_out=10, block_in=8, kept=49, spread=9),
    )
    return Network(name, PixelInput(784, 4), layers, {"seed": 0, "data": "mnist"})
