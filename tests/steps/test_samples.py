import numpy as np
import pytest

from accelgen.data.saccades import saccades
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.golden import count_spiking_work, run_spikes, run_spiking
from accelgen.steps.samples import (
    check_dense,
    check_margin,
    check_reads,
    check_reads_mnist,
    per_layer,
    reads_cifar10,
    samples_of,
    spiking_batches,
    timesteps_of,
)
from tests.build import cifar10_network, mnist_spiking_network, small_network, spiking_network
from tests.data.test_nmnist import folder  # noqa: F401 - a fixture

PIXELS, EVENTS = mnist_spiking_network(), mnist_spiking_network(events=True)


def test_batches_together_are_the_whole(images, monkeypatch):
    monkeypatch.setattr("accelgen.steps.samples.BATCH", 25)
    found = images()
    batches = list(spiking_batches(PIXELS, found, 3))
    assert [len(batch.labels) for batch in batches] == [25, 25, 10]
    whole = run_spiking(PIXELS, found.pixels, 3)
    assert np.array_equal(np.concatenate([batch.result.scores for batch in batches]), whole.scores)
    layers = per_layer(PIXELS, [batch.work(4) for batch in batches], 60)
    work = count_spiking_work(PIXELS, whole, 4)
    assert [layer["name"] for layer in layers] == ["a", "b"]
    assert layers[1]["events"] == pytest.approx(work.layers[1].events.mean())


def test_events_are_those_of_the_moving_sensor(images):
    (batch,) = spiking_batches(EVENTS, images().first(5), 7)
    assert batch.pixels is None
    wanted = run_spikes(EVENTS, saccades(images().pixels[:5])[:, :7])
    assert np.array_equal(batch.result.scores, wanted.scores)


def test_recordings_are_read_as_they_are(folder):  # noqa: F811
    found = samples_of(EVENTS, None, folder)
    (batch,) = spiking_batches(EVENTS, found, 12)
    assert np.array_equal(batch.result.spikes[0], found.spikes(0, 20))
    with pytest.raises(
        InvalidOption, match="^nmnist needs a network that takes events, and seer takes pixels$"
    ):
        samples_of(PIXELS, None, folder)


def test_timesteps_are_those_of_training_unless_named():
    assert timesteps_of(PIXELS, None) == 3 and timesteps_of(PIXELS, 16) == 16
    assert timesteps_of(spiking_network(), None) == 16
    for network, most in ((PIXELS, 16), (EVENTS, 12)):
        with pytest.raises(InvalidOption, match=f"^timesteps must be 1 to {most} for seer, not {most + 1}$"):
            timesteps_of(network, most + 1)


def test_margins_are_those_that_the_hardware_takes():
    check_margin(PIXELS, 5)
    check_margin(PIXELS, None)
    with pytest.raises(InvalidOption, match="^margin must be 0 to [0-9]+ for seer, not -1$"):
        check_margin(PIXELS, -1)


def test_dense_networks_have_no_time():
    check_dense(small_network(), timesteps=None, margin=())
    with pytest.raises(InvalidOption, match="^timesteps needs a spiking network, and small is none$"):
        check_dense(small_network(), timesteps=4)


def test_networks_of_another_size_do_not_read_mnist():
    check_reads_mnist(PIXELS)
    check_reads_mnist(EVENTS)
    with pytest.raises(InvalidRequest, match="^spiky has an input of 30, which MNIST does not fit$"):
        check_reads_mnist(spiking_network())


def test_networks_of_coloured_images_are_fed_with_cifar10(monkeypatch):
    asked = []
    monkeypatch.setattr("accelgen.steps.samples.load_cifar10", lambda *what: asked.append(what))
    assert reads_cifar10(cifar10_network()) and not reads_cifar10(PIXELS) and not reads_cifar10(EVENTS)
    samples_of(cifar10_network(), "folder", None, "validation", sample="fallback")
    assert asked == [("folder", "validation")]
    for network in (cifar10_network(), PIXELS, EVENTS):
        check_reads(network)
    with pytest.raises(InvalidRequest, match="^spiky has an input of 30, which MNIST does not fit$"):
        check_reads(spiking_network())
