import dataclasses

import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Neuron, Requantise

RULES = [Requantise(5, 3), Neuron("continuous", 9, 2, "subtract"), Neuron("discontinuous")]


@pytest.mark.parametrize(
    ("shift", "bits", "message"),
    [
        (25, 3, "shift: must be an integer of 0 to 24, not 25"),
        (-1, 3, "shift: must be an integer of 0 to 24, not -1"),
        (2, 9, "bits: must be an integer of 1 to 8, not 9"),
        (2, 1.0, "bits: must be an integer of 1 to 8, not 1.0"),
    ],
)
def test_requantise_has_ranges(shift, bits, message):
    with pytest.raises(InvalidNetwork) as error:
        Requantise(shift, bits)
    assert str(error.value) == message


def test_integers_of_numpy_are_integers():
    rule = Requantise(np.int64(4), np.uint8(3))
    assert rule == Requantise(4, 3) and type(rule.shift) is int and type(rule.bits) is int


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_described_by_its_facts(rule):
    assert tuple(rule.describe()) == rule.facts
    assert set(rule.describe().values()) <= set(dataclasses.asdict(rule).values())


def test_what_a_rule_gives_and_costs():
    assert [rule.bits_out for rule in RULES] == [3, 1, 1]
    assert [rule.stored_bits() for rule in RULES] == [5, 4 + 6, 1 + 6]
