"""What models there are, and what they are made of."""

from __future__ import annotations

from dataclasses import asdict

from accelgen.models import NETWORK_FILE, model_folder, model_names, network_path, places

__all__ = ["info", "list_models"]


def list_models() -> dict:
    """List the models, with what their cards say."""
    from accelgen.report.card import read_card

    found = []
    for name in model_names():
        folder = model_folder(name)
        card = folder / "card.json"
        accuracy = read_card(card).figures.get("accuracy") if card.is_file() else None
        trained = (folder / NETWORK_FILE).is_file()
        found.append({"name": name, "trained": trained, "accuracy": accuracy.value if accuracy else None})
    return {"models": found, "folders": [str(place) for place in places()]}


def info(model: str) -> dict:
    """Describe a network: input, layers, compression and every stored bit."""
    from accelgen.network import digest, load, stored_bits
    from accelgen.network.size import float_bits, layer_bits
    from accelgen.network.widths import accumulator_bits

    path = network_path(model)
    network = load(path)
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
                **(_neuron(layer) if network.spiking else _activation(layer)),
                "compression": layer.weights.compression,
                "block_out": layer.weights.block_out,
                "block_in": getattr(layer, "block_in", layer.weights.block_in),
                "kept_blocks": layer.weights.kept,
                "accumulator_bits": accumulator_bits(layer, bits),
                "stored_bits": layer_bits(layer),
            }
            for layer, bits in zip(network.layers, network.input_bits, strict=True)
        ],
        "provenance": network.provenance,
    }


def _time(network) -> dict:
    from accelgen.steps.samples import timesteps_of

    return {
        "timesteps": timesteps_of(network, None),
        "readout": "count" if network.layers[-1].neuron else "membrane",
    }


def _window(layer) -> dict:
    """Return what a convolution looks at, and its channels; a block of it is counted in channels."""
    if not hasattr(layer, "window"):
        return {}
    return {"window": asdict(layer.window), "channels": layer.channels}


def _activation(layer) -> dict:
    return {"activation_bits": layer.requantise.bits if layer.requantise else None}


def _neuron(layer) -> dict:
    """Return the rule of a spiking layer; None in each place for one that reads out its membranes."""
    from accelgen.network.widths import membrane_bits

    names = ("integration", "threshold", "leak", "reset")
    rule = {name: getattr(layer.neuron, name, None) for name in names}
    return rule | {"membrane_bits": membrane_bits(layer)}
