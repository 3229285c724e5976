import numpy as np
import pytest

from accelgen.golden import run_spikes
from accelgen.golden.early_stop import choose, largest_margin, leads, stopping
from accelgen.network.widths import score_bits
from tests.tiny_networks import random_spikes, spiking_network

# Two samples of three timesteps: the first is right from the start, the second changes its mind.
SCORES = np.array([[[5, 0], [9, 0], [12, 0]], [[3, 0], [3, 4], [3, 9]]])
LABELS = np.array([0, 1])


def test_the_lead_is_that_of_the_best_over_the_second():
    assert leads(SCORES).tolist() == [[5, 9, 12], [3, 1, 6]]
    assert leads(np.array([[[7, 7, 1]]])).tolist() == [[0]]


@pytest.mark.parametrize(
    ("margin", "timesteps", "accuracy"), [(0, 3, 1), (1, 1, 0.5), (4, 2, 1), (6, 2.5, 1), (99, 3, 1)]
)
def test_a_margin_trades_timesteps_for_accuracy(margin, timesteps, accuracy):
    found = stopping(SCORES, LABELS, margin)
    assert (found.timesteps_used, found.accuracy) == (timesteps, accuracy)


def test_it_stops_where_the_golden_model_does():
    network = spiking_network()
    result = run_spikes(network, random_spikes(np.random.default_rng(1), 50, 8, 30))
    labels = np.random.default_rng(2).integers(0, 5, 50)
    for margin in (0, 1, 7, 30):
        used = result.stopped(margin)
        right = np.argmax(result.final(used), axis=1) == labels
        found = stopping(result.scores, labels, margin)
        assert (found.timesteps_used, found.accuracy) == (used.mean(), right.mean())


def test_the_chosen_margin_is_the_least_that_loses_nothing():
    assert choose(SCORES, LABELS, 100).timesteps_used == 2
    assert choose(SCORES, LABELS, 100).accuracy == 1


def test_no_margin_is_chosen_if_all_lose_or_none_fits():
    wavering = np.array([[[9, 0], [9, 10]]])
    assert choose(wavering, np.array([1]), 5).margin == 0
    assert choose(SCORES, LABELS, 1).margin == 0


def test_the_largest_margin_fills_its_port():
    network = spiking_network()
    assert largest_margin(network) == 2 ** (score_bits(network.layers[-1]) - 1) - 1
