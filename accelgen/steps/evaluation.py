"""How well a network classifies, and what its spikes cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from accelgen.data import Images, Recordings
from accelgen.golden.batches import accuracy, per_layer, spiking_batches
from accelgen.golden.early_stop import choose, largest_margin, stopping
from accelgen.network import Network
from accelgen.steps.checks import check_dense, check_drawn, check_margin, timesteps_of
from accelgen.steps.model import AnyModel, model_of
from accelgen.steps.origin import check_origin, samples_of

__all__ = ["evaluate"]


def evaluate(
    model: AnyModel,
    data: Path | None = None,
    *,
    timesteps: int | None = None,
    margins: Sequence[int] = (),
    early_stop: bool = False,
    nmnist: Path | None = None,
    drawn: int | None = None,
) -> dict:
    """Classify the full official test set with the integer model.

    Parameters
    ----------
    model : str, Path or Model
        Name or path, or a model that was read.
    data : Path, optional
        Where the data sets are.
    timesteps : int, optional
        Of a spiking network; by default what it was trained with.
    margins : sequence of int
        Leads at which a spiking network stops early, to be measured one by one.
    early_stop : bool
        Choose a margin on the validation images, such that they lose no accuracy, and measure it too.
    nmnist : Path, optional
        A folder of real N-MNIST recordings to read instead, for a network that takes events.
    drawn : int, optional
        Seed of textbook rate coding: every timestep of every image is a fresh draw, whatever the encoder.

    Raises
    ------
    InvalidRequest
        If the network was trained on other data, or does not say on what: its provenance names it.
    """
    network = model_of(model).network
    if not network.spiking:
        check_dense(network, timesteps=timesteps, margin=margins, early_stop=early_stop, nmnist=nmnist)
    check_drawn(network, drawn)
    check_origin(network, measured=nmnist is None)  # a person who names recordings has said what they are
    images = samples_of(network, data, nmnist)
    start = time.perf_counter()
    figures: dict
    if isinstance(images, Images) and not network.spiking:
        figures = {"accuracy": accuracy(network, images)}
    else:
        figures, scores = _spiking(network, images, timesteps, drawn)
    facts = {
        "name": network.name,
        "kind": network.kind,
        **figures,
        "images": len(images),
        "data": images.name if images.full else f"a part of the {images.name}",
        "images_per_second": len(images) / (time.perf_counter() - start),
    }
    if network.spiking:
        facts |= _stopped(network, scores, images.labels, margins)
    if early_stop:
        validation = samples_of(network, data, nmnist, "validation")
        held_out = _spiking(network, validation, figures["timesteps"], drawn)[1]
        facts["early_stop"] = _chosen(network, scores, images.labels, held_out, validation)
    return facts


def _spiking(
    network: Network, images: Images | Recordings, timesteps: int | None, drawn: int | None
) -> tuple[dict, np.ndarray]:
    """Return figures of a spiking network, and the scores of every timestep."""
    count = timesteps_of(network, timesteps)
    parts, works = [], []
    for batch in spiking_batches(network, images, count, drawn):
        parts.append(batch.result.scores)
        works.append(batch.work(1))  # what is asked of it does not depend on lanes
    scores = np.concatenate(parts)
    right = np.argmax(scores, axis=2) == images.labels[:, None]
    by_timestep = right.mean(axis=0).tolist()
    layers = per_layer(network, works, len(images))
    return {
        "accuracy": by_timestep[-1],
        "timesteps": count,
        "accuracy_by_timestep": by_timestep,
        "events": sum(layer["events"] for layer in layers),
        "synaptic_operations": sum(layer["synaptic_operations"] for layer in layers),
        "layers": layers,
    }, scores


def _stopped(network: Network, scores: np.ndarray, labels: np.ndarray, margins: Sequence[int]) -> dict:
    """Return what each margin does to the test images."""
    for margin in margins:
        check_margin(network, margin)
    return {"margins": [asdict(stopping(scores, labels, margin)) for margin in margins]}


def _chosen(
    network: Network,
    scores: np.ndarray,
    labels: np.ndarray,
    held_out: np.ndarray,
    validation: Images | Recordings,
) -> dict:
    """Choose a margin by the ``held_out`` scores, and return what it does to them and to the test images."""
    best = choose(held_out, validation.labels, largest_margin(network))
    without = stopping(held_out, validation.labels, 0)
    return {
        **asdict(stopping(scores, labels, best.margin)),
        "chosen_on": validation.name,
        "validation": asdict(best) | {"accuracy_without": without.accuracy},
    }
