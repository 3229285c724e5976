"""A network on many samples, a few hundred at a time: all activations at once would fill the memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from accelgen.data.images import Images
from accelgen.data.nmnist import Recordings
from accelgen.golden.cost import Cost, layer_cost
from accelgen.golden.run import Result, run
from accelgen.golden.spiking import SpikingResult, run_spikes, run_spiking
from accelgen.golden.spiking_cost import SpikingCost, count_spiking_cost
from accelgen.network import Network
from accelgen.network.encoding import bernoulli

__all__ = [
    "Batch",
    "LayerSpikes",
    "accuracy",
    "classified",
    "dense_cost",
    "per_layer",
    "scored",
    "spiking_batches",
]

#: Samples of a batch, of a spiking network and of a dense one.
BATCH, DENSE_BATCH = 500, 1000


@dataclass(frozen=True, slots=True)
class LayerSpikes:
    """What spikes cost a layer, mean per sample.

    Attributes
    ----------
    name : str
        Of the layer.
    events : float
        Spikes that enter.
    synaptic_operations : float
        Additions of a weight, caused by them.
    """

    name: str
    events: float
    synaptic_operations: float


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some samples, and what the golden model makes of them.

    Attributes
    ----------
    network : Network
        A spiking network.
    pixels : uint8[samples, pixels] or None
        Raw images, if the network reads pixels.
    labels : uint8[samples]
        Classes.
    result : SpikingResult
        What `run_spikes` returned.
    """

    network: Network
    pixels: np.ndarray | None
    labels: np.ndarray
    result: SpikingResult

    def work(
        self, lanes: int | Sequence[int], used: np.ndarray | None = None, *, skip_zeros: bool = True
    ) -> SpikingCost:
        """Return `count_spiking_cost` of the batch, given its lanes; ``used`` is integer[samples]."""
        return count_spiking_cost(self.network, self.result, lanes, used, skip_zeros=skip_zeros)


def spiking_batches(
    network: Network, samples: Images | Recordings, timesteps: int, drawn: int | None = None
) -> Iterator[Batch]:
    """Run a spiking network on samples, batch by batch.

    Samples that are events enter as they are. With a seed ``drawn``, pixels become spikes by a fresh draw for
    each timestep of each image, and enter as events.
    """
    for start in range(0, len(samples), BATCH):
        stop = start + BATCH
        labels = samples.labels[start:stop]
        if isinstance(samples, Recordings) or samples.events:
            result = run_spikes(network, samples.spikes(start, stop)[:, :timesteps])
            yield Batch(network, None, labels, result)
        elif drawn is not None:
            spikes = bernoulli(samples.pixels[start:stop], timesteps, drawn + start)
            yield Batch(network, None, labels, run_spikes(network, spikes))
        else:
            pixels = samples.pixels[start:stop]
            yield Batch(network, pixels, labels, run_spiking(network, pixels, timesteps))


def dense_cost(
    network: Network, pixels: np.ndarray, lanes: Sequence[int], skip_zeros: bool
) -> tuple[Result, Cost]:
    """Run a dense network on raw images, uint8[images, pixels], and count its work, given lanes of layers."""
    result = run(network, pixels)
    trios = zip(network.layers, result.activations, lanes, strict=True)
    return result, Cost([layer_cost(layer, x, count, skip_zeros=skip_zeros) for layer, x, count in trios])


def classified(network: Network, images: Images) -> np.ndarray:
    """Return the classes, integer[images], that a dense network gives images."""
    starts = range(0, len(images), DENSE_BATCH)
    return np.concatenate([run(network, images.pixels[n : n + DENSE_BATCH]).classes for n in starts])


def scored(network: Network, images: Images) -> np.ndarray:
    """Return the scores, int64[images, outputs], that a dense network gives images."""
    starts = range(0, len(images), DENSE_BATCH)
    return np.concatenate([run(network, images.pixels[n : n + DENSE_BATCH]).scores for n in starts])


def accuracy(network: Network, images: Images) -> float:
    """Return the share of the images that a dense network classifies rightly."""
    return float(np.mean(classified(network, images) == images.labels))


def per_layer(network: Network, works: list[SpikingCost], samples: int) -> tuple[LayerSpikes, ...]:
    """Return what spikes cost each layer, mean per sample, over batches of work."""
    costs = zip(*(work.layers for work in works), strict=True)
    return tuple(
        LayerSpikes(
            layer.name,
            float(sum(cost.events.sum() for cost in parts)) / samples,
            float(sum(cost.synaptic_operations.sum() for cost in parts)) / samples,
        )
        for layer, parts in zip(network.layers, costs, strict=True)
    )
