"""Networks made by hand or by a seeded dice, for tests that need one and do not care which."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from accelgen.network import (
    BlockSparse,
    Coding,
    Dense,
    EventInput,
    Integrator,
    Multiply,
    Network,
    Neuron,
    PixelInput,
    RateInput,
    Requantise,
    Spiking,
    Synapse,
    Task,
    Thresholds,
)
from accelgen.network.blocks import code_range


def block_sparse(rng, outputs, inputs, bits=3, block_out=4, block_in=4, kept=2, *, ends=False) -> BlockSparse:
    """Return random weights of the given shape, a third of them at the ``ends`` of their range."""
    rows, columns = -(-outputs // block_out), -(-inputs // block_in)
    mask = np.zeros((rows, columns), bool)
    for row in mask:
        row[rng.choice(columns, min(kept, columns), replace=False)] = True
    low, high = code_range(bits)
    dense = rng.integers(low, high + 1, (outputs, inputs))
    if bits == 1:
        dense = np.where(dense >= 0, 1, -1)
    if ends:
        dense = np.where(rng.random(dense.shape) < 0.3, rng.choice([low, high], dense.shape), dense)
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


def multiply(rng, channels, bits, *, shift=20, spread=0.01, even=False) -> Multiply:
    """Return a random multiplier for each channel, about ``spread`` and up to 8 times of it, and offsets."""
    multipliers = (spread * 2.0 ** rng.uniform(0, 3, channels) * (1 << shift)).astype(int) + 1
    offsets = rng.integers(0, multipliers)
    offsets[0], multipliers[-1] = multipliers[0] - 1, multipliers.max()
    if even:  # ties are no more than multipliers have digits
        multipliers, offsets = multipliers & -multipliers | 1 << shift - 3, offsets * 0
    return Multiply(tuple(multipliers.tolist()), tuple(offsets.tolist()), shift, bits, even)


def multiply_network(seed: int = 0) -> Network:
    """Return four dense layers of which two multiply, and one shifts or counts thresholds."""
    rng = np.random.default_rng(seed)
    middle = thresholds(rng, 11, 3, 900) if seed % 2 else Requantise(4, 5)
    layers = (
        dense_layer(rng, "a", 14, 24, multiply(rng, 14, 8), bits=8, block_out=6, kept=3, ends=True),
        dense_layer(rng, "b", 11, 14, middle, bits=1 + seed % 2, block_out=6, block_in=5, kept=3),
        dense_layer(
            rng,
            "c",
            9,
            11,
            multiply(rng, 9, 5, shift=9, spread=0.1, even=seed % 2 == 1),
            bits=1,
            block_out=4,
            block_in=3,
            kept=3,
        ),
        dense_layer(rng, "d", 5, 9, None, block_out=5, block_in=3, kept=3),
    )
    return Network("scales", PixelInput(24, 8), layers)


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


def wide_network(seed: int = 0) -> Network:
    """Return four dense layers of weights of 8, 5, 7 and 6 bits and of up to 8-bit activations."""
    rng = np.random.default_rng(seed)
    layers = (
        dense_layer(rng, "a", 14, 24, Requantise(9, 8), bits=8, block_out=6, kept=3, ends=True),
        dense_layer(rng, "b", 11, 14, Requantise(6, 5), bits=5, block_out=6, block_in=5, ends=True),
        dense_layer(rng, "c", 9, 11, thresholds(rng, 9, 3, 4000), bits=7, block_in=3, ends=True),
        dense_layer(rng, "d", 5, 9, None, bits=6, block_out=5, block_in=3, kept=3, ends=True),
    )
    return Network("wide", PixelInput(24, 8), layers)


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


def signed(network: Network) -> Network:
    """Return the same network with signed codes of features entering."""
    return replace(network, input=replace(network.input, coding=Coding((0.0,), (1.0,), True)))


def signed_codes(rng, count: int, inputs: int) -> np.ndarray:
    """Return raw codes in two's complement, uint8[count, inputs]: ends and zeros, then some of all kinds."""
    codes = rng.choice([-128, -127, -16, -1, 0, 0, 0, 1, 16, 127], (count, inputs))
    for row, code in zip(codes, (-128, 127, 0), strict=False):
        row[:] = code
    return codes.astype(np.int8).view(np.uint8)


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
    multiplier: int = 1,
) -> Network:
    """Return 30-24-16-5 of spiking neurons, of which nothing divides by its block.

    A ``multiplier`` is that of the leak of the first layer.
    """
    rng = np.random.default_rng(seed)
    if integration == "discontinuous":
        rules = [Neuron("discontinuous")] * 3
    else:
        parts = zip((9, 7, 5), (multiplier, 1, 1), strict=True)
        rules = [Neuron("continuous", threshold, leak, reset, part) for threshold, part in parts]
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


def lasting(network: Network, *synapses: Synapse | None) -> Network:
    """Return a spiking network whose currents last as ``synapses`` say, of which the last is for all others.

    Layers without membranes that live on stay as they are.
    """
    layers = []
    for number, layer in enumerate(network.layers):
        rule = layer.rule
        if rule and rule.continuous:
            rule = replace(rule, synapse=synapses[min(number, len(synapses) - 1)])
        layers.append(Spiking(layer.name, layer.weights, layer.bias, rule, layer.reads))
    return replace(network, layers=tuple(layers))


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


def integrating(network: Network, seed: int) -> Network:
    """Return a spiking network whose last layer has no neurons, and whose readout is one of many."""
    rng = np.random.default_rng(seed)
    last = Spiking(network.last.name, network.last.weights, network.last.bias, None)
    leak = int(rng.choice([0, 1, 2, 3, 6, 15]))
    multiplier = 1 + 2 * int(rng.integers(1 << (leak - 1))) if leak > 1 and rng.random() < 0.5 else 1
    score = str(rng.choice(["last", "sum", "max"] if leak else ["sum", "max"]))
    return replace(network, layers=(*network.hidden, last), readout=Integrator(leak, multiplier, score))


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
