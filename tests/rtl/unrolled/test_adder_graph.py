import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.rtl.unrolled import adder_graph as module
from accelgen.rtl.unrolled.adder_graph import adder_graph, digits
from accelgen.rtl.unrolled.weighted_sum import signed_digits


def values_of(graph, inputs):
    """Return the value of every node of a graph, from the adders alone."""
    found = list(inputs)
    for adder, constant in zip(graph.adders, graph.constants, strict=True):
        (left, up, _), (right, shift, sign) = adder.left, adder.right
        found.append((found[left] << up) + sign * (found[right] << shift) + constant)
    return found


def outputs_of(graph, inputs):
    nodes = values_of(graph, inputs)
    return [
        sign * (nodes[node] << shift) if term else 0
        for term in graph.outputs
        for node, shift, sign in [term or (0, 0, 0)]
    ]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    shape=st.tuples(st.integers(1, 7), st.integers(1, 9)),
    top=st.sampled_from([1, 2, 9, 130]),
    density=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_a_graph_is_its_matrix_and_no_node_leaves_its_range(seed, shape, top, density):
    rng = np.random.default_rng(seed)
    matrix = rng.integers(-top, top + 1, shape) * (rng.random(shape) < density)
    graph = adder_graph(matrix, 0, 15)
    inputs = rng.integers(0, 16, shape[1]).tolist()
    assert outputs_of(graph, inputs) == (matrix @ inputs).tolist()
    for node, value in enumerate(values_of(graph, inputs)):
        low, high = graph.range(node)
        assert low <= value <= high
    for node in range(shape[1], shape[1] + len(graph.adders)):
        low, high = graph.range(node)
        for end, reached in ((low, False), (high, True)):
            weights = graph._weights[node]
            extreme = [15 * ((weights.get(n, 0) > 0) == reached) for n in range(shape[1])]
            assert values_of(graph, extreme)[node] == end  # a width is never a bit too many


def test_what_outputs_have_in_common_is_added_once():
    row = [1, -1, 1, 1, 0, 0]
    assert len(adder_graph(np.array([row, row]), 0, 3).adders) == 3
    # The same up to a sign and a shift, and besides something of its own.
    both = np.array([row, [-2, 2, -2, -2, 0, 1]])
    assert len(adder_graph(both, 0, 3).adders) == 4
    alone = int(digits(both).sum()) - 2
    assert alone == 7


def test_outputs_that_differ_little_are_made_of_one_another():
    rng = np.random.default_rng(0)
    first = np.where(rng.integers(0, 2, 24), 1, -1)
    second = first.copy()
    second[3] *= -1
    graph = adder_graph(np.array([first, second]), 0, 15)
    assert len(graph.adders) == 24  # 23 for the first, and one for what is different


def test_the_same_matrix_gives_the_same_graph():
    matrix = np.random.default_rng(4).integers(-3, 4, (12, 20))
    one, other = (adder_graph(matrix, 0, 7) for _ in range(2))
    assert one.adders == other.adders and one.outputs == other.outputs


def test_a_large_matrix_is_searched_in_groups_of_columns(monkeypatch):
    matrix = np.random.default_rng(4).integers(-1, 2, (12, 30))
    whole = adder_graph(matrix, 0, 7)
    monkeypatch.setattr(module, "MOST_PAIRS", 100)
    groups = list(module._groups(matrix))
    assert len(groups) > 3 and [n for group in groups for n in group] == list(range(30))
    assert len(adder_graph(matrix, 0, 7).adders) >= len(whole.adders)


def test_a_graph_of_another_matrix_is_refused():
    graph = adder_graph(np.array([[1, 2, 3]]), 0, 1)
    with pytest.raises(ArithmeticError, match="computes another matrix"):
        graph.check(np.array([[1, 2, 4]]))


def test_digits_are_those_of_the_signed_digits():
    weights = np.arange(-300, 300)
    assert digits(weights).tolist() == [len(list(signed_digits(weight))) for weight in weights.tolist()]
