import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.golden.requantise import requantise
from accelgen.interop.rule import rule_of
from accelgen.network import Requantise, Thresholds


def codes(first, sums):
    return (sums[:, None, :] >= first.T[None]).sum(axis=1)


def checked(first, low, high):
    """Return the rule, after every sum that there is has been looked at."""
    rule, bias = rule_of(first, low, high)
    for channel in range(len(first)):
        sums = np.arange(low[channel], high[channel] + 1)
        table = np.tile(sums[:, None], (1, len(first)))
        assert np.array_equal(requantise(table + bias, rule)[:, channel], codes(first, table)[:, channel])
    return rule


@given(st.integers(0, 2**32 - 1))
def test_every_sum_has_its_code(seed):
    rng = np.random.default_rng(seed)
    channels, most = int(rng.integers(1, 5)), int(rng.integers(1, 8))
    low, high = -rng.integers(1, 90, channels), rng.integers(1, 90, channels)
    checked(np.sort(rng.integers(-99, 99, (channels, most)), axis=1), low, high)


@pytest.mark.parametrize("shift", [0, 2, 5])
def test_even_steps_are_a_shift(shift):
    first = (np.arange(1, 8) << shift) - np.array([[3], [11], [-7]])
    low, high = np.full(3, -500), np.full(3, 500)
    assert checked(first, low, high) == Requantise(shift, 3)
    first[1, 3] += 1
    assert isinstance(checked(first, low, high), Thresholds)
    first[1, 3:] = 501  # out of reach: the shift may not pass them
    assert isinstance(checked(first, low, high), Thresholds)


def test_steps_out_of_reach_do_not_stand_in_the_way_of_a_shift():
    first = np.array([[4, 8, 12], [4, 8, 99]])
    assert checked(first, np.array([0, 0]), np.array([20, 10])) == Requantise(2, 2)


def test_one_bit_is_always_a_bias():
    first = np.random.default_rng(0).integers(-50, 50, (9, 1))
    assert checked(first, np.full(9, -60), np.full(9, 60)) == Requantise(0, 1)


def test_thresholds_begin_with_one_that_all_channels_share():
    rule = checked(np.array([[3, 9], [-5, 10]]), np.full(2, -50), np.full(2, 50))
    assert [column[0] for column in rule.columns[:1]] == [1] and len(set(rule.columns[2])) == 1


def test_a_bias_that_is_too_large_is_not_there():
    far = np.array([[1 << 25, (1 << 25) + 3, (1 << 25) + 4]])
    assert rule_of(far, np.array([1 << 24]), np.array([1 << 26])) is None
