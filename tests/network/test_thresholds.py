import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Dense, Multiply, Neuron, Requantise, Thresholds
from accelgen.network.size import layer_bits
from accelgen.network.thresholds import rules_of
from tests.tiny_networks import dense_layer


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ((), "levels: must be rows of thresholds, not ()"),
        (3, "levels: must be rows of thresholds, not 3"),
        ((3,), "levels: row 0: must be a list of thresholds, not 3"),
        (((1,), (1, 2)), "levels: row 1: must have 2**bits - 1 thresholds, of 1 to 8 bits, not 2"),
        (((1,), (1, 2, 3)), "levels: every row must have as many thresholds as the others"),
        (((1, 3, 2),), "levels: row 0: thresholds must ascend"),
        (((1.5,),), "threshold 0: must be an integer of -2147483647 to 2147483647, not 1.5"),
        (((1 << 31,),), "threshold 0: must be an integer of -2147483647 to 2147483647, not 2147483648"),
    ],
)
def test_what_cannot_be_thresholds_is_named(levels, message):
    with pytest.raises(InvalidNetwork) as error:
        Thresholds(levels)
    assert str(error.value).endswith(message)


def test_rows_are_kept_as_integers_of_python():
    rule = Thresholds([np.array([-3, -3, 7]).tolist(), [np.int64(0), 1, 2]])
    assert rule == Thresholds(((-3, -3, 7), (0, 1, 2))) and hash(rule)
    assert {type(value) for row in rule.levels for value in row} == {int}
    assert rule.bits_out == 2 and rule.describe() == {"activation_bits": 2, "thresholds": 6}
    assert tuple(rule.describe()) == rule.facts


def test_thresholds_that_are_alike_are_stored_once():
    assert Thresholds(((1, 5, 100), (1, 6, 100))).stored_bits() == 8 * (1 + 2 + 1)
    assert Thresholds(((-128,),)).stored_bits() == 8
    layer = dense_layer(np.random.default_rng(0), "a", 2, 8, Thresholds(((1, 5, 100), (1, 6, 100))))
    bits = layer_bits(layer)
    assert bits["thresholds"] == 32 and bits["total"] == sum(bits.values()) - bits["total"]


def test_a_layer_has_a_row_for_each_channel_or_one_for_all():
    layer = dense_layer(np.random.default_rng(0), "a", 3, 8, Thresholds(((1,),)))
    assert layer.leaves.bits == 1
    with pytest.raises(InvalidNetwork, match="^thresholds: levels: must be one row or 3, not 2$"):
        Dense("a", layer.weights, layer.bias, Thresholds(((1,), (2,))))


def test_only_layers_that_requantise_may_have_other_rules():
    assert rules_of(Requantise) == (Requantise, Thresholds, Multiply) and rules_of(Neuron) == (Neuron,)
