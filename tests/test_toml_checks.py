from dataclasses import dataclass, field

import pytest

from accelgen.toml_checks import group, number, one_of, truth, unknown, whole


@dataclass
class Pair:
    left: int
    right: int = 0
    rest: list = field(default_factory=list)

    def problems(self):
        return [*whole("left", self.left, 0, 9), *whole("right", self.right, 0, 9)]


def test_a_value_in_range_is_no_problem():
    assert not [
        *whole("n", 3, 0, 3),
        *number("x", 0.5, 0, 1),
        *one_of("c", "a", ("a", "b")),
        *truth("t", True),
    ]


def test_nothing_is_coerced():
    assert whole("n", True, 0, 3) == ["n: must be an integer of 0 to 3, not True"]
    assert whole("n", 2.0, 0, 3) == ["n: must be an integer of 0 to 3, not 2.0"]
    assert number("x", "1", 0, 1) == ["x: must be a number of 0 to 1, not '1'"]
    assert one_of("c", True, (1, 2)) == ["c: must be 1 or 2, not True"]
    assert truth("t", 1) == ["t: must be true or false, not 1"]


def test_an_integer_may_have_no_end():
    assert not whole("n", 10**9, 1)
    assert whole("n", 0, 1) == ["n: must be an integer of at least 1, not 0"]


def test_a_near_miss_comes_with_a_suggestion():
    assert one_of("c", "lef", ("left", "right")) == [
        "c: must be 'left' or 'right', not 'lef'; did you mean 'left'?"
    ]
    assert unknown("[t]: ", {"left": 1, "rigt": 2}, ["left", "right"]) == [
        "[t]: unknown key 'rigt'; did you mean 'right'?"
    ]


@pytest.mark.parametrize(
    ("entry", "problems"),
    [
        ({"left": 3, "rest": [1]}, []),
        (7, ["[t]: must be a table"]),
        ({"right": 1}, ["[t]: left: is missing"]),
        ({"left": 10}, ["[t]: left: must be an integer of 0 to 9, not 10"]),
        ({"middle": 1, "left": 1}, ["[t]: unknown key 'middle'"]),
        (
            {"lef": 3, "right": 17},
            [
                "[t]: unknown key 'lef'; did you mean 'left'?",
                "[t]: left: is missing",
                "[t]: right: must be an integer of 0 to 9, not 17",
            ],
        ),
    ],
)
def test_a_table_becomes_a_dataclass_or_problems(entry, problems):
    found = []
    made = group(Pair, "t", entry, found)
    assert found == problems
    assert made == (None if problems else Pair(3, 0, [1]))


@pytest.mark.parametrize("value", [2.0, True, "2", 3])
def test_one_of_some_integers_is_an_integer(value):
    assert one_of("n", 2, (1, 2)) == []
    assert one_of("n", value, (1, 2)) == [f"n: must be 1 or 2, not {value!r}"]
