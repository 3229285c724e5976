import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.data import load_mnist
from accelgen.data.drawing import centred
from accelgen.errors import DataError

DIGITS = load_mnist(None, "test", sample="only").pixels[:40].reshape(-1, 28, 28)


@given(st.integers(0, 39), st.integers(1, 6), st.tuples(*[st.integers(0, 50)] * 4))
def test_a_digit_of_mnist_comes_back_wherever_and_however_large_it_is(number, times, margins):
    top, bottom, left, right = margins
    large = np.kron(DIGITS[number], np.ones((times, times), np.uint8))
    found = centred(np.pad(large, ((top, bottom), (left, right)))).astype(int)
    # What MNIST has outside its box is faint; and of two places that are as near, either will do.
    assert np.abs(found - DIGITS[number].reshape(-1)).mean() < 2


def test_a_stroke_fills_the_box_and_keeps_its_shape():
    drawing = np.zeros((300, 300), np.uint8)
    drawing[50:250, 100:120] = 90
    found = centred(drawing).reshape(28, 28)
    rows, columns = np.nonzero(found)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1, found.max()) == (20, 2, 255)


def test_a_dot_is_a_drawing():
    drawing = np.zeros((9, 9), np.uint8)
    drawing[8, 0] = 255
    found = centred(drawing).reshape(28, 28)
    assert found[5:24, 5:24].all() and np.count_nonzero(found) == 20 * 20


@pytest.mark.parametrize("drawing", [np.zeros((5, 7), np.uint8), np.full((1, 1), 32, np.uint8)])
def test_nothing_is_no_drawing(drawing):
    with pytest.raises(DataError, match="^a drawing must have something bright in it$"):
        centred(drawing)


def test_drawings_of_another_kind_are_refused():
    with pytest.raises(DataError, match="^a drawing's pixels must be integers of 0 to 255, not float64$"):
        centred(DIGITS[0] * 0.5)
    with pytest.raises(DataError, match=r"^a drawing must have a height and a width, not shape \[784\]$"):
        centred(DIGITS[0].reshape(-1))
