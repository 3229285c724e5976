import numpy as np
import pytest

from accelgen.errors import DataError
from accelgen.interop.graph import Execution, Graph, Node
from accelgen.interop.qonnx.operators import OPERATORS

TWO = {"two": np.float32([2])}


def graph(*nodes, constants=TWO, shape=(2, 3)):
    named = [Node(f"n{n}", op, inputs, outputs, more) for n, (op, inputs, outputs, more) in enumerate(nodes)]
    return Graph(tuple(named), constants, "x", shape, named[-1].outputs[0], OPERATORS)


CHAIN = graph(
    ("Shape", ("x",), ("s",), {}),
    ("Mul", ("x", "two"), ("a",), {}),
    ("Mul", ("two", "two"), ("four",), {}),
    ("Add", ("a", "four"), ("b",), {}),
    ("Reshape", ("b", "flat"), ("y",), {}),
    constants=TWO | {"flat": np.array([1, -1])},
)


def test_any_part_is_executed_from_what_is_given():
    x = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    assert np.array_equal(Execution(CHAIN, {"x": x}).value("y"), (2 * x + 4).reshape(2, 6))
    given = np.ones((5, 2, 3), np.float32)
    part = Execution(CHAIN, {"a": given})
    assert (part.value("b") == 5).all() and part.value("y").shape == (5, 6)
    assert part.value("s").tolist() == [5, 2, 3], "of what enters the shape is known"


def test_a_shape_does_not_depend_on_what_enters():
    assert CHAIN.fed() == {"x", "a", "b", "y"}


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ((("Mul", ("x", "none"), ("y",), {}),), "tensor 'none' is given by no node"),
        ((("Fly", ("x",), ("y",), {}),), "n0: there is no operator Fly"),
        ((("MatMul", ("x", "two"), ("y",), {}),), "n0: MatMul does not fit its inputs"),
        ((("Add", ("x", "b"), ("a",), {}), ("Add", ("a", "a"), ("b",), {})), "reads what it gives"),
    ],
)
def test_what_cannot_be_executed_is_named(nodes, message):
    with pytest.raises(DataError, match=message):
        Execution(graph(*nodes), {"x": np.zeros((1, 2, 3), np.float32)}).value(nodes[-1][2][0])


def test_constants_may_be_read_by_several_nodes():
    both = graph(
        ("Neg", ("two",), ("a",), {}),
        ("Add", ("a", "two"), ("b",), {}),
        ("Sub", ("a", "b"), ("c",), {}),
        ("Mul", ("x", "c"), ("y",), {}),
    )
    assert (Execution(both, {"x": np.ones((1, 2, 3), np.float32)}).value("y") == -2).all()


def test_only_what_enters_has_a_batch():
    spread = graph(
        ("Reshape", ("row", "flat"), ("r",), {}),
        ("Add", ("x", "r"), ("y",), {}),
        constants={"row": np.float32([1, 2, 3]), "flat": np.array([1, -1])},
        shape=(3,),
    )
    found = Execution(spread, {"x": np.zeros((3, 3), np.float32)}).value("y")
    assert found.tolist() == [[1, 2, 3]] * 3


def test_an_output_that_is_left_out_is_no_tensor():
    silent = graph(("Dropout", ("x",), ("a", ""), {}), ("Clip", ("a", "", "two"), ("y",), {}))
    assert silent.fed() == {"x", "a", "y"}


@pytest.mark.parametrize(
    ("op", "inputs"), [("Quant", ("x", "", "two", "two")), ("Reshape", ("x",)), ("Transpose", ("",))]
)
def test_a_node_with_too_few_inputs_is_named(op, inputs):
    with pytest.raises(DataError, match=f"n0: {op} does not fit its inputs"):
        Execution(graph((op, inputs, ("y",), {"signed": 1, "narrow": 0})), {"x": np.ones((1, 2, 3))}).value(
            "y"
        )
