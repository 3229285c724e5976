import numpy as np
import pytest

from accelgen import steps
from accelgen.errors import InvalidOption
from accelgen.golden import run, run_spiking
from accelgen.network.encoding import bernoulli
from tests.data.test_nmnist import folder  # noqa: F401 - a fixture
from tests.tiny_networks import cifar10_network, mnist_spiking_network


def test_accuracy_after_every_timestep_is_the_golden_models(home, images):
    found = steps.evaluate("pixels", timesteps=5)
    result = run_spiking(mnist_spiking_network(), images().pixels, 5)
    wanted = result.accuracy_by_timestep(images().labels)
    assert found["accuracy_by_timestep"] == pytest.approx(wanted)
    assert found["accuracy"] == found["accuracy_by_timestep"][-1]
    assert (found["kind"], found["timesteps"], found["images"]) == ("spiking", 5, 60)
    assert found["events"] == pytest.approx(sum(x.sum(dtype=np.int64) for x in result.spikes) / 60)


def test_a_margin_is_chosen_on_other_images_than_it_is_measured_on(home, images):
    found = steps.evaluate("pixels", timesteps=6, margins=[0, 4], early_stop=True)
    never, some = found["margins"]
    assert never["timesteps_used"] == 6 and never["accuracy"] == found["accuracy"]
    assert some["timesteps_used"] < 6
    chosen = found["early_stop"]
    assert chosen["chosen_on"] == "stand-in validation images"
    assert chosen["validation"]["accuracy"] >= chosen["validation"]["accuracy_without"]
    assert chosen["timesteps_used"] <= 6


def test_recordings_stand_in_for_images(home, folder):  # noqa: F811
    found = steps.evaluate("events", nmnist=folder)
    assert (found["images"], found["data"], found["timesteps"]) == (20, "a part of the N-MNIST test set", 3)


def test_spikes_can_be_drawn_anew_for_every_timestep(home, images):
    one, again, other = (steps.evaluate("pixels", timesteps=4, drawn=seed)["events"] for seed in (1, 1, 2))
    assert one == again != other
    wanted = bernoulli(images().pixels, 4, 1).sum() / 60
    assert steps.evaluate("pixels", timesteps=4, drawn=1)["layers"][0]["events"] == wanted
    with pytest.raises(
        InvalidOption, match="^bernoulli needs a spiking network of pixels, and events is none$"
    ):
        steps.evaluate("events", drawn=1)


def test_options_of_spiking_networks_are_theirs(home, images):
    with pytest.raises(InvalidOption, match="^early_stop needs a spiking network, and small is none$"):
        steps.evaluate("small", early_stop=True)
    with pytest.raises(InvalidOption, match="^margin must be 0 to "):
        steps.evaluate("pixels", margins=[1 << 30])


def test_convolutions_are_run_some_images_at_a_time(colours, monkeypatch):
    monkeypatch.setattr("accelgen.golden.batches.DENSE_BATCH", 10)
    found = steps.evaluate("colours")
    assert found["accuracy"] == run(cifar10_network(), colours.pixels).accuracy(colours.labels)
    assert (found["kind"], found["images"], found["data"]) == ("convolutional", 25, "colourful images")
