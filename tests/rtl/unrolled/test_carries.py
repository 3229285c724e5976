import numpy as np
import pytest

from accelgen.rtl.unrolled.adder_graph import adder_graph
from accelgen.rtl.unrolled.carries import remainders, settle
from tests.rtl.unrolled.test_adder_graph import outputs_of


def settled(seed, modulus, shape=(8, 24), most=15):
    rng = np.random.default_rng(seed)
    matrix, biases = rng.integers(-2, 3, shape), rng.integers(-40, 40, shape[0]).tolist()
    graph = adder_graph(matrix, 0, most)
    before = sum(bool(each % modulus if modulus else each) for each in remainders(graph, biases))
    settle(graph, biases, modulus)
    return rng, matrix, biases, graph, before


@pytest.mark.parametrize("modulus", [0, 1, 8, 16])
@pytest.mark.parametrize("seed", range(3))
def test_what_remains_is_what_a_graph_lacks(seed, modulus):
    rng, matrix, biases, graph, before = settled(seed, modulus)
    rest = remainders(graph, biases)
    for _ in range(5):
        inputs = rng.integers(0, 16, 24)
        right = matrix @ inputs + biases
        for number, (found, term) in enumerate(
            zip(outputs_of(graph, inputs.tolist()), graph.outputs, strict=True)
        ):
            inverted = term is not None and term[2] < 0
            assert found - inverted + rest[number] == right[number]
    after = sum(bool(each % modulus if modulus else each) for each in rest)
    assert after <= before and (modulus != 8 or after == 0 < before)


def test_the_same_constants_are_found_again():
    assert settled(1, 8)[3].constants == settled(1, 8)[3].constants
    assert any(settled(1, 8)[3].constants)


def test_wide_inputs_have_no_tables_and_a_layer_without_weights_nothing_at_all():
    *_, graph, _ = settled(2, 0, most=255)
    for adder, constant in zip(graph.adders, graph.constants, strict=True):
        assert not graph.table_bits(adder) and abs(constant) <= 1 << max(adder.free, adder.left[1])
    graph = adder_graph(np.zeros((2, 3), np.int64), 0, 1)
    settle(graph, [1, 2], 0)
    assert remainders(graph, [1, 2]) == [1, 2]
