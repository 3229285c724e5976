import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Dense, Multiply
from accelgen.network.size import layer_bits
from accelgen.network.widths import accumulator_bits, product_bits
from tests.tiny_networks import dense_layer


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (((), (), 1, 1), "multipliers: must be a list of integers, not ()"),
        (((0,), (0,), 1, 1), "multipliers: number 0: must be an integer of 1 to 4294967295, not 0"),
        (((5, 1 << 32), (0, 0), 1, 1), "multipliers: number 1: must be an integer of 1 to 4294967295"),
        (((5,), (5,), 1, 1), "offsets: number 0: must be an integer of 0 to 4, not 5"),
        (((5, 6), (0, -1), 1, 1), "offsets: number 1: must be an integer of 0 to 5, not -1"),
        (((5, 6), (1,), 1, 1), "offsets: must be as many as multipliers, 2, not 1"),
        (((5,), (1, 2), 1, 1), "offsets: must be as many as multipliers, 1, not 2"),
        (((5,), (1,), 49, 1), "shift: must be an integer of 0 to 48, not 49"),
        (((5,), (1,), 1, 1, 1), "even: must be a bool, not 1"),
        (((5,), (1,), 1, 9), "bits: must be an integer of 1 to 8, not 9"),
    ],
)
def test_what_cannot_multiply_is_named(fields, message):
    with pytest.raises(InvalidNetwork) as error:
        Multiply(*fields)
    assert str(error.value).startswith(message)


def test_numbers_are_kept_as_integers_of_python():
    rule = Multiply([np.int64(7), 9], [np.uint8(3), 8], np.int8(2), 3)
    assert rule == Multiply((7, 9), (3, 8), 2, 3) and hash(rule)
    assert {type(value) for value in (*rule.multipliers, *rule.offsets)} == {int}
    assert rule.bits_out == 3 and tuple(rule.describe()) == rule.facts
    assert (rule.multiplier_bits, rule.offset_bits) == (4, 4)


def test_every_multiplier_and_offset_is_counted():
    rule = Multiply((7, 9), (0, 3), 2, 3)
    assert rule.stored_bits() == 6 + 2 * (4 + 2)
    layer = dense_layer(np.random.default_rng(0), "a", 2, 8, rule)
    bits = layer_bits(layer)
    assert bits["multipliers"] == 18 and bits["total"] == sum(bits.values()) - bits["total"]
    assert product_bits(layer, 3) == accumulator_bits(layer, 3) + 4


def test_a_layer_has_a_multiplier_for_each_channel():
    layer = dense_layer(np.random.default_rng(0), "a", 3, 8, Multiply((1,) * 3, (0,) * 3, 0, 1))
    assert layer.leaves.bits == 1
    with pytest.raises(InvalidNetwork, match="^multiply: multipliers: must be 3, not 2$"):
        Dense("a", layer.weights, layer.bias, Multiply((1,) * 2, (0,) * 2, 0, 1))
