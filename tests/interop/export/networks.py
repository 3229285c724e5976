"""Networks of every kind that can be exported, and samples that drive them to their ends."""

import numpy as np

from accelgen.golden.requantise import requantise
from accelgen.network import Coding, Dense, Network, PixelInput, Requantise, Task, Thresholds
from tests.tiny_convolutions import (
    conv_network,
    multiply_convs,
    random_conv_network,
    series_network,
    threshold_convs,
    wide_convs,
)
from tests.tiny_networks import (
    dense_layer,
    multiply_network,
    random_network,
    signed,
    small_network,
    threshold_network,
    wide_network,
)


def counting_network(seed: int, *, alike: bool = False) -> Network:
    """Return 20-12-9-4 of layers whose thresholds lie where sums do, of each channel or ``alike`` in all."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 16, (200, 20))
    layers = []
    for number, (outputs, bits) in enumerate([(12, 2), (9, 3)]):
        plain = dense_layer(rng, "ab"[number], outputs, x.shape[1], None, bits=2 + number, kept=3)
        sums = x @ plain.weights.dense().T + plain.bias
        places = np.linspace(0, 1, (1 << bits) + 1)[1:-1]
        levels = np.quantile(sums, places, axis=None if alike else 0).astype(int).reshape(len(places), -1)
        rule = Thresholds(tuple(map(tuple, levels.T.tolist())))
        layers.append(Dense(plain.name, plain.weights, plain.bias, rule))
        x = requantise(sums, rule)
    layers.append(dense_layer(rng, "c", 4, 9, None, block_out=4, kept=3))
    return Network("alike" if alike else "counting", PixelInput(20, 4), tuple(layers))


COUNTING = [counting_network(0), counting_network(1, alike=True), threshold_network(1), threshold_convs(4)]
WIDE = [multiply_network(0), multiply_network(1), multiply_convs(), wide_network(), wide_convs()]
SIGNED = [signed(small_network(4)), signed(conv_network(2))]
NETWORKS = [
    small_network(),
    small_network(3, bits=(1, 2, 4)),
    *COUNTING,
    conv_network(),
    series_network(),
    *WIDE,
    *SIGNED,
    *(random_network(seed) for seed in (1, 4, 7, 8)),
    *(random_conv_network(seed, odd=True) for seed in (2, 4, 6)),
]


def named(network: Network) -> str:
    return f"{network.name}-{len(network.layers)}"


def with_task(task: Task | None, outputs: int, coding: Coding | None = None) -> Network:
    """Return 12-6-outputs."""
    rng = np.random.default_rng(outputs)
    layers = (
        dense_layer(rng, "codes", 6, 12, Requantise(4, 3), spread=9),  # a name that other tensors have
        dense_layer(rng, "scores", outputs, 6, None, spread=9, block_out=outputs),
    )
    return Network("asked", PixelInput(12, 5, coding), layers, {}, task)


def codes_for(network: Network, count: int = 30) -> np.ndarray:
    """Return codes of 8 bits: dark, bright, random, and random ones at the edges of codes of fewer bits."""
    rng = np.random.default_rng(count)
    codes = rng.integers(0, 256, (count, network.input.inputs)).astype(np.uint8)
    codes[0], codes[1] = 0, 255
    step = 1 << (8 - network.pixel_input.bits)
    codes[2:6] = np.clip(codes[2:6] // step * step - rng.integers(0, 2, codes[2:6].shape), 0, 255)
    return codes
