import pytest

from accelgen.errors import InvalidRequest
from accelgen.power.function import names_in, possible, truth_table, verilog


@pytest.mark.parametrize(
    ("expression", "inputs", "table"),
    [
        ("A", ["A"], 0b10),
        ("~A", ["A"], 0b01),
        ("A & ~B", ["A", "B"], 0b0010),
        ("(A | B) ^ C", ["A", "B", "C"], 0b00011110),
        ("1", ["A"], 0b11),
        ("0", [], 0),
        (" (~(A)) ", ["A"], 0b01),
    ],
)
def test_the_first_input_has_the_low_bit_of_the_index(expression, inputs, table):
    assert truth_table(expression, inputs) == table


@pytest.mark.parametrize("expression", ["A & C", "A +", "A and B", "2", "A & 1.0", "__import__('os')", ""])
def test_other_expressions_are_refused(expression):
    with pytest.raises(InvalidRequest, match="is no function of A, B$"):
        truth_table(expression, ["A", "B"])


def test_liberty_has_other_signs():
    assert verilog("!A * B' + (C')") == "~A & (~B) | ((~C))"


def test_names_come_once_and_in_order():
    assert names_in("(WEN | REN) & ~WEN & 1") == ["WEN", "REN"]


@pytest.mark.parametrize(
    ("condition", "known", "can"),
    [
        ("", {"R": "0"}, True),
        ("D & R & ~Q", {}, True),
        ("D & R & ~Q", {"R": "1", "CK": "0"}, True),
        ("D & R & ~Q", {"R": "0"}, False),
        ("A & ~A", {}, False),
        ("~R", {"R": "x"}, True),
    ],
)
def test_a_condition_can_be_true_or_cannot(condition, known, can):
    assert possible(condition, known) == can


def test_a_condition_that_is_none_is_refused():
    with pytest.raises(InvalidRequest, match="^'A B' is no function of A, B$"):
        possible("A B", {})
