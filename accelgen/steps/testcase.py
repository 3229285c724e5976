"""What is played in a simulation: hardware, test images, and what the golden model expects of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from accelgen.data import Images, Recordings
from accelgen.data.measures import Measures
from accelgen.errors import InvalidRequest
from accelgen.golden.batches import dense_cost, per_layer, spiking_batches
from accelgen.golden.spiking_vectors import corner_vectors, spiking_vectors
from accelgen.golden.vectors import Vectors, dense_vectors
from accelgen.network import Network
from accelgen.rtl.manifest import Manifest
from accelgen.steps.checks import check_dense, check_drawn, check_margin, timesteps_of
from accelgen.steps.given import NOTHING, Given
from accelgen.steps.hardware import HardwareFiles, bare
from accelgen.steps.judged import judged
from accelgen.steps.model import Model
from accelgen.steps.origin import check_playable, named, sample_note, samples_of, stimuli
from accelgen.steps.workload import (
    ClockDriven,
    DenseWorkload,
    LayerIdeal,
    SpikingWorkload,
    UnrolledSpikingWorkload,
    UnrolledWorkload,
    Workload,
)

__all__ = ["Case", "Expected", "Say", "make_case"]

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What the golden model says of the images of a simulation.

    Attributes
    ----------
    vectors : Vectors
        What goes in and what must come out.
    corners : list of Vectors
        Small sets for the cocotb bench.
    accuracy : float or None
        Of these images; None where there are no classes.
    ideal_cycles : float
        Cycles in which the hardware must work, mean per image.
    work : Workload
        What else the golden model counts, mean per image.
    measures : Measures or None
        How well a task is done that is not classes, where somebody knows what is right.
    """

    vectors: Vectors
    corners: list[Vectors]
    accuracy: float | None
    ideal_cycles: float
    work: Workload
    measures: Measures | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Hardware that is written, and images with their results.

    Attributes
    ----------
    hardware : HardwareFiles
        Of the model.
    samples : Images or Recordings
        What is played.
    full : bool
        Whether the whole test set was at hand, of which ``samples`` are the first.
    expected : Expected
        What the golden model says of them.
    claims : bool
        Whether the samples are of what the network was trained on, and so an accuracy may be claimed.
    given : bool
        Whether a person handed the samples over.
    """

    hardware: HardwareFiles
    samples: Images | Recordings
    full: bool
    expected: Expected
    claims: bool = True
    given: bool = False

    @property
    def network(self) -> Network:
        """The network."""
        return self.hardware.model.network

    @property
    def manifest(self) -> Manifest:
        """Manifest of the hardware."""
        return self.hardware.manifest

    @property
    def data(self) -> str:
        """What is played, for reports."""
        return self.samples.name if self.claims or self.given else named(self.network, self.samples.name)


def make_case(
    model: Model,
    images: int | None,
    *,
    data: Path | None = None,
    timesteps: int | None = None,
    margin: int | None = None,
    nmnist: Path | None = None,
    drawn: int | None = None,
    given: Given = NOTHING,
    say: Say = lambda line: None,
    **options,
) -> Case:
    """Write the hardware of a model, and run the golden model on the first ``images`` (None: all) images.

    See `accelgen.steps.simulation.sim` for the rest.
    """
    if images is not None and images < 1:
        raise InvalidRequest(f"images must be at least 1, not {images}")
    network = model.network
    given.check(data=data, nmnist=nmnist)
    if not given:
        check_playable(network, data, model.place)
    check_drawn(network, drawn)
    if drawn is not None:
        options["stream"] = "events"
    if network.spiking:
        check_margin(network, margin)
        if margin is not None:
            options["early_stop"] = True
        elif options.get("early_stop"):
            margin = 0
    else:
        check_dense(network, timesteps=timesteps, margin=margin, nmnist=nmnist)
    hardware = bare(model, **options)
    samples: Images | Recordings
    if given:
        samples = given.images(network)
        claims = samples.labelled
    else:
        samples = samples_of(network, data, nmnist, sample="fallback", folder=model.place)
        claims = nmnist is not None or not stimuli(network)
    if not samples.full and nmnist is None:
        say(sample_note(network, data, model.place))
    if not claims and not given:
        say(f"{network.name} does not say what it was trained on: {samples.name} as mere stimuli")
    played = samples.first(images)
    say(f"golden model on {len(played)} images ..." + _all_there_are(images, len(played)))
    if isinstance(played, Images) and not network.spiking:
        expected = _dense(network, played, hardware.manifest)
    elif hardware.manifest.unrolled:
        count = timesteps_of(network, timesteps)
        expected = _unrolled_spiking(network, played, hardware.manifest, timesteps=count, drawn=drawn)
    else:
        count = timesteps_of(network, timesteps)
        expected = _spiking(network, played, hardware.manifest, timesteps=count, margin=margin, drawn=drawn)
    return Case(hardware, played, samples.full, expected, claims, bool(given))


def _all_there_are(wanted: int | None, images: int) -> str:
    return "" if wanted is None or wanted <= images else f" ({wanted} were asked for; there are no more)"


def _dense(network: Network, images: Images, manifest: Manifest) -> Expected:
    per_beat = manifest.pixel_beats.pixels_per_beat
    if manifest.unrolled:
        vectors = dense_vectors(network, images.pixels, per_beat)
        share, found = _judged(network, images, vectors.expected[:, : network.classes])
        # A frame is what an image takes: the layers keep up with it.
        beats = float(manifest.pixel_beats.beats)
        return Expected(vectors, [], share, beats, UnrolledWorkload(_weights(network)), found)
    engine = manifest.engine
    result, work = dense_cost(network, images.pixels, engine.layer_lanes, engine.skip_zeros)
    layers = tuple(
        LayerIdeal(layer.name, float(cost.ideal_cycles.mean()) / units)
        for layer, cost, units in zip(network.layers, work.layers, engine.layer_units, strict=True)
    )
    share, found = _judged(network, images, result.scores)
    return Expected(
        vectors=dense_vectors(network, images.pixels, per_beat, result),
        corners=[],
        accuracy=share,
        measures=found,
        ideal_cycles=_ideal(layers, pipelined=manifest.layer_lanes is not None),
        work=DenseWorkload(
            float(work.total("macs").mean()), float(work.total("weight_words").mean()), layers
        ),
    )


def _ideal(layers: tuple[LayerIdeal, ...], *, pipelined: bool) -> float:
    """Return the cycles of an image at least: those of all layers, or of the slowest of a pipeline."""
    each = [layer.ideal_cycles for layer in layers]
    return max(each) if pipelined else sum(each)


def _judged(network: Network, images: Images, scores: np.ndarray) -> tuple[float | None, Measures | None]:
    """Return the accuracy of scores if they are those of classes, else how well they do their task."""
    if network.task is not None:
        return None, judged(network, images, scores)
    return float((np.argmax(scores, axis=1) == images.labels).mean()), None


def _weights(network: Network) -> int:
    """Return the weights that are gates, if all are."""
    return sum(int(np.count_nonzero(layer.weights.codes)) for layer in network.layers)


def _unrolled_spiking(
    network: Network,
    images: Images | Recordings,
    manifest: Manifest,
    *,
    timesteps: int,
    drawn: int | None,
) -> Expected:
    """Run the golden model, and count what its spikes ask of gates."""
    pixels = manifest.stream == "pixels"
    per_beat = manifest.pixel_beats.pixels_per_beat if pixels else None
    parts, works, right = [], [], 0
    for batch in spiking_batches(network, images, timesteps, drawn):
        entering = batch.pixels if pixels else None
        parts.append(spiking_vectors(network, batch.result, images=entering, per_beat=per_beat))
        works.append(batch.work(1))
        right += int((batch.result.classes == batch.labels).sum())
    vectors = Vectors.joined(parts)
    first = images.pixels[:1] if pixels and isinstance(images, Images) else None

    def mean(name: str) -> float:
        return float(sum(work.total(name).sum() for work in works) / len(images))

    return Expected(
        vectors=vectors,
        corners=corner_vectors(network, images=first, timesteps=(2, 1), per_beat=per_beat),
        accuracy=right / len(images),
        # A timestep is a clock, and a frame enters while the one before runs.
        ideal_cycles=float(np.maximum(vectors.lengths, timesteps).mean()),
        work=UnrolledSpikingWorkload(
            timesteps, mean("events"), mean("synaptic_operations"), _weights(network)
        ),
    )


def _spiking(
    network: Network,
    images: Images | Recordings,
    manifest: Manifest,
    *,
    timesteps: int,
    margin: int | None,
    drawn: int | None,
) -> Expected:
    """Run the golden model, and count events against what a clock-driven engine would do."""
    pixels, engine = manifest.stream == "pixels", manifest.engine
    parts, works, clocked, all_used, right = [], [], [], [], 0
    for batch in spiking_batches(network, images, timesteps, drawn):
        entering = batch.pixels if pixels else None
        parts.append(spiking_vectors(network, batch.result, images=entering, margin=margin))
        used = batch.result.stopped(margin or 0)
        works.append(batch.work(engine.layer_lanes, used))
        clocked.append(batch.work(engine.layer_lanes, used, skip_zeros=False))
        classes = np.argmax(batch.result.final(used), axis=1)
        right += int((classes == batch.labels).sum())
        all_used.append(used)

    def mean(batches: list, name: str) -> float:
        return float(sum(work.total(name).sum() for work in batches) / len(images))

    words, every_word = mean(works, "weight_words"), mean(clocked, "weight_words")
    built = works if engine.skip_zeros else clocked
    ideal = tuple(
        LayerIdeal(
            layer.name,
            float(sum(work.layers[number].ideal_cycles.sum() for work in built) / len(images) / units),
        )
        for number, (layer, units) in enumerate(zip(network.layers, engine.layer_units, strict=True))
    )
    return Expected(
        vectors=Vectors.joined(parts),
        corners=corner_vectors(
            network,
            images=images.pixels[:1] if pixels and isinstance(images, Images) else None,
            early_stop=bool(manifest.early_stop),
            timesteps=(2, 1),
        ),
        accuracy=right / len(images),
        ideal_cycles=_ideal(ideal, pipelined=True)
        if manifest.layer_lanes is not None
        else mean(built, "ideal_cycles"),
        work=SpikingWorkload(
            timesteps=timesteps,
            margin=margin,
            timesteps_used=float(np.concatenate(all_used).mean()),
            events=mean(works, "events"),
            synaptic_operations=mean(works, "synaptic_operations"),
            membrane_updates=mean(works, "membrane_updates"),
            membrane_words=mean(works, "membrane_words"),
            layers=per_layer(network, works, len(images)),
            weight_words=mean(built, "weight_words"),
            clock_driven=ClockDriven(every_word, words / every_word),
        ),
    )
