"""Execute a network: raw images in, scores and classes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import DataError
from accelgen.golden.convolution import activate
from accelgen.golden.dense import accumulate
from accelgen.golden.requantise import requantise
from accelgen.network.convolution import Conv
from accelgen.network.encoding import quantise_pixels
from accelgen.network.network import Network

__all__ = ["Result", "run"]

BATCH = 2048


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a network says of some images.

    Attributes
    ----------
    scores : int64[images, classes]
        Accumulators of the last layer.
    activations : list of uint8[images, inputs]
        What enters each layer, the quantised pixels first; images are in the order (y, x, channel).
    """

    scores: np.ndarray
    activations: list[np.ndarray]

    @property
    def classes(self) -> np.ndarray:
        """Class of the highest score, the lowest class among equals, int64[images]."""
        return np.argmax(self.scores, axis=1)

    def accuracy(self, labels: np.ndarray) -> float:
        """Return the share of images whose class is their label."""
        return float(np.mean(self.classes == labels))


def run(network: Network, pixels: np.ndarray) -> Result:
    """Execute ``network`` on raw images.

    Parameters
    ----------
    network : Network
        The tables.
    pixels : uint8[images, pixels]
        Raw, 0 to 255.

    Raises
    ------
    DataError
        If the images have another number of pixels than the network reads.
    """
    if pixels.ndim != 2 or pixels.shape[1] != network.input.pixels:
        raise DataError(f"images must have {network.input.pixels} pixels, not shape {list(pixels.shape)}")
    batches = [_run(network, pixels[start : start + BATCH]) for start in range(0, max(len(pixels), 1), BATCH)]
    return Result(
        np.concatenate([batch.scores for batch in batches]),
        [np.concatenate(layer) for layer in zip(*(batch.activations for batch in batches), strict=True)],
    )


def _run(network: Network, pixels: np.ndarray) -> Result:
    x = quantise_pixels(pixels, network.input.bits)
    activations = []
    for layer, bits in zip(network.layers, network.input_bits, strict=True):
        activations.append(x)
        if isinstance(layer, Conv):
            x = activate(layer, x, bits)
            continue
        sums = accumulate(layer, x, bits)
        if layer.requantise is None:
            break
        x = requantise(sums, layer.requantise)
    return Result(sums, activations)
