import numpy as np
import pytest

from accelgen.errors import DataError
from accelgen.interop.scores import score_bias
from accelgen.interop.staircase import staircases


def stairs(gain, bias, low=-20, high=30):
    gain, bias = np.float32(gain), np.float32(bias)
    ends = np.full(len(bias), low), np.full(len(bias), high)
    return staircases(lambda sums: sums.astype(np.float32) * gain + bias, *ends)


def test_a_scale_of_all_classes_needs_no_bias():
    assert score_bias(stairs(0.37, [-1.25] * 3)).tolist() == [0, 0, 0]


def test_whole_steps_are_added_as_they_are():
    assert score_bias(stairs(0.25, [0.5, -1.0, 0.0, 2.25])).tolist() == [2, -4, 0, 9]


def test_fractions_may_fall_from_class_to_class():
    bias = score_bias(stairs(1.0, [0.75, 2.5, -1.5, 0.0]))
    sums = np.random.default_rng(0).integers(-20, 31, (2000, 4))
    wanted = np.argmax(sums.astype(np.float32) + np.float32([0.75, 2.5, -1.5, 0.0]), axis=1)
    assert np.array_equal(np.argmax(sums + bias, axis=1), wanted)


def test_a_class_that_reads_nothing_is_its_bias():
    gain, bias = np.float32(0.5), np.float32([1.5, -2.0])
    found = staircases(lambda sums: sums * gain + bias, np.array([0, -7]), np.array([0, 9]))
    assert score_bias(found).tolist() == [3, -4]
    with pytest.raises(DataError, match="every class has the same score"):
        score_bias(found[:1])


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (lambda: stairs(1.0, [0.0, 0.25, 0.5, 0.75]), "biases behind the last layer that are no whole steps"),
        (lambda: stairs([1.0, 2.0], [0.0, 0.0]), "each class has a scale of its own"),
        (lambda: stairs([1.0, 0.0], [0.0, 0.0]), "class 1 has the same score whatever enters"),
        (
            lambda: staircases(lambda sums: np.clip(sums, 0, 9), np.array([-9]), np.array([20])),
            "class 0 has 10 values for 30 sums",
        ),
    ],
)
def test_what_cannot_be_scores_is_refused(found, message):
    with pytest.raises(DataError, match=message):
        score_bias(found())
