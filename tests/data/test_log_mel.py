import hashlib
from dataclasses import replace

import numpy as np
import pytest

from accelgen.data.log_mel import FrontEnd, _fft, _sine, _turns, _weights, _window, features, log2_16

FRONT = FrontEnd(rate=8000, frame=256, hop=128, bands=12, low=100, high=4000, frames=20)


def tone(hertz, rate=8000, count=2700, loud=12000):
    return np.rint(loud * np.sin(2 * np.pi * hertz * np.arange(count) / rate)).astype(np.int64)


@pytest.mark.parametrize("band", range(12))
def test_a_tone_is_loudest_in_its_band(band):
    found = features(tone(FRONT.hertz(band)), FRONT)
    assert found.shape == (20, 12) and found.dtype == np.int16
    assert (found.argmax(axis=1) == band).all()


def test_twice_as_loud_is_two_doublings_of_power():
    quiet, loud = (features(tone(1000, loud=loud), FRONT).max() for loud in (4000, 8000))
    assert abs(loud - quiet - 32) <= 1


def test_silence_is_zero_and_what_is_short_is_followed_by_it():
    assert not features(np.zeros(3000, np.int64), FRONT).any()
    found = features(tone(1000, count=1000), FRONT)
    assert found[:5].max() > 300 and not found[8:].any()
    longer = features(tone(1000, count=9000), FRONT)
    assert (longer[:5] == found[:5]).all() and longer.shape == (20, 12)


def test_the_spectrum_is_that_of_floats_but_for_rounding():
    rng = np.random.default_rng(0)
    for size in (16, 256, 1024):
        x = rng.integers(-(1 << 15), 1 << 15, (3, size))
        real, imaginary = _fft(x)
        right = np.fft.fft(x)
        worst = max(abs(real - right.real).max(), abs(imaginary - right.imag).max())
        # A sum of a few thousand, each of whose twiddles is off by half of 2**-15.
        assert worst < size * 8 and worst / abs(right).max() < 2e-3
        assert max(abs(real).max(), abs(imaginary).max()) < 1 << 16 + size.bit_length()


def test_tables_are_integers_as_floats_would_round_them():
    cosine, sine = _turns(64)
    angles = 2 * np.pi * np.arange(32) / 64
    assert (cosine == np.rint(np.cos(angles) * 32768)).all()
    assert (sine == np.rint(np.sin(angles) * 32768)).all()
    window = np.rint((1 - np.cos(np.pi * (2 * np.arange(49) + 1) / 49)) / 2 * 32767)
    assert (_window(49) == window).all()
    assert abs(float(_sine(10)) - np.sin(10)) < 1e-15


def test_the_numbers_are_those_of_every_machine():
    x = (np.arange(3000) * 7919 % 60013 - 30000) * (np.arange(3000) % 2)
    mark = hashlib.sha256(features(x, FRONT).astype("<i2").tobytes()).hexdigest()
    assert mark == "8594206a2fa96b603a328ccf14c6a36092c5cd0dc9ae2400f32802178ca2c2da"


def test_the_logarithm_is_straight_between_powers_of_two():
    values = np.array([0, 1, 2, 3, 4, 16, 24, 1 << 61, (1 << 62) - 1])
    assert log2_16(values).tolist() == [0, 0, 16, 24, 32, 64, 72, 976, 991]
    many = np.arange(1, 1 << 16)
    assert abs(log2_16(many) - 16 * np.log2(many)).max() < 2.4


def test_bands_rise_and_fall_between_whole_bins():
    edges, weights = FRONT.edges(), _weights(FRONT)
    assert len(edges) == 14 and sorted(set(edges)) == edges and edges[-1] == 128
    for band in range(12):
        assert weights[edges[band + 1], band] == 256 and weights[edges[band], band] == 0
        assert np.flatnonzero(weights[:, band]).max() < edges[band + 2]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"frame": 8}, "frame: must be an integer of 16 to 4096, not 8"),
        ({"bands": 0}, "bands: must be an integer of 1 to 128, not 0"),
        ({"high": 5000}, r"high: must be above low \(100\) and at most half of the rate of 8000"),
        ({"low": 4000}, r"high: must be above low \(4000\)"),
        (
            {"bands": 100},
            "bands: 100 bands are narrower than the 31 Hz of a bin: take fewer",
        ),
        ({"frames": 5000}, "frames: must be an integer of 0 to 4096"),
    ],
)
def test_what_cannot_be_is_one_sentence(wrong, message):
    import re

    (problem,) = replace(FRONT, **wrong).problems()
    assert re.match(message, problem)


def test_what_is_left_open_has_a_default():
    front = FrontEnd(rate=16000)
    assert (front.step, front.top, front.size, front.problems()) == (256, 8000, 512, [])
    assert [front.fitting(n) for n in (1, 512, 767, 768)] == [1, 1, 1, 2]
    assert replace(front, frames=3).samples == 1024 and FrontEnd(frame=500).size == 512
