"""Networks made by hand or by a seeded dice, for tests that need one and do not care which."""

from __future__ import annotations

import numpy as np

from accelgen.network import BlockSparse, Dense, Network, PixelInput, Requantise
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


def dense_layer(rng, name, outputs, inputs, requantise, **weights) -> Dense:
    """Return a layer with random weights and biases."""
    bias = rng.integers(-60, 60, outputs).astype(np.int32)
    return Dense(name, block_sparse(rng, outputs, inputs, **weights), bias, requantise)


def small_network(seed: int = 0, bits: int = 3, name: str = "small") -> Network:
    """Return 30-24-16-5, of which nothing divides by its block."""
    rng = np.random.default_rng(seed)
    layers = (
        dense_layer(rng, "a", 24, 30, Requantise(3, 3), bits=bits, block_out=7, block_in=4, kept=4),
        dense_layer(rng, "b", 16, 24, Requantise(2, 2), bits=bits, block_out=6, block_in=5, kept=3),
        dense_layer(rng, "c", 5, 16, None, bits=bits, block_out=5, block_in=6, kept=3),
    )
    return Network(name, PixelInput(30, 3), layers, {"seed": seed})


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
