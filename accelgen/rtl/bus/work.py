"""The work of a folded engine that skips nothing: what a count of skipped work is measured against."""

from __future__ import annotations

from accelgen.network.layer import Layer
from accelgen.network.window import Axis, Window
from accelgen.rtl.hardware import Hardware

__all__ = ["activations_met", "skips"]


def skips(hardware: Hardware) -> bool:
    """Return whether hardware leaves activations out because they are zero."""
    return hardware.folded is not None and hardware.folded.skip_zeros


def activations_met(hardware: Hardware) -> int:
    """Return how many activations would meet their weights in an image, or a timestep, were none zero.

    An activation is counted once for each pass of the lanes in whose kept blocks it is; what pads a window
    or a word does not exist, and is not counted.

    Parameters
    ----------
    hardware : Hardware
        Folded.
    """
    if hardware.folded is None:
        return 0
    pairs = zip(hardware.network.layers, hardware.folded.layers, strict=True)
    return sum(part.passes * _in_kept_blocks(layer) * _places(layer.window) for layer, part in pairs)


def _in_kept_blocks(layer: Layer) -> int:
    """Return the activations of a pixel, or of the whole input, in the kept blocks of all block rows."""
    entering = layer.window.channels if layer.window else layer.inputs
    sizes = [min(layer.word, entering - layer.word * block) for block in range(layer.weights.input_blocks)]
    return sum(sizes[block] for block in layer.weights.index.ravel().tolist())


def _places(window: Window | None) -> int:
    """Return how many pixels all windows together see, of those that the pooling looks at."""
    if window is None:
        return 1
    return _seen(window.rows) * _seen(window.columns)


def _seen(axis: Axis) -> int:
    """Return how many rows of an image the windows below each other see together, or columns."""
    starts = [axis.stride * number - axis.before for number in range(axis.pooled)]
    return sum(min(start + axis.kernel, axis.pixels) - max(start, 0) for start in starts)
