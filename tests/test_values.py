import numpy as np
import pytest

from accelgen.errors import DataError, InvalidNetwork
from accelgen.values import integer, integers, shown


@pytest.mark.parametrize("value", [4, np.int64(4), np.uint8(4), np.int8(4)])
def test_integers_of_numpy_are_integers(value):
    assert integer(value) == 4 and type(integer(value)) is int


@pytest.mark.parametrize("value", [True, np.True_, 4.0, np.float64(4), "4", None, [4], np.array(4)])
def test_nothing_else_is_one(value):
    assert integer(value) is None


def test_a_message_names_numbers_as_people_write_them_and_is_short():
    assert shown(np.int64(7)) == "7" and shown("a") == "'a'"
    assert len(shown(np.zeros(1000))) <= 80 and "\n" not in shown(np.zeros((3, 3)))


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64, ">i4"])
def test_arrays_may_have_any_dtype_of_integers(kind):
    array = np.array([0, 7], kind)
    assert integers("x", array, 0, 7) is array


@pytest.mark.parametrize(
    ("array", "message"),
    [
        ([1, 2], "x must be a numpy array of integers of 0 to 7, not list"),
        (np.array([True]), "x must be integers of 0 to 7, not bool"),
        (np.array([0.3]), "x must be integers of 0 to 7, not float64"),
        (np.array([1], object), "x must be integers of 0 to 7, not object"),
        (np.array([0, 8]), "x must be integers of 0 to 7, not 8"),
        (np.array([-1, 8]), "x must be integers of 0 to 7, not -1"),
        (np.array([2**64 - 1], np.uint64), "x must be integers of 0 to 7, not 18446744073709551615"),
    ],
)
def test_what_is_no_integer_of_the_range_is_refused(array, message):
    with pytest.raises(DataError) as error:
        integers("x", array, 0, 7)
    assert str(error.value) == message


def test_without_ends_any_integer_will_do():
    assert integers("x", np.array([-(2**62)])).size
    with pytest.raises(InvalidNetwork, match="^x must be integers, not bool$"):
        integers("x", np.array([True]), error=InvalidNetwork)
