"""Where values lie in ONNX: images with their channels first, and weights in that order."""

from __future__ import annotations

from typing import Any

import numpy as np

from accelgen.errors import InvalidNetwork, InvalidRequest
from accelgen.network import Conv, Dense, Multiply, Network, Requantise, Thresholds, Window
from accelgen.network.fields import check_type

__all__ = ["check_dense", "columns_of", "label", "pads_of", "shape_of"]

RULES = Requantise | Thresholds | Multiply


def check_dense(network: Network) -> None:
    """Raise unless all layers of ``network`` are of kinds, and have rules, that ONNX can say.

    Raises
    ------
    InvalidRequest
        If it spikes.
    InvalidNetwork
        If a layer is of another kind, or its rule another.
    """
    check_type("network", network, Network)
    if network.spiking:
        raise InvalidRequest(f"{network.name} spikes, and ONNX knows no timesteps: format nir does")
    for number, layer in enumerate(network.layers):
        rule = type(layer.rule).__name__
        if not isinstance(layer, Dense | Conv) or not isinstance(layer.rule, RULES | None):
            what = (
                f"kind: {layer.kind}"
                if not isinstance(layer, Dense | Conv)
                else f"{layer.rule_type.field}: {rule}"
            )
            raise InvalidNetwork(f"layer {number} ({layer.name}): {what} is not written as ONNX")


def label(network: Network, number: int) -> str:
    """Return what tensors of a layer begin with: no other tensor does."""
    return f"{number}.{network.layers[number].name}"


def shape_of(network: Network) -> tuple[int, ...]:
    """Return the shape of a sample that enters: (height, width, channels) of an image, else (pixels,)."""
    window = network.first.window
    return (network.input.inputs,) if window is None else (window.height, window.width, window.channels)


def columns_of(network: Network, number: int) -> np.ndarray:
    """Return the weights of a layer with channels first.

    Returns
    -------
    int32[outputs, inputs], or int32[channels, input channels, height, width]
        A fully connected layer that reads an image reads it flattened as ONNX does: (channel, y, x).
    """
    layer = network.layers[number]
    if isinstance(layer, Conv):
        return layer.kernels()
    matrix, image = layer.weights.dense(), network.values[network.reads[number][0] + 1].image
    if image is None:
        return matrix
    return matrix.reshape(-1, *image).transpose(0, 3, 1, 2).reshape(matrix.shape)


def pads_of(window: Window) -> dict[str, Any]:
    """Return the attributes of a convolution: kernel, strides and pads."""
    rows, columns = window.rows, window.columns
    return {
        "kernel_shape": [rows.kernel, columns.kernel],
        "strides": [rows.stride, columns.stride],
        "pads": [rows.before, columns.before, rows.after, columns.after],
    }
