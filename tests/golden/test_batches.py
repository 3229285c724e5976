from dataclasses import replace

import numpy as np
import pytest

from accelgen.data import NMNIST, data_set
from accelgen.data.saccades import saccades
from accelgen.golden import count_spiking_cost, run, run_spikes, run_spiking
from accelgen.golden.batches import accuracy, per_layer, spiking_batches
from tests.data.test_nmnist import folder  # noqa: F401 - a fixture
from tests.tiny_networks import mnist_network, mnist_spiking_network

PIXELS, EVENTS = mnist_spiking_network(), mnist_spiking_network(events=True)
IMAGES = data_set("mnist").load(sample="only").first(60)


def test_batches_together_are_the_whole(monkeypatch):
    monkeypatch.setattr("accelgen.golden.batches.BATCH", 25)
    batches = list(spiking_batches(PIXELS, IMAGES, 3))
    assert [len(batch.labels) for batch in batches] == [25, 25, 10]
    whole = run_spiking(PIXELS, IMAGES.pixels, 3)
    assert np.array_equal(np.concatenate([batch.result.scores for batch in batches]), whole.scores)
    layers = per_layer(PIXELS, [batch.work(4) for batch in batches], 60)
    work = count_spiking_cost(PIXELS, whole, 4)
    assert [layer.name for layer in layers] == ["a", "b"]
    assert layers[1].events == pytest.approx(work.layers[1].events.mean())


def test_events_are_those_of_the_moving_sensor():
    (batch,) = spiking_batches(EVENTS, data_set("saccades").load(sample="only").first(5), 7)
    assert batch.pixels is None
    wanted = run_spikes(EVENTS, saccades(IMAGES.pixels[:5])[:, :7])
    assert np.array_equal(batch.result.scores, wanted.scores)


def test_recordings_enter_as_they_are(folder):  # noqa: F811
    recordings = NMNIST.load("test", folder)
    (batch,) = spiking_batches(EVENTS, recordings, 12)
    assert np.array_equal(batch.result.spikes[0], recordings.spikes(0, 20))


def test_accuracy_is_counted_batch_by_batch(monkeypatch):
    monkeypatch.setattr("accelgen.golden.batches.DENSE_BATCH", 7)
    network = mnist_network()
    right = run(network, IMAGES.pixels).classes
    assert accuracy(network, replace(IMAGES, labels=right)) == 1
    wrong = np.where(np.arange(60) < 15, (right + 1) % 10, right)
    assert accuracy(network, replace(IMAGES, labels=wrong)) == 0.75
