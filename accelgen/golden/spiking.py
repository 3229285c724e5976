"""Execute a spiking network: spikes in, every spike of every layer and the scores of every timestep out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import DataError, InvalidOption, InvalidRequest
from accelgen.golden.execute import execute
from accelgen.golden.neurons import scored
from accelgen.golden.run import check_labels
from accelgen.network.encoding import RateInput, codes_of
from accelgen.network.fields import check_type, whole
from accelgen.network.network import Network
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.values import integers

__all__ = ["SpikingResult", "run_spikes", "run_spiking"]

BATCH = 1024


@dataclass(frozen=True, slots=True, eq=False)
class SpikingResult:
    """What a spiking network makes of some samples.

    Attributes
    ----------
    scores : int64[samples, timesteps, classes]
        Scores of the readout, up to and with each timestep.
    spikes : list of uint8[samples, timesteps, inputs]
        What enters each layer, the input spikes first.
    """

    scores: np.ndarray
    spikes: list[np.ndarray]

    @property
    def timesteps(self) -> int:
        """Timesteps of each sample."""
        return self.scores.shape[1]

    @property
    def classes(self) -> np.ndarray:
        """Class of the highest score at the end, the lowest class among equals, int64[samples]."""
        return np.argmax(self.scores[:, -1], axis=1)

    def accuracy(self, labels: np.ndarray) -> float:
        """Return the share of samples whose class, at the end, is their label.

        Parameters
        ----------
        labels : integer[samples]
            Right classes, 0 to the number of classes less one.

        Raises
        ------
        DataError
            If they are of another kind, shape or range.
        """
        check_labels(labels, len(self.scores), self.scores.shape[2])
        return float(np.mean(self.classes == labels))

    def accuracy_by_timestep(self, labels: np.ndarray) -> list[float]:
        """Return the `accuracy` that stopping everywhere after timestep 1, 2, ... would have.

        ``labels`` are integer[samples], as there.
        """
        check_labels(labels, len(self.scores), self.scores.shape[2])
        return np.mean(np.argmax(self.scores, axis=2) == labels[:, None], axis=0).tolist()

    def stopped(self, margin: int) -> np.ndarray:
        """Return the timesteps used if each sample stops once its leader leads by ``margin``.

        Parameters
        ----------
        margin : int
            Least difference between the two highest scores; 0 means never to stop early.

        Returns
        -------
        int64[samples]
            1 to ``timesteps``.

        Raises
        ------
        InvalidOption
            If the margin is no integer of at least 0.
        """
        margin = whole("margin", margin, 0, error=InvalidOption)
        if margin == 0 or self.scores.shape[2] < 2:
            return np.full(len(self.scores), self.timesteps)
        best = np.sort(self.scores, axis=2)[:, :, -2:]
        clear = best[:, :, 1] - best[:, :, 0] >= margin
        clear[:, -1] = True
        return np.argmax(clear, axis=1) + 1

    def final(self, used: np.ndarray) -> np.ndarray:
        """Return the scores after ``used`` timesteps (integer[samples]), int64[samples, classes]."""
        integers("timesteps", used, 1, self.timesteps)
        return np.take_along_axis(self.scores, used[:, None, None] - 1, axis=1)[:, 0]


def run_spiking(network: Network, images: np.ndarray, timesteps: int) -> SpikingResult:
    """Execute ``network`` on raw images, encoded as its `RateInput` says.

    Parameters
    ----------
    network : Network
        A network of `Spiking` layers.
    images : integer[n, pixels]
        Raw, 0 to 255, of any signed or unsigned dtype; or float[n, pixels], features of which the network's
        rule makes such pixels.
    timesteps : int
        1 to 16.

    Raises
    ------
    DataError
        If the images are of another kind or range, or have another number of pixels than the network reads.
    InvalidOption
        If ``timesteps`` is no integer of 1 to 16.
    InvalidRequest
        If the network does not spike, or takes events.
    """
    _check_spiking(network)
    if not isinstance(entering := network.input, RateInput):
        raise InvalidRequest(f"{network.name} takes events, not images: run_spikes runs it")
    timesteps = whole("timesteps", timesteps, 1, MAX_TIMESTEPS, error=InvalidOption)
    images = codes_of(entering, images)
    batches = range(0, max(len(images), 1), BATCH)
    return _joined(
        [_run(network, entering.spikes(images[start : start + BATCH], timesteps)) for start in batches]
    )


def run_spikes(network: Network, spikes: np.ndarray) -> SpikingResult:
    """Execute ``network`` on input spikes.

    Parameters
    ----------
    network : Network
        A network of `Spiking` layers.
    spikes : integer[samples, timesteps, inputs]
        0 or 1; 1 to 16 timesteps.

    Raises
    ------
    DataError
        If the spikes are of another kind or range, or have another shape than the network reads.
    InvalidRequest
        If the network does not spike.
    """
    _check_spiking(network)
    spikes = integers("spikes", spikes, 0, 1).astype(np.uint8, copy=False)
    if (
        spikes.ndim != 3
        or spikes.shape[2] != network.input.inputs
        or not 1 <= spikes.shape[1] <= MAX_TIMESTEPS
    ):
        raise DataError(
            f"spikes must have 1 to {MAX_TIMESTEPS} timesteps of {network.input.inputs} inputs, "
            f"not shape {list(spikes.shape)}"
        )
    batches = range(0, max(len(spikes), 1), BATCH)
    return _joined([_run(network, spikes[start : start + BATCH]) for start in batches])


def _check_spiking(network: Network) -> None:
    check_type("network", network, Network)
    if not network.spiking:
        raise InvalidRequest(f"{network.name} does not spike: run runs it")


def _joined(batches: list[SpikingResult]) -> SpikingResult:
    return SpikingResult(
        np.concatenate([batch.scores for batch in batches]),
        [np.concatenate(layer) for layer in zip(*(batch.spikes for batch in batches), strict=True)],
    )


def _run(network: Network, spikes: np.ndarray) -> SpikingResult:
    steps, entering = execute(network, spikes)
    if network.readout:
        return SpikingResult(scored(network.readout, steps), entering)
    return SpikingResult(np.cumsum(steps, axis=1, dtype=np.int64), entering)
