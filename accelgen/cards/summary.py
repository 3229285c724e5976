"""What a model is, in one line: its topology, its bits, and what enters it."""

from __future__ import annotations

from collections.abc import Iterable

from accelgen.network.sides import Sides, spelled
from accelgen.steps.overview import LayerOverview, Overview
from accelgen.train.recipe import Recipe

__all__ = ["kind_of", "reference_summary", "summary"]

#: Outputs, or channels, of a layer; kernel, and sides of the squares that are pooled, both 0 if it is dense.
Step = tuple[int, Sides, Sides]


def kind_of(recipe: Recipe) -> str:
    """Return "spiking", "convolutional" or "dense"."""
    if recipe.spiking:
        return "spiking"
    return "convolutional" if recipe.convolves else "dense"


def summary(overview: Overview) -> str:
    """Return the line of an integer model."""
    layers, entering = overview.layers, overview.input
    window = layers[0].window
    sizes = [window.height, window.width, window.channels] if window else [layers[0].inputs]
    outline = _outline(sizes, [_step(layer) for layer in layers])
    weights = f"{_bits([layer.weight_bits for layer in layers])} weights"
    compressed = f"hidden layers compressed {overview.compression:.3g}x"
    if overview.kind != "spiking":
        activations = f"{_bits([layer.rule.bits_out for layer in layers if layer.rule])} activations"
        task = f", for {overview.task.kind}" if overview.task else ""
        return f"{outline}, {weights}, {activations}, {entering.bits}-bit pixels, {compressed}{task}"
    source = f"spikes from {entering.bits}-bit pixels" if entering.bits else "events of a sensor"
    integration = f" of {overview.neurons[0].integration} integration" if overview.neurons else ""
    return (
        f"{outline} spiking neurons{integration}, {weights}, {source}, "
        f"readout by {overview.readout}, {compressed}"
    )


def reference_summary(recipe: Recipe) -> str:
    """Return the line of a float reference."""
    sizes = recipe.shapes[0] if kind_of(recipe) == "convolutional" else [recipe.inputs]
    steps = [(x.outputs, getattr(x, "kernel", 0), getattr(x, "pool", 0)) for x in recipe.layers]
    return f"{_outline(sizes, steps)} in float32: the reference, without limits and without hardware"


def _outline(entering: Iterable[int], steps: Iterable[Step]) -> str:
    """Return a topology in a word: ``32x32x3-64(3x3/2)-10``, the sides of a pooled square behind ``/``."""
    words = ["x".join(map(str, entering))]
    for size, kernel, pool in steps:
        pooled = "" if pool == 1 else f"/{spelled(pool)}"
        sides = f"{kernel}x{kernel}" if isinstance(kernel, int) else spelled(kernel)
        words.append(f"{size}({sides}{pooled})" if kernel else str(size))
    return "-".join(words)


def _step(layer: LayerOverview) -> Step:
    if not (layer.window and layer.channels):
        return layer.outputs, 0, 0
    return layer.channels, layer.window.kernel, layer.window.pool


def _bits(widths: list[int]) -> str:
    """Return ``3-bit``, or ``2- to 4-bit``."""
    low, high = min(widths, default=0), max(widths, default=0)
    return f"{low}-bit" if low == high else f"{low}- to {high}-bit"
