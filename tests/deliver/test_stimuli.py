"""What is played: real samples where there are some, else made up, always the same."""

from dataclasses import replace

import numpy as np
import pytest

from accelgen.deliver.samples import Samples
from accelgen.deliver.stimuli import IMAGES, stimuli
from accelgen.golden import run
from accelgen.network import Task
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from tests.tiny_networks import (
    mnist_spiking_network,
    random_images,
    random_spikes,
    small_network,
    spiking_network,
)


def manifest_of(network, **options):
    return generate(network, Datapath(lanes=4, **options)).manifest


def test_samples_that_are_made_up_are_always_the_same_and_neither_empty_nor_full():
    network = small_network()
    manifest = manifest_of(network)
    one, two = stimuli(network, manifest, None), stimuli(network, manifest, None)
    assert (one.vectors.beats == two.vectors.beats).all() and len(one.vectors) == IMAGES
    assert one.labels is None and "made up" in one.origin
    share = np.unpackbits(one.vectors.beats.view(np.uint8)).mean()
    assert 0.01 < share < 0.3


def test_real_samples_are_played_with_their_answers_and_labels():
    network = small_network()
    images = random_images(np.random.default_rng(5), 14, 30)
    found = stimuli(network, manifest_of(network), Samples(images, np.arange(14, dtype=np.uint8) % 5))
    assert found.labels == [n % 5 for n in range(IMAGES)] and "samples.npz" in found.origin
    result = run(network, images[:IMAGES])
    assert (found.vectors.expected == np.column_stack([result.scores, result.classes])).all()
    few = stimuli(network, manifest_of(network), Samples(images[:3], np.zeros(3, np.uint8)))
    assert len(few.vectors) == 3


@pytest.mark.parametrize("stream", ["pixels", "events"])
def test_some_samples_of_a_network_that_may_stop_early_do(stream):
    network = spiking_network()
    found = stimuli(network, manifest_of(network, stream=stream, early_stop=True), None)
    used = found.vectors.expected[:, -1] >> 16
    assert found.vectors.inputs["margin"] > 0 and used.min() < used.max()
    never = stimuli(network, manifest_of(network, stream=stream), None)
    assert "margin" not in never.vectors.inputs and len(set(never.vectors.expected[:, -1] >> 16)) == 1
    assert ("last_timestep" in never.vectors.inputs) == (stream == "pixels")


def test_recordings_enter_as_the_events_that_they_are():
    network = mnist_spiking_network(events=True)
    manifest = manifest_of(network)
    spikes = random_spikes(np.random.default_rng(6), 2, 5, network.input.inputs)
    found = stimuli(network, manifest, Samples(spikes, np.zeros(2, np.uint8)))
    assert len(found.vectors.beats) == spikes.sum() + 2 * 5
    assert len(stimuli(network, manifest, None).vectors) == IMAGES


def test_samples_of_a_task_without_classes_are_real_without_labels():
    network = replace(small_network(), task=Task("regression", (0.5,), (1.0,)))
    images = random_images(np.random.default_rng(5), 14, 30)
    found = stimuli(network, manifest_of(network), Samples(images, None))
    assert found.labels is None and "samples.npz" in found.origin
    assert (found.vectors.expected == run(network, images[:IMAGES]).scores).all()
