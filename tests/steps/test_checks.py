from dataclasses import replace

import pytest

from accelgen.errors import InvalidOption
from accelgen.steps.checks import check_clock, check_dense, check_drawn, check_margin, timesteps_of
from tests.tiny_networks import mnist_spiking_network, small_network, spiking_network

PIXELS, EVENTS = mnist_spiking_network(), mnist_spiking_network(events=True)


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


def test_spikes_are_drawn_of_pixels_by_a_seed():
    check_drawn(PIXELS, 0)
    check_drawn(small_network(), None)
    for network, seed in ((EVENTS, 1), (small_network(), 1), (PIXELS, -1)):
        with pytest.raises(InvalidOption, match="^bernoulli "):
            check_drawn(network, seed)


def test_clocks_have_a_range():
    check_clock(1.0)
    check_clock(None)
    with pytest.raises(InvalidOption, match="^clock must be above 0 and at most 5,000 MHz, not -3$"):
        check_clock(-3)


def test_recordings_of_ones_own_end_where_training_did():
    own = replace(EVENTS, provenance={"data_sha256": "ab", "timesteps": 4})
    assert timesteps_of(own, None) == timesteps_of(own, 4) == 4
    with pytest.raises(InvalidOption, match="^timesteps must be 1 to 4 for seer, not 5$"):
        timesteps_of(own, 5)
