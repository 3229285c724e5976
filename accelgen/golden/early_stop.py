"""When to stop: how far the leader must lead, and what that costs and saves.

A margin is chosen on images that are not the test images, and then measured on the test images.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.network.network import Network
from accelgen.network.widths import score_bits

__all__ = ["Stopping", "choose", "largest_margin", "leads", "stopping"]

CANDIDATES = 256


@dataclass(frozen=True, slots=True)
class Stopping:
    """What a margin does to a set of samples.

    Attributes
    ----------
    margin : int
        Least difference between the two highest scores; 0 means never to stop early.
    timesteps_used : float
        Mean over the samples.
    accuracy : float
        Share of samples whose class, when they stop, is their label.
    """

    margin: int
    timesteps_used: float
    accuracy: float


def largest_margin(network: Network) -> int:
    """Return the largest margin that the hardware of a spiking network can be given."""
    return (1 << max(score_bits(network.last, network.readout) - 1, 1)) - 1


def leads(scores: np.ndarray) -> np.ndarray:
    """Return the lead of the best class over the second, int64[samples, timesteps].

    Parameters
    ----------
    scores : int64[samples, timesteps, classes]
        Scores of a `SpikingResult`; at least two classes.
    """
    best = np.partition(scores, -2, axis=2)
    return best[:, :, -1] - best[:, :, -2]


def stopping(scores: np.ndarray, labels: np.ndarray, margin: int) -> Stopping:
    """Return what ``margin`` does to samples.

    Parameters
    ----------
    scores : int64[samples, timesteps, classes]
        Scores of a `SpikingResult`; at least two classes.
    labels : int[samples]
        Their classes.
    margin : int
        Least lead that stops early; 0 means never to stop early.
    """
    return _apply(leads(scores), np.argmax(scores, axis=2) == labels[:, None], margin)


def choose(scores: np.ndarray, labels: np.ndarray, largest: int) -> Stopping:
    """Return the margin that uses the fewest timesteps and is as accurate as all of them.

    Parameters
    ----------
    scores : int64[samples, timesteps, classes]
        Scores of samples that are set aside for choosing.
    labels : int[samples]
        Their classes.
    largest : int
        The largest margin that the hardware can be given.

    Returns
    -------
    Stopping
        Its effect on these samples; margin 0 if no other is as accurate.
    """
    lead, right = leads(scores), np.argmax(scores, axis=2) == labels[:, None]
    whole = _apply(lead, right, 0)
    shares = np.linspace(0, 1, CANDIDATES)
    margins = np.unique(np.quantile(lead, shares, method="nearest"))
    stoppings = [_apply(lead, right, int(m)) for m in margins if 1 <= m <= largest]
    equal = [tried for tried in stoppings if tried.accuracy >= whole.accuracy]
    return min(equal, key=lambda tried: tried.timesteps_used, default=whole)


def _apply(lead: np.ndarray, right: np.ndarray, margin: int) -> Stopping:
    clear = lead >= margin if margin else np.zeros(lead.shape, bool)
    clear[:, -1] = True
    last = np.argmax(clear, axis=1)
    accuracy = np.take_along_axis(right, last[:, None], axis=1).mean()
    return Stopping(margin, float(last.mean() + 1), float(accuracy))
