import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accelgen.interop.levels import Levels, levels_of, power_of_two, steps_of


@pytest.mark.parametrize("step", [1.0, 0.25, 0.1, 0.0123, 3.7])
@pytest.mark.parametrize("codes", [[-1, 0, 1], [2, 3], [0, 4, 6], [-8, 7], [5]])
def test_the_step_of_a_grid_is_found(step, codes):
    values = (np.float32(step) * np.float32(codes)).astype(np.float32)
    found = steps_of(values, 8)
    wholes = values / found
    assert np.allclose(wholes, np.rint(wholes), atol=1e-5) and np.abs(wholes).max() < 8.5
    if len(codes) > 1 and np.gcd.reduce(codes) == 1:
        assert found == float(np.float32(step))


def test_codes_may_be_signed_so_that_zero_is_zero():
    found = levels_of(np.float32([-1.5, -0.5, 0, 1]), 255)
    assert found == Levels(0.5, -3.0, 5) and found.signed == Levels(0.5, 0.0, 2, -3)
    assert found.signed.codes(np.float32([-2, -1.5, 0.5, 1.5])).tolist() == [-4, -3, 1, -4]
    for other in (Levels(1.0, 0.0, 3), Levels(1.0, -0.5, 3), Levels(1.0, -4.0, 3), Levels(1.0, 2.0, 3)):
        assert other.signed is None


def test_numbers_on_no_grid_have_no_step():
    assert steps_of(np.float32([1, 1.4142135, 3.1415926]), 8) is None
    assert steps_of(np.float32([1, 9]), 8) is None
    assert steps_of(np.zeros(3), 8) == 1.0


@given(
    st.integers(1, 255),
    st.integers(-300, 300),
    st.sampled_from([1.0, 0.5, 0.1, 0.007]),
    st.sampled_from([1, 2]),
)
@example(9, -252, 0.1, 1)  # rounded so that no whole offset has all codes
def test_codes_are_found_again(most, low, scale, parts):
    values = (np.float32(scale / parts) * (parts * np.arange(most + 1) + low)).astype(np.float32)
    levels = levels_of(values, 255)
    assert levels.most == most
    assert levels.codes(values).tolist() == list(range(most + 1))
    assert levels.exact == power_of_two(float(np.float32(scale / parts) * parts)) or scale in (0.1, 0.007)


def test_signs_lie_half_a_step_from_zero():
    assert levels_of(np.float32([-1, 1]), 255) == Levels(2.0, -0.5, 1)
    assert levels_of(np.float32([-1, 0, 1]), 255) == Levels(1.0, -1.0, 2)
    assert Levels(2.0, -0.5, 1).exact and not Levels(0.1, 0.0, 3).exact and not Levels(1.0, 0.3, 3).exact


def test_what_is_no_code_is_minus_one():
    assert Levels(1.0, 0.0, 3).codes(np.float32([0.5, 2, 4, -1])).tolist() == [-1, 2, -1, -1]
    assert levels_of(np.arange(300.0), 255) is None
