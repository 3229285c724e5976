"""Every bit a network stores. "8x" and "50x" are claims about this total, not about weights alone."""

from __future__ import annotations

from accelgen.network.fields import check_type
from accelgen.network.layer import Layer
from accelgen.network.network import Network
from accelgen.network.widths import bias_bits

__all__ = ["float_bits", "layer_bits", "stored_bits"]


def layer_bits(layer: Layer) -> dict[str, int]:
    """Return the bits of a layer by kind: ``codes``, ``index``, ``bias``, the rule, and ``total``.

    The rule is the ``shift`` of a layer that requantises, or its ``thresholds``, and the ``neuron``
    (threshold, leak, modes) of a spiking one.

    Padding is counted (the hardware stores it), and an index costs as many bits as name every input
    block. A layer that keeps all its blocks needs no index.
    """
    weights = layer.weights
    name_bits = 0 if weights.kept == weights.input_blocks else (weights.input_blocks - 1).bit_length()
    bits = {
        "codes": weights.codes.size * weights.bits,
        "index": weights.index.size * name_bits,
        "bias": layer.bias.size * bias_bits(layer),
        (layer.rule or layer.rule_type).part: layer.rule.stored_bits() if layer.rule else 0,
    }
    return bits | {"total": sum(bits.values())}


def stored_bits(network: Network) -> dict[str, int]:
    """Return the bits of all layers by kind, and of a readout that integrates; see `layer_bits`.

    Raise `InvalidNetwork` for anything else.
    """
    check_type("network", network, Network)
    parts = [layer_bits(layer) for layer in network.layers]
    if network.readout:
        bits = network.readout.stored_bits()
        parts.append({"readout": bits, "total": bits})
    kinds = dict.fromkeys(kind for part in parts for kind in part if kind != "total")
    return {kind: sum(part.get(kind, 0) for part in parts) for kind in (*kinds, "total")}


def float_bits(network: Network) -> int:
    """Return the bits of the same topology, dense, with 32-bit weights and biases."""
    return 32 * sum(_parameters(layer) for layer in network.layers)


def _parameters(layer: Layer) -> int:
    seen = layer.window.channels * layer.window.positions if layer.window else layer.inputs
    return layer.bias.size * (seen + 1)
