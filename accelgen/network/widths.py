"""Accumulator widths, proven from the weights themselves rather than guessed from their bits.

The sum may arrive in any order and stop anywhere, so the width must hold every partial sum: the bias
plus all negative products at full activation, and the bias plus all positive ones. A membrane that
lives on, and a current that lasts, are followed through as many timesteps as the hardware can be asked for.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from accelgen.errors import InvalidNetwork
from accelgen.network.integrator import Integrator
from accelgen.network.layer import Layer
from accelgen.network.multiply import PRODUCT_BITS, Multiply
from accelgen.network.network import Network
from accelgen.network.spiking import MAX_TIMESTEPS, Neuron, synapse_of
from accelgen.network.synapse import Synapse

__all__ = [
    "RESULT_BITS",
    "accumulator_bits",
    "activation_range",
    "bias_bits",
    "check_products",
    "check_scores",
    "current_bits",
    "current_ranges",
    "engine_accumulator_bits",
    "layer_accumulator_bits",
    "membrane_bits",
    "membrane_ranges",
    "membrane_sum_bits",
    "product_bits",
    "readout_bits",
    "score_bits",
    "signed_bits",
]

#: Bits of a word of a result frame: a score must fit.
RESULT_BITS = 32
#: Wider than any membrane: what an interval without members does not widen.
UNBOUND = 1 << 62


def signed_bits(low: int, high: int) -> int:
    """Return the bits of the smallest two's complement word that holds ``low`` and ``high``."""
    return 1 + max((-low - 1).bit_length() if low < 0 else 0, high.bit_length() if high > 0 else 0)


def activation_range(bits: int, *, signed: bool = False) -> tuple[int, int]:
    """Return the least and the greatest activation of ``bits`` bits, with a sign or without."""
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)


def accumulator_bits(layer: Layer, input_bits: int, *, signed: bool = False) -> int:
    """Return the signed width in bits that no partial sum of ``layer`` can leave.

    Parameters
    ----------
    layer : Layer
        Its weights and bias. The membranes of a spiking layer count as partial sums, or, where currents last,
        these do; see `membrane_sum_bits`.
    input_bits : int
        Bits of the activations that enter; 1 for spikes.
    signed : bool
        Whether these have a sign.
    """
    if synapse_of(layer):
        low, high, *_ = current_ranges(layer)
        return signed_bits(int(low.min()), int(high.max()))
    if layer.lives:
        return _continuous_bits(layer)[0]
    low, high = _sums(layer, *activation_range(input_bits, signed=signed))
    return signed_bits(int(low.min()), int(high.max()))


def membrane_bits(layer: Layer) -> int:
    """Return the signed width in bits of what a neuron keeps between timesteps; 0 if nothing."""
    return _continuous_bits(layer)[1] if layer.lives else 0


def membrane_sum_bits(layer: Layer) -> int:
    """Return the signed width in bits of a membrane while it integrates; 0 if none lives on.

    It is that of the sums, unless currents last: their sums are not yet membranes.
    """
    return _continuous_bits(layer)[0] if layer.lives else 0


def current_bits(layer: Layer) -> int:
    """Return the signed width in bits of what a timestep leaves of a current; 0 if currents do not last."""
    if not synapse_of(layer):
        return 0
    _, _, low, high = current_ranges(layer)
    return signed_bits(int(low.min()), int(high.max()))


def current_ranges(layer: Layer) -> np.ndarray:
    """Return the range of the current of each neuron of a layer whose currents last.

    Parameters
    ----------
    layer : Layer
        Its weights, biases and neuron; its currents last.

    Returns
    -------
    int64[4, outputs]
        The least and the greatest current, partial sums included, then the least and the greatest of what it
        leaves for the next timestep.
    """
    synapse = cast(Synapse, synapse_of(layer))
    lows, highs = _integrated(layer, synapse)
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    return np.stack([low, high, synapse.left(low), synapse.left(high)])


def score_bits(layer: Layer, readout: Integrator | None = None) -> int:
    """Return the signed width in bits of a score of ``layer`` after the longest run of timesteps.

    With a ``readout`` it is that of what this makes of the currents of the layer.
    """
    if layer.rule:
        return signed_bits(0, MAX_TIMESTEPS)
    if readout is None:
        low, high = _sums(layer, 0, 1)
        return signed_bits(MAX_TIMESTEPS * int(low.min()), MAX_TIMESTEPS * int(high.max()))
    lows, highs = _integrated(layer, readout)
    if readout.score == "sum":
        return signed_bits(int(np.sum(lows, axis=0).min()), int(np.sum(highs, axis=0).max()))
    return signed_bits(int(np.min(lows)), int(np.max(highs)))


def readout_bits(layer: Layer, readout: Integrator) -> int:
    """Return the signed width in bits of a membrane of a ``readout`` that integrates ``layer``'s currents."""
    lows, highs = _integrated(layer, readout)
    return signed_bits(int(np.min(lows)), int(np.max(highs)))


def _integrated(layer: Layer, rule: Integrator | Synapse) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the least and greatest value after each timestep of what adds up sums, and leaks by ``rule``.

    A leak never falls as the value rises, so the ends of an interval bound its image.
    """
    least, most = _sums(layer, 0, 1)
    lows, highs = [least], [most]
    for _ in range(MAX_TIMESTEPS - 1):
        lows.append(rule.left(lows[-1]) + least)
        highs.append(rule.left(highs[-1]) + most)
    return lows, highs


def _currents(layer: Layer) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the least and greatest current in each timestep of the longest run, partial sums included."""
    if synapse := synapse_of(layer):
        return list(zip(*_integrated(layer, synapse), strict=True))
    return [_sums(layer, 0, 1)] * MAX_TIMESTEPS


def check_scores(network: Network) -> None:
    """Raise `InvalidNetwork`, naming the layer, if a score may need more bits than a result word has."""
    last, number = network.last, len(network.layers) - 1
    bits = score_bits(last, network.readout) if network.spiking else layer_accumulator_bits(network)[-1]
    if bits > RESULT_BITS:
        raise InvalidNetwork(
            f"layer {number} ({last.name}): scores need {bits} bits, and a result word has {RESULT_BITS}"
        )


def product_bits(layer: Layer, input_bits: int, *, signed: bool = False) -> int:
    """Return the signed width in bits of sums times multipliers, with offsets; 0 without a `Multiply`.

    A sum is taken to fill its width: outputs that do not exist may do so.
    """
    if not isinstance(layer.rule, Multiply):
        return 0
    return accumulator_bits(layer, input_bits, signed=signed) + layer.rule.multiplier_bits


def check_products(layer: Layer, input_bits: int, *, signed: bool = False) -> None:
    """Raise `InvalidNetwork` if products may need more bits than are computed with; see `product_bits`."""
    if (bits := product_bits(layer, input_bits, signed=signed)) > PRODUCT_BITS:
        raise InvalidNetwork(
            f"{layer.name}: multiply: products need {bits} bits, and at most {PRODUCT_BITS} are computed"
        )


def _sums(layer: Layer, bottom: int, top: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and greatest partial sum of each output, inputs being ``bottom`` (<= 0) to ``top``."""
    codes = layer.weights.codes.astype(np.int64)
    rows, _, block_out, _ = codes.shape
    negative = np.minimum(codes, 0).sum(axis=(1, 3)).reshape(rows * block_out)[: layer.bias.size]
    positive = np.maximum(codes, 0).sum(axis=(1, 3)).reshape(rows * block_out)[: layer.bias.size]
    bias = layer.bias.astype(np.int64)
    low = np.minimum(bias, 0) + top * negative + bottom * positive
    return low, np.maximum(bias, 0) + top * positive + bottom * negative


def membrane_ranges(layer: Layer) -> np.ndarray:
    """Return the range of the membrane of each neuron of a layer whose membranes live on.

    Interval arithmetic: `Neuron.left` never falls as the membrane rises, with or without a spike, so the
    ends of an interval bound its image.

    Parameters
    ----------
    layer : Layer
        Its weights, biases and neuron; its membranes live on.

    Returns
    -------
    int64[4, outputs]
        The least and the greatest membrane while it integrates, partial sums included, then the least and
        the greatest of what it keeps for the next timestep.
    """
    neuron = cast(Neuron, layer.rule)  # no other rule lets sums live on
    currents = _currents(layer)
    left_low = left_high = np.zeros_like(currents[0][0])
    every: list[list[np.ndarray]] = []
    for least, most in currents:
        low, high = left_low + least, left_high + most
        stays, fires = low < neuron.threshold, high >= neuron.threshold
        silent = neuron.left(low, 0), neuron.left(np.minimum(high, neuron.threshold - 1), 0)
        fired = neuron.left(np.maximum(low, neuron.threshold), 1), neuron.left(high, 1)
        left_low = np.minimum(np.where(stays, silent[0], UNBOUND), np.where(fires, fired[0], UNBOUND))
        left_high = np.maximum(np.where(stays, silent[1], -UNBOUND), np.where(fires, fired[1], -UNBOUND))
        every.append([low, high, left_low, left_high])
    ends = zip((np.min, np.max, np.min, np.max), zip(*every, strict=True), strict=True)
    return np.stack([end(bounds, axis=0) for end, bounds in ends])


def _continuous_bits(layer: Layer) -> tuple[int, int]:
    """Return the widths of a membrane while it integrates, and of what it keeps; see `membrane_ranges`."""
    neuron = cast(Neuron, layer.rule)
    low, high, left_low, left_high = membrane_ranges(layer)
    least, most = int(min(low.min(), left_low.min())), int(max(high.max(), left_high.max()))
    return signed_bits(least, max(most, neuron.threshold)), signed_bits(
        int(left_low.min()), int(left_high.max())
    )


def bias_bits(layer: Layer) -> int:
    """Return the signed width in bits of the layer's biases."""
    return signed_bits(int(layer.bias.min()), int(layer.bias.max()))


def engine_accumulator_bits(network: Network) -> int:
    """Return the width in bits that serves every layer of ``network``."""
    return max(layer_accumulator_bits(network))


def layer_accumulator_bits(network: Network) -> list[int]:
    """Return the width in bits of the sums of each layer of ``network``; see `accumulator_bits`."""
    entering = zip(network.layers, network.input_bits, network.input_signs, strict=True)
    return [accumulator_bits(layer, bits, signed=signed) for layer, bits, signed in entering]
