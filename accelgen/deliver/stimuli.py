"""What a delivered bench plays: a few samples as beats, and what the golden model answers to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.deliver.samples import Samples
from accelgen.golden.early_stop import largest_margin, leads
from accelgen.golden.spiking import SpikingResult, run_spikes, run_spiking
from accelgen.golden.spiking_vectors import spiking_vectors
from accelgen.golden.vectors import Vectors, dense_vectors
from accelgen.network.encoding import RateInput
from accelgen.network.network import Network
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.rtl.hardware import EventWords
from accelgen.rtl.manifest import Manifest
from accelgen.values import integer

__all__ = ["IMAGES", "Stimuli", "stimuli"]

#: Samples that a bench plays.
IMAGES = 10
#: Timesteps of a network that does not say with how many it was trained.
TIMESTEPS = 8
#: Of samples that are made up: the share of pixels that are not black, and of addresses that fire.
LIT, FIRING = 0.2, 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Stimuli:
    """What is played.

    Attributes
    ----------
    vectors : Vectors
        Beats, and the words of each result.
    labels : list of int, or None
        The right classes, of samples beside a network that has classes.
    real : bool
        Whether the samples are those beside the network.
    """

    vectors: Vectors
    labels: list[int] | None
    real: bool

    @property
    def origin(self) -> str:
        """Where the samples are from, in words."""
        if not self.real:
            return "made up with a fixed seed"
        return "those of samples.npz beside the network"


def stimuli(network: Network, manifest: Manifest, samples: Samples | None) -> Stimuli:
    """Return what a bench plays.

    Parameters
    ----------
    network : Network
        What answers.
    manifest : Manifest
        How its input enters.
    samples : Samples or None
        Real samples, of which the first are played; without them some are made up, always the same.
    """
    real = samples.first(IMAGES) if samples else None
    entering = real.entering if real else _made_up(network)
    labels = real.labels.tolist() if real and real.labels is not None else None
    if not network.spiking:
        return Stimuli(
            dense_vectors(network, entering, manifest.pixel_beats.pixels_per_beat), labels, bool(real)
        )
    timesteps = _timesteps(network)
    if isinstance(manifest.input, EventWords):
        spikes = entering
        if isinstance(network.input, RateInput):
            spikes = network.input.spikes(entering, timesteps)
        result, images, per_beat = run_spikes(network, spikes), None, None
    else:
        result, images = run_spiking(network, entering, timesteps), entering
        per_beat = manifest.pixel_beats.pixels_per_beat
    margin = _margin(network, result) if manifest.early_stop else None
    vectors = spiking_vectors(network, result, images=images, margin=margin, per_beat=per_beat)
    return Stimuli(vectors, labels, bool(real))


def _made_up(network: Network) -> np.ndarray:
    """Return images, or spikes, about as full as real ones."""
    rng, inputs = np.random.default_rng(0), network.input.inputs
    if network.input.takes == "events":
        return (rng.random((IMAGES, _timesteps(network), inputs)) < FIRING).astype(np.uint8)
    lit = rng.random((IMAGES, inputs)) < LIT
    return np.where(lit, rng.integers(0, 256, lit.shape), 0).astype(np.uint8)


def _timesteps(network: Network) -> int:
    """Return the timesteps of a sample."""
    stated = integer(network.provenance.get("timesteps"))
    return stated if stated is not None and 1 <= stated <= MAX_TIMESTEPS else TIMESTEPS


def _margin(network: Network, result: SpikingResult) -> int:
    """Return a margin at which some of the samples stop early, if there is one."""
    if network.classes < 2:
        return 0
    middle = int(np.median(leads(result.scores)[:, result.timesteps // 2]))
    return min(max(middle, 1), largest_margin(network))
