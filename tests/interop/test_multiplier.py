import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.golden.requantise import requantise
from accelgen.interop.multiplier import multiply_of


def checked(first, low, high, bits):
    """Return the rule, after every sum that there is has been looked at; None if there is none."""
    found = multiply_of(first, low, high, bits)
    if found is None:
        return None
    rule, bias = found
    for channel in range(len(first)):
        sums = np.arange(low[channel], high[channel] + 1)
        table = np.tile(sums[:, None], (1, len(first)))
        codes = (table[:, :, None] >= first[None]).sum(axis=2)
        assert np.array_equal(requantise(table + bias, rule)[:, channel], codes[:, channel])
    return rule


def steps_of(function, low, high, bits):
    """Return the first sum of each code of a rising ``function`` of a sum."""
    sums = np.arange(low, high + 1)
    codes = np.clip(function(sums), 0, (1 << bits) - 1)
    return np.append(sums, high + 1)[np.searchsorted(codes, np.arange(1, 1 << bits))]


@given(st.integers(0, 2**32 - 1))
def test_real_scales_are_met_at_every_sum(seed):
    rng = np.random.default_rng(seed)
    channels, bits = int(rng.integers(1, 4)), int(rng.integers(1, 9))
    low, high = -rng.integers(1, 3000, channels), rng.integers(1, 3000, channels)
    scales, offsets = 2.0 ** rng.uniform(-12, 1, channels), rng.uniform(-30, 60, channels)
    first = np.array(
        [
            steps_of(lambda sums, s=s, o=o: np.floor(sums * s + o), *ends, bits)
            for s, o, *ends in zip(scales, offsets, low, high, strict=True)
        ]
    )
    assert checked(first, low, high, bits) is not None


@pytest.mark.parametrize("seed", range(20))
def test_steps_of_any_kind_are_met_or_refused(seed):
    rng = np.random.default_rng(seed)
    low, high = -rng.integers(1, 20, 2), rng.integers(1, 20, 2)
    checked(np.sort(rng.integers(-22, 22, (2, 3)), axis=1), low, high, 2)


def test_ties_that_go_to_even_numbers_are_met_by_no_multiplier_but_with_their_rule():
    first = steps_of(lambda sums: np.rint(sums / 8), -100, 900, 6)[None]
    rule = checked(first, np.array([-100]), np.array([900]), 6)
    assert rule.even and rule.multipliers == (1,) and rule.shift == 3
    assert not checked(first + np.arange(63) // 2 % 2, np.array([-100]), np.array([900]), 6)


def test_channels_share_a_shift_and_one_that_never_changes_has_a_multiplier_too():
    first = np.array([steps_of(lambda x: np.floor(x * 0.3), -9, 99, 3), [500] * 7, [-500] * 7])
    rule = checked(first, np.full(3, -9), np.full(3, 99), 3)
    assert rule.multipliers[0] / 2**rule.shift == pytest.approx(0.3, rel=0.05)
    assert rule.multipliers[1] == rule.multipliers[2] > 0


def test_a_bias_that_is_too_large_is_not_there():
    far = np.array([[1 << 26, (1 << 26) + 3, (1 << 26) + 6]])
    assert multiply_of(far, np.array([1 << 25]), np.array([1 << 27]), 2) is None
