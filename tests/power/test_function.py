import pytest

from accelgen.errors import InvalidRequest
from accelgen.power.function import truth_table


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


@pytest.mark.parametrize("expression", ["A & C", "A +", "A and B", "2", "__import__('os')", ""])
def test_other_expressions_are_refused(expression):
    with pytest.raises(InvalidRequest, match="is no function of A, B$"):
        truth_table(expression, ["A", "B"])
