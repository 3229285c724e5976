import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import DataError
from accelgen.interop.staircase import staircases


@given(st.integers(0, 2**32 - 1))
def test_every_sum_becomes_what_the_function_makes_of_it(seed):
    rng = np.random.default_rng(seed)
    channels = int(rng.integers(1, 6))
    low = -rng.integers(0, 300, channels)
    high = rng.integers(0, 300, channels)
    gain = rng.normal(0, 0.05, channels).astype(np.float32)
    bias = rng.normal(0, 3, channels).astype(np.float32)

    def function(sums):
        return np.clip(np.rint(sums.astype(np.float32) * gain + bias), -3, 4)

    for number, one in enumerate(staircases(function, low, high)):
        sums = np.arange(low[number], high[number] + 1)
        wanted = function(np.tile(sums[:, None], (1, channels)))[:, number]
        assert np.array_equal(one(sums), wanted)
        assert one.constant == (len(set(wanted)) == 1) and one.falls == (wanted[-1] < wanted[0])
        assert (np.diff(one.starts) > 0).all() and (one.values[1:] != one.values[:-1]).all()


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda sums: np.where(np.abs(sums - 40) < 30, 1.0, 0.0) + (sums == 100), "neither rise nor fall"),
        (lambda sums: np.log(sums - 1e9), "a value is no number"),
    ],
)
def test_a_function_that_turns_round_is_noticed(function, message):
    with pytest.raises(DataError, match=message), np.errstate(all="ignore"):
        staircases(function, np.array([0]), np.array([100]))


def test_a_rounded_value_says_which_integer_it_is_a_multiple_of():
    gain, bias = np.float32([0.1, 0.0]), np.float32([3.7, 2.0])
    ends = np.array([-40, 5]), np.array([60, 9])
    found = staircases(lambda sums: sums.astype(np.float32) * gain + bias, *ends)
    sums = np.arange(-40, 61)
    beside = np.nextafter(found[0](sums), np.float32(np.inf))
    assert np.array_equal(found[0].nearest(beside), sums)
    assert found[1].nearest(np.float32([-9, 99])).tolist() == [5, 5]
