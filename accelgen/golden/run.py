"""Execute a network: raw images in, scores and classes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import DataError, InvalidRequest
from accelgen.golden.execute import execute
from accelgen.network.encoding import codes_of, quantise_pixels
from accelgen.network.fields import check_type
from accelgen.network.network import Network
from accelgen.network.task import Task, kind_of
from accelgen.values import integers

__all__ = ["Result", "check_labels", "run"]

BATCH = 2048


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a network makes of some images.

    Attributes
    ----------
    scores : int64[images, classes]
        Accumulators of the last layer.
    activations : list of uint8[images, inputs]
        What enters each layer, the quantised pixels first (signed codes as int8); images are in the order
        (y, x, channel).
    task : Task or None
        What the scores stand for; None if they are those of classes.
    """

    scores: np.ndarray
    activations: list[np.ndarray]
    task: Task | None = None

    @property
    def classes(self) -> np.ndarray:
        """Class of the highest score, the lowest class among equals, int64[images].

        Of a threshold 1 where the score is at least that, else 0. Raises `InvalidRequest` of any other task.
        """
        if (answers := self.answers) is None:
            raise InvalidRequest(
                f"scores of a {kind_of(self.task)} name no class: values has what they stand for"
            )
        return answers

    @property
    def answers(self) -> np.ndarray | None:
        """What follows the scores of a result in hardware, int64[images]: `classes`; None if nothing does."""
        if self.task is None:
            return np.argmax(self.scores, axis=1)
        if self.task.kind == "threshold":
            return self.task.values(self.scores)[:, 0].astype(np.int64)
        return None

    @property
    def values(self) -> np.ndarray:
        """What the scores stand for: float64[images, outputs], or bool[images, outputs] of yes or no.

        Raises `InvalidRequest` where they are those of classes.
        """
        if self.task is None:
            raise InvalidRequest("scores of classes stand for nothing else: classes has the highest of them")
        return self.task.values(self.scores)

    def accuracy(self, labels: np.ndarray) -> float:
        """Return the share of images whose class is their label.

        Parameters
        ----------
        labels : integer[images]
            Right classes, 0 to the number of classes less one.

        Raises
        ------
        DataError
            If they are of another kind, shape or range.
        """
        check_labels(labels, *self.scores.shape)
        return float(np.mean(self.classes == labels))


def run(network: Network, pixels: np.ndarray) -> Result:
    """Execute ``network`` on raw images.

    Parameters
    ----------
    network : Network
        The tables, without spikes.
    pixels : integer[images, pixels]
        Raw, 0 to 255, of any signed or unsigned dtype. They are quantised here: pixels that have fewer bits
        already are to be shifted up first. Of a network of features these may be float[images, features], of
        which its rule makes such pixels; signed codes are bytes in two's complement (uint8), or integers of
        -128 to 127.

    Raises
    ------
    DataError
        If the images are of another kind or range, or have another number of pixels than the network reads.
    InvalidRequest
        If the network spikes.
    """
    check_type("network", network, Network)
    if network.spiking:
        raise InvalidRequest(
            f"{network.name} spikes: accelgen.golden.run_spiking runs it on images, and run_spikes on spikes"
        )
    entering = network.pixel_input
    pixels = codes_of(entering, pixels)
    batches = [_run(network, pixels[start : start + BATCH]) for start in range(0, max(len(pixels), 1), BATCH)]
    return Result(
        np.concatenate([batch.scores for batch in batches]),
        [np.concatenate(layer) for layer in zip(*(batch.activations for batch in batches), strict=True)],
        network.task,
    )


def check_labels(labels: object, images: int, classes: int) -> None:
    """Raise `DataError` unless ``labels`` are integer[``images``] of 0 to ``classes - 1``."""
    checked = integers("labels", labels, 0, classes - 1)
    if checked.shape != (images,):
        raise DataError(f"labels must have shape [{images}], not {list(checked.shape)}")


def _run(network: Network, pixels: np.ndarray) -> Result:
    bits = network.pixel_input.bits
    codes = quantise_pixels(pixels, bits)
    if network.signed:  # the highest of the bits is a sign
        codes = (codes << np.uint8(8 - bits)).view(np.int8) >> np.int8(8 - bits)
    return Result(*execute(network, codes))
