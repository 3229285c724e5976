import numpy as np
import pytest

from accelgen.deliver.samples import SAMPLES_FILE, Samples, archive
from accelgen.errors import InvalidRequest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.steps.board.pattern import kept_for, pattern_of
from accelgen.steps.model import model_of
from tests.naive import naive_scores
from tests.tiny_networks import mnist_spiking_network, random_images, random_spikes, small_network


def signed(words) -> list[int]:
    return [word - (word >> 31 << 32) for word in words]


@pytest.mark.parametrize("options", [{"lanes": 4}, {"pipelined": True}, {"unrolled": True}])
def test_results_are_scores_and_class_of_the_network(options):
    network = small_network()
    images = random_images(np.random.default_rng(0), 3, 30)
    found = pattern_of(hardware_of(network, Datapath(**options)), images)
    for image, words in zip(images, found.results, strict=True):
        scores = naive_scores(network, image)
        assert signed(words) == [*scores, int(np.argmax(scores))]


def test_results_of_one_beat_have_the_same_words_side_by_side():
    network, images = small_network(), random_images(np.random.default_rng(0), 3, 30)
    narrow, wide = (
        pattern_of(hardware_of(network, Datapath(unrolled=True, interval=interval)), images).results
        for interval in (0, 2)
    )
    assert [sum(word << 32 * n for n, word in enumerate(words)) for words in narrow] == [
        one for (one,) in wide
    ]


def test_a_spiking_network_runs_as_many_timesteps_as_it_was_trained_with():
    found = pattern_of(
        hardware_of(mnist_spiking_network(), Datapath(early_stop=True)),
        random_images(np.random.default_rng(0), 2, 784),
    )
    assert found.inputs == {"last_timestep": 2, "margin": 0} and found.results[0][-1] >> 16 == 3
    events = mnist_spiking_network(events=True)
    spikes = random_spikes(np.random.default_rng(0), 2, 5, 2048, 0.01)
    found = pattern_of(hardware_of(events, Datapath()), spikes)
    assert found.inputs == {} and [frame.count(1 << 31) for frame in found.frames] == [3, 3]


def test_nothing_stands_in_for_samples_beside_the_network(home):
    path = home / "models" / "small" / SAMPLES_FILE
    with pytest.raises(InvalidRequest, match=r"samples\.npz is not there: a pattern plays samples beside"):
        kept_for(model_of("small"))
    images = random_images(np.random.default_rng(0), 5, 30)
    path.write_bytes(archive(Samples(images[:1], np.zeros(1, np.uint8))))
    with pytest.raises(InvalidRequest, match=r"samples\.npz: a pattern has at least 2 samples, not 1$"):
        kept_for(model_of("small"))
    path.write_bytes(archive(Samples(images, np.zeros(5, np.uint8))))
    assert (kept_for(model_of("small")) == images).all()
