import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network.sides import each, shortest, spelled


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        (2, (2, 2, 2, 2)),
        (np.int8(2), (2, 2, 2, 2)),
        ([1, 2], (1, 1, 2, 2)),
        ((0, 1, 2, 3), (0, 1, 2, 3)),
    ],
)
def test_few_numbers_stand_for_all_sides(value, numbers):
    found = each("padding", value, 0, (3, 3, 3, 3))
    assert found == numbers and {type(number) for number in found} == {int}
    assert each("padding", shortest(numbers), 0, (3, 3, 3, 3)) == numbers


def test_a_pair_is_no_shorter_than_it_is():
    assert each("kernel", [1, 5], 1, (9, 9)) == (1, 5)
    assert [shortest(pair) for pair in [(1, 5), (5, 5)]] == [(1, 5), 5]
    assert [shortest(four) for four in [(1, 1, 2, 2), (1, 2, 1, 2)]] == [(1, 2), (1, 2, 1, 2)]


@pytest.mark.parametrize("value", [None, True, 1.0, "11", {1: 1}, [1, None], [[1], [1]], [], [1, 2, 3]])
def test_nothing_else_is_a_number_of_a_side(value):
    with pytest.raises(InvalidNetwork, match="^stride: (height: |width: )?must be an integer "):
        each("stride", value, 1, (4, 4))


def test_a_line_of_text_has_them():
    assert [spelled(value) for value in (2, (1, 5), (0, 1, 2, 2))] == ["2", "1x5", "0,1,2,2"]
