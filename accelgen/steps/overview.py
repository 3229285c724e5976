"""What a model is made of."""

from __future__ import annotations

from dataclasses import asdict

from accelgen.network import Layer, Network, digest, stored_bits
from accelgen.network.size import float_bits, layer_bits
from accelgen.network.widths import accumulator_bits, membrane_bits
from accelgen.steps.checks import timesteps_of
from accelgen.steps.model import AnyModel, model_of

__all__ = ["info"]


def info(model: AnyModel) -> dict:
    """Describe a network: input, layers, compression and every stored bit."""
    model = model_of(model)
    path, network = model.path, model.network
    stored = stored_bits(network)
    return {
        "name": network.name,
        "kind": network.kind,
        "network_sha256": digest(path),
        "input": asdict(network.input),
        **(_time(network) if network.spiking else {}),
        "compression": network.compression,
        "stored_bits": stored,
        "memory_ratio": float_bits(network) / stored["total"],
        "layers": [
            {
                "name": layer.name,
                **_window(layer),
                "inputs": layer.inputs,
                "outputs": layer.outputs,
                "weight_bits": layer.weights.bits,
                **_rule(layer),
                "compression": layer.weights.compression,
                "block_out": layer.weights.block_out,
                "block_in": layer.word,
                "kept_blocks": layer.weights.kept,
                "accumulator_bits": accumulator_bits(layer, bits),
                "stored_bits": layer_bits(layer),
            }
            for layer, bits in zip(network.layers, network.input_bits, strict=True)
        ],
        "provenance": network.provenance,
    }


def _time(network: Network) -> dict:
    return {
        "timesteps": timesteps_of(network, None),
        "readout": "count" if network.last.rule else "membrane",
    }


def _window(layer: Layer) -> dict:
    """Return what a convolution looks at, and its channels; a block of it is counted in channels."""
    if layer.window is None:
        return {}
    return {"window": asdict(layer.window), "channels": layer.weights.outputs}


def _rule(layer: Layer) -> dict:
    """Return what the rule of a layer does; None in each place if it has none."""
    rule = layer.rule.describe() if layer.rule else dict.fromkeys(layer.rule_type.facts)
    return rule | ({"membrane_bits": membrane_bits(layer)} if layer.spiking else {})
