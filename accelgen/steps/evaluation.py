"""How well a network does its task, and what its spikes cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from accelgen.data import Images, Recordings, class_names
from accelgen.data.measures import Measures, OutputMeasures
from accelgen.errors import InvalidRequest
from accelgen.golden.batches import LayerSpikes, classified, per_layer, scored, spiking_batches
from accelgen.golden.early_stop import Stopping, choose, largest_margin, stopping
from accelgen.network import Network, Task
from accelgen.network.network import Kind
from accelgen.steps.answer import Answer, plain
from accelgen.steps.checks import check_dense, check_drawn, check_margin, timesteps_of
from accelgen.steps.given import NOTHING, Given
from accelgen.steps.judged import in_json, judged, said_of
from accelgen.steps.model import AnyModel, model_of
from accelgen.steps.origin import check_origin, samples_of

__all__ = ["ChosenMargin", "Evaluation", "SpikingFigures", "evaluate"]


@dataclass(frozen=True, slots=True)
class ChosenMargin(Answer):
    """A margin that was chosen on images that are not the test images.

    Attributes
    ----------
    test : Stopping
        What it does to the test images.
    chosen_on : str
        Name of the other images.
    validation : Stopping
        What it does to those.
    accuracy_without : float
        Their accuracy without any margin, 0 to 1.
    """

    test: Stopping
    chosen_on: str
    validation: Stopping
    accuracy_without: float

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            **plain(self.test),
            "chosen_on": self.chosen_on,
            "validation": plain(self.validation) | {"accuracy_without": self.accuracy_without},
        }


@dataclass(frozen=True, slots=True, eq=False)
class SpikingFigures:
    """What time and spikes are to a network.

    Attributes
    ----------
    timesteps : int
        Of each sample.
    accuracy_by_timestep : tuple of float
        Share of samples that are classified rightly after 1, 2, ... timesteps, 0 to 1.
    layers : tuple of LayerSpikes
        Mean per sample, in the order in which the layers run.
    margins : tuple of Stopping
        What each margin that was asked for does.
    early_stop : ChosenMargin or None
        The margin that was chosen, if one was to be.
    """

    timesteps: int
    accuracy_by_timestep: tuple[float, ...]
    layers: tuple[LayerSpikes, ...]
    margins: tuple[Stopping, ...] = ()
    early_stop: ChosenMargin | None = None

    @property
    def chosen(self) -> ChosenMargin:
        """The margin that was chosen, or `InvalidRequest` if none was to be."""
        if self.early_stop is None:
            raise InvalidRequest("no margin was chosen: that is done where early_stop is asked for")
        return self.early_stop

    @property
    def events(self) -> float:
        """Spikes that enter layers, mean per sample."""
        return sum(layer.events for layer in self.layers)

    @property
    def synaptic_operations(self) -> float:
        """Additions of a weight, mean per sample."""
        return sum(layer.synaptic_operations for layer in self.layers)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation(Answer):
    """How well a network does its task on a test set.

    Attributes
    ----------
    name : str
        Of the network.
    kind : "dense", "convolutional" or "spiking"
        What its layers are.
    accuracy : float or None
        Share of samples that are classified rightly, 0 to 1; None if nobody knows what they show, or the
        network has another task.
    images : int
        Samples.
    data : str
        What they are.
    images_per_second : float
        Of the golden model, on this machine.
    spiking : SpikingFigures or None
        Of a network that spikes.
    given : tuple of (str, int) or None
        Where nobody knows what the samples show: classes, and how often the network gives each.
    task : Task or None
        What the scores stand for, if they are not those of classes.
    measures : Measures or None
        How well it does such a task; None if nobody knows what is right.
    said : tuple of OutputMeasures
        Where nobody knows what is right: how often it says yes, or which numbers it gives.
    """

    name: str
    kind: Kind
    accuracy: float | None
    images: int
    data: str
    images_per_second: float
    spiking: SpikingFigures | None = None
    given: tuple[tuple[str, int], ...] | None = None
    task: Task | None = None
    measures: Measures | None = None
    said: tuple[OutputMeasures, ...] = ()

    @property
    def measured(self) -> float:
        """The accuracy, or `InvalidRequest` if it is not known, or there are no classes."""
        if self.task is not None:
            raise InvalidRequest(f"{self.name} is for {self.task.kind}: no accuracy is measured of it")
        if self.accuracy is None:
            raise InvalidRequest(f"{self.data}: nobody has said what they show, and no accuracy is known")
        return self.accuracy

    @property
    def spikes(self) -> SpikingFigures:
        """What time and spikes are to the network, or `InvalidRequest` if it does not spike."""
        if self.spiking is None:
            raise InvalidRequest(f"{self.name} does not spike, and has no timesteps")
        return self.spiking

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        head: dict[str, Any] = {"name": self.name, "kind": self.kind}
        head |= in_json(self.measures, self.task) if self.task else {"accuracy": self.accuracy}
        tail: dict[str, Any] = {"images": self.images, "data": self.data}
        tail |= {"images_per_second": self.images_per_second}
        if self.said:
            tail |= {"outputs": [{"name": one.name, **one.figures} for one in self.said]}
        if self.given is not None:
            tail |= {"classes": dict(self.given)}
        if (spikes := self.spiking) is None:
            return head | tail
        return {
            **head,
            "timesteps": spikes.timesteps,
            "accuracy_by_timestep": list(spikes.accuracy_by_timestep),
            "events": spikes.events,
            "synaptic_operations": spikes.synaptic_operations,
            "layers": plain(spikes.layers),
            **tail,
            "margins": plain(spikes.margins),
            **({"early_stop": plain(spikes.early_stop)} if spikes.early_stop else {}),
        }


def evaluate(
    model: AnyModel,
    data: Path | None = None,
    *,
    timesteps: int | None = None,
    margins: Sequence[int] = (),
    early_stop: bool = False,
    nmnist: Path | None = None,
    drawn: int | None = None,
    given: Given = NOTHING,
) -> Evaluation:
    """Measure the integer model on the full official test set.

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
    given : Given
        Samples to classify instead; of those without labels no accuracy is known.

    Raises
    ------
    InvalidRequest
        If the network was trained on other data, or does not say on what: its provenance names it.
    """
    model = model_of(model)
    network, folder = model.network, model.place
    if not network.spiking:
        check_dense(network, timesteps=timesteps, margin=margins, early_stop=early_stop, nmnist=nmnist)
    check_drawn(network, drawn)
    given.check(data=data, nmnist=nmnist, early_stop=early_stop, margin=tuple(margins) or None)
    images: Images | Recordings
    if given:
        images = given.images(network)
    else:
        # A person who names recordings has said what they are.
        check_origin(network, measured=nmnist is None, data=data, folder=folder)
        images = samples_of(network, data, nmnist, folder=folder)
    start = time.perf_counter()
    spiking = None
    if isinstance(images, Images) and network.task is not None:
        scores = scored(network, images)
        seconds = time.perf_counter() - start
        found = judged(network, images, scores)
        return Evaluation(
            name=network.name,
            kind=network.kind,
            accuracy=None,
            images=len(images),
            data=images.name if images.full else f"a part of the {images.name}",
            images_per_second=len(images) / seconds,
            task=network.task,
            measures=found,
            said=said_of(network, scores) if found is None else (),
        )
    if isinstance(images, Images) and not network.spiking:
        classes = classified(network, images)
        share = float(np.mean(classes == images.labels))
        seconds = time.perf_counter() - start
    else:
        count = timesteps_of(network, timesteps)
        for margin in margins:
            check_margin(network, margin)
        scores, layers = _run(network, images, count, drawn)
        seconds = time.perf_counter() - start
        by_timestep = (np.argmax(scores, axis=2) == images.labels[:, None]).mean(axis=0).tolist()
        classes, share = np.argmax(scores[:, -1], axis=1), by_timestep[-1]
        chosen = None
        if early_stop:
            validation = samples_of(network, data, nmnist, "validation", folder=folder)
            held_out, _ = _run(network, validation, count, drawn)
            chosen = _chosen(network, scores, images.labels, held_out, validation)
        stops = tuple(stopping(scores, images.labels, margin) for margin in margins)
        spiking = SpikingFigures(count, tuple(by_timestep), layers, stops, chosen)
    known = not isinstance(images, Images) or images.labelled
    counts = np.bincount(classes, minlength=network.classes).tolist()
    return Evaluation(
        name=network.name,
        kind=network.kind,
        accuracy=share if known else None,
        images=len(images),
        data=images.name if images.full else f"a part of the {images.name}",
        images_per_second=len(images) / seconds,
        spiking=spiking if known or spiking is None else replace(spiking, accuracy_by_timestep=()),
        given=None if known else tuple(zip(class_names(network), counts, strict=True)),
    )


def _run(
    network: Network, samples: Images | Recordings, timesteps: int, drawn: int | None
) -> tuple[np.ndarray, tuple[LayerSpikes, ...]]:
    """Return the scores of every timestep, int64[samples, timesteps, classes], and what spikes cost."""
    parts, works = [], []
    for batch in spiking_batches(network, samples, timesteps, drawn):
        parts.append(batch.result.scores)
        works.append(batch.work(1))  # what is asked of it does not depend on lanes
    return np.concatenate(parts), per_layer(network, works, len(samples))


def _chosen(
    network: Network,
    scores: np.ndarray,
    labels: np.ndarray,
    held_out: np.ndarray,
    validation: Images | Recordings,
) -> ChosenMargin:
    """Choose a margin by the ``held_out`` scores, and return what it does to them and to the test images."""
    best = choose(held_out, validation.labels, largest_margin(network))
    without = stopping(held_out, validation.labels, 0)
    return ChosenMargin(stopping(scores, labels, best.margin), validation.name, best, without.accuracy)
