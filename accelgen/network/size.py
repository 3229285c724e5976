"""Every bit a network stores. "8x" and "50x" are claims about this total, not about weights alone."""

from __future__ import annotations

from accelgen.network.convolution import Conv
from accelgen.network.fields import check_type
from accelgen.network.layers import Dense
from accelgen.network.network import Network
from accelgen.network.spiking import Spiking
from accelgen.network.widths import bias_bits

__all__ = ["float_bits", "layer_bits", "stored_bits"]

SHIFT_BITS = 5
NEURON_MODE_BITS = 4 + 1 + 1  # leak, reset, integration


def layer_bits(layer: Dense | Conv | Spiking) -> dict[str, int]:
    """Return the bits of a layer by kind: ``codes``, ``index``, ``bias``, the rule, and ``total``.

    The rule is the ``shift`` of a layer that requantises, and the ``neuron`` (threshold, leak, modes) of a
    spiking one.

    Padding is counted (the hardware stores it), and an index costs as many bits as name every input
    block. A layer that keeps all its blocks needs no index.
    """
    weights = layer.weights
    name_bits = 0 if weights.kept == weights.input_blocks else (weights.input_blocks - 1).bit_length()
    bits = {
        "codes": weights.codes.size * weights.bits,
        "index": weights.index.size * name_bits,
        "bias": layer.bias.size * bias_bits(layer),
    }
    if isinstance(layer, Spiking):
        bits["neuron"] = layer.neuron.threshold.bit_length() + NEURON_MODE_BITS if layer.neuron else 0
    else:
        bits["shift"] = SHIFT_BITS if layer.requantise else 0
    return bits | {"total": sum(bits.values())}


def stored_bits(network: Network) -> dict[str, int]:
    """Return the bits of all layers by kind; see `layer_bits`. Anything but a network is `InvalidNetwork`."""
    check_type("network", network, Network)
    parts = [layer_bits(layer) for layer in network.layers]
    return {kind: sum(part[kind] for part in parts) for kind in parts[0]}


def float_bits(network: Network) -> int:
    """Return the bits of the same topology, dense, with 32-bit weights and biases."""
    return 32 * sum(_parameters(layer) for layer in network.layers)


def _parameters(layer: Dense | Conv | Spiking) -> int:
    seen = layer.window.channels * layer.window.positions if isinstance(layer, Conv) else layer.inputs
    return layer.bias.size * (seen + 1)
