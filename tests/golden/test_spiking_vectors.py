import numpy as np
import pytest

from accelgen.golden import run_spikes, run_spiking
from accelgen.golden.early_stop import largest_margin
from accelgen.golden.spiking_vectors import END_OF_TIMESTEP, corner_vectors, event_words, spiking_vectors
from accelgen.network.spiking import MAX_TIMESTEPS
from tests.naive import naive_spiking
from tests.tiny_networks import (
    random_images,
    random_spikes,
    random_spiking_network,
    spiking_network,
)


def decoded(words, block, inputs):
    """Return the spikes of a stream, timestep by timestep, word by word."""
    bits, found, timestep = (block - 1).bit_length(), [], [0] * inputs
    for word in words:
        if word == END_OF_TIMESTEP:
            found.append(timestep)
            timestep = [0] * inputs
        else:
            timestep[(word >> bits) * block + word % (1 << bits)] = 1
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_stream_of_events_says_every_spike(seed):
    network, rng = random_spiking_network(seed), np.random.default_rng(seed)
    inputs, block = network.input.inputs, network.layers[0].weights.block_in
    spikes = random_spikes(rng, 4, 5, inputs)
    spikes[1] = 0
    spikes[2, 3] = 1
    words, lengths = event_words(network, spikes)
    assert words.dtype == np.uint32 and lengths.sum() == len(words)
    ends = np.cumsum(lengths)
    for sample, end, length in zip(spikes, ends, lengths, strict=True):
        assert decoded(words[end - length : end, 0].tolist(), block, inputs) == sample.tolist()
    assert lengths[1] == 5, "silence is five marks"


def test_answers_are_scores_then_class_and_timesteps():
    network = spiking_network()
    spikes = random_spikes(np.random.default_rng(0), 6, 4, 30)
    result = run_spikes(network, spikes)
    found = spiking_vectors(network, result)
    for sample, words in zip(spikes, found.expected.tolist(), strict=True):
        scores = naive_spiking(network, sample)[-1]
        assert words == [*scores, scores.index(max(scores)) | 4 << 16]
    assert found.inputs == {}


def test_a_margin_stops_where_the_golden_model_does():
    network = spiking_network()
    result = run_spikes(network, random_spikes(np.random.default_rng(0), 40, 6, 30))
    found = spiking_vectors(network, result, margin=2)
    used = result.stopped(2)
    assert found.inputs == {"margin": 2} and 1 <= used.min() < used.max() <= 6
    for sample, last in enumerate(used):
        assert found.expected[sample, :-1].tolist() == result.scores[sample, last - 1].tolist()
        assert found.expected[sample, -1] >> 16 == last


def test_images_enter_as_pixels_and_time_as_an_input():
    network = spiking_network()
    images = random_images(np.random.default_rng(0), 3, 30)
    found = spiking_vectors(network, run_spiking(network, images, 7), images=images, margin=0)
    assert found.inputs == {"last_timestep": 6, "margin": 0} and set(found.lengths) == {8}
    wide = spiking_vectors(network, run_spiking(network, images, 7), images=images, per_beat=10)
    assert set(wide.lengths) == {3} and (wide.expected == found.expected).all()
    sets = corner_vectors(network, images=images, timesteps=(2, 1), per_beat=10)
    assert [set(one.lengths) for one in sets] == [{3}, {3}]


@pytest.mark.parametrize("early_stop", [False, True])
def test_corners_hold_what_they_promise(early_stop):
    network = spiking_network()
    sets = corner_vectors(network, early_stop=early_stop)
    marks = {int((corner.beats[: corner.lengths[0]] == END_OF_TIMESTEP).sum()) for corner in sets}
    assert marks == {1, 3, 5, MAX_TIMESTEPS}
    margins = [corner.inputs.get("margin") for corner in sets]
    if early_stop:
        assert margins[-1] == 0 and 1 in margins and max(margins) <= largest_margin(network)
    else:
        assert set(margins) == {None}
