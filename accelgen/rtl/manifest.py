"""The manifest: what was generated, in words and numbers, for every later step."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import version

from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.spiking import MAX_TIMESTEPS, Spiking
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.layer_plan import LayerPlan
from accelgen.rtl.plan import Plan
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.tables import Table
from accelgen.rtl.unrolled.plan import UnrolledPlan

__all__ = ["describe"]


def describe(plan: Plan | UnrolledPlan, found: list[Table], stamp: str) -> dict:
    """Return the manifest of a top.

    Parameters
    ----------
    plan : Plan or UnrolledPlan
        What was built.
    found : list of Table
        Its tables.
    stamp : str
        Digest of the network.
    """
    network = plan.network
    files = {"verilog": f"{network.name}.v"} | ({"load": "weights.bin"} if plan.weights == "ram" else {})
    spiking, unrolled = isinstance(plan, SpikingPlan), isinstance(plan, UnrolledPlan)
    layers = [_shape(layer) for layer in network.layers]
    if not unrolled:
        layers = [
            shape | _folded(*pair) for shape, *pair in zip(layers, network.layers, plan.layers, strict=True)
        ]
    return {
        "schema": 1,
        "name": network.name,
        "top": network.name,
        "kind": "spiking" if spiking else "dense",
        "network_sha256": stamp,
        "unrolled": unrolled,
        **({} if unrolled else {"lanes": plan.lanes, "skip_zeros": plan.skip_zeros}),
        "weights": plan.weights,
        **(_time(plan) if spiking else {}),
        "input": _input(plan),
        "classes": plan.classes,
        "score_bits": plan.score_bits if spiking else plan.accumulator_bits,
        "error_bits": list(ERRORS),
        "memories": [] if unrolled else _memories(plan, found),
        "layers": layers,
        "files": files,
        "tools": {"amaranth": version("amaranth")},
    }


def _time(plan: SpikingPlan) -> dict:
    return {
        "stream": plan.stream,
        "timesteps_max": MAX_TIMESTEPS,
        "early_stop": plan.early_stop,
        "readout": "count" if plan.counting else "membrane",
    }


def _input(plan: Plan | UnrolledPlan) -> dict:
    entering = plan.network.input
    if isinstance(plan, SpikingPlan) and plan.stream == "events":
        return {
            "inputs": entering.inputs,
            "block": plan.pixels_per_beat,
            "position_bits": plan.position_bits,
            "blocks": plan.input_beats,
            "width": plan.input_width,
        }
    found = {
        "pixels": entering.pixels,
        "pixel_bits": entering.bits,
        "pixels_per_beat": plan.pixels_per_beat,
        "beats": plan.input_beats,
        "width": plan.input_width,
    }
    return found | ({"encoder": entering.encoder} if isinstance(plan, SpikingPlan) else {})


def _memories(plan: Plan, found: list[Table]) -> list[dict]:
    memories = [(table.name, len(table.words), table.width, plan.weights) for table in found]
    banks = zip(plan.bank_words, plan.bank_shapes, strict=True)
    memories += [(f"activations{n}", words, a * b, "ram") for n, (words, (a, b)) in enumerate(banks)]
    memories += [(f"flags{n}", rows, width, "ram") for n, (rows, width) in plan.flag_shapes.items()]
    if isinstance(plan, SpikingPlan):
        if plan.membrane_words:
            memories.append(("membranes", plan.membrane_words, plan.lanes * plan.membrane_bits, "ram"))
        block = plan.layers[0].block_in
        width = block if plan.stream == "events" else block * plan.network.input.bits
        memories.append((plan.stream, plan.input_beats, width, "ram"))
    names = ("name", "depth", "width", "kind")
    return [dict(zip(names, memory, strict=True)) for memory in memories]


def _shape(layer: Dense | Conv | Spiking) -> dict:
    return {
        "name": layer.name,
        **({"window": asdict(layer.window), "channels": layer.channels} if isinstance(layer, Conv) else {}),
        "outputs": layer.outputs,
        "inputs": layer.inputs,
        "weight_bits": layer.weights.bits,
        "compression": layer.weights.compression,
        "kept_blocks": layer.weights.kept,
    }


def _folded(layer: Dense | Conv | Spiking, part: LayerPlan) -> dict:
    found = {"passes": part.rows * part.passes}
    if isinstance(layer, Conv):
        window = layer.window
        found["passes"] *= window.out_height * window.out_width * window.pool**2
        found["channels_per_word"] = part.block_in
    if layer.spiking and layer.rule:
        neuron = layer.rule
        found |= {
            "integration": neuron.integration,
            "threshold": neuron.threshold,
            "leak": neuron.leak,
            "reset": neuron.reset,
        }
    return found
