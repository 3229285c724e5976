import numpy as np
import pytest

from accelgen.interop import of_real_numbers, read_graph
from accelgen.interop.graph import Execution
from tests.interop.look_alikes import int8, ternary


def test_what_is_not_dequantised_has_no_other_reading(tmp_path):
    assert of_real_numbers(read_graph(ternary().save(tmp_path / "a.onnx"))) is None


def test_values_are_codes_times_scales_and_sums_are_not_rounded(tmp_path):
    plain = read_graph(int8().save(tmp_path / "a.onnx"))
    graph = of_real_numbers(plain)
    assert graph.real and not plain.real
    given = {graph.input: np.linspace(0, 1, 20, dtype=np.float32)[None]}
    product = next(node for node in graph.nodes if node.op == "MatMul")
    execution = Execution(graph, given)
    x, weights = (execution.value(name) for name in product.inputs)
    codes = [np.rint(x * 255).astype(np.int64), weights / np.abs(weights).max(axis=0)]
    assert (x == codes[0] * np.float64(np.float32(1 / 255))).all() and weights.dtype == np.float64
    sums = execution.value(product.outputs[0])
    assert sums.dtype == np.float64 and (sums == x @ weights).all()
    rounded = Execution(plain, given).value(product.outputs[0])
    assert rounded.dtype == np.float32 and (sums != rounded).any()
    assert sums == pytest.approx(rounded, rel=1e-5)


def test_a_sum_of_zero_is_zero():
    from accelgen.interop.qonnx.operators import OPERATORS

    step = np.float64(np.float32(0.1)) * np.float64(np.float32(0.0037))
    (found,) = OPERATORS["MatMul"](
        {}, np.array([[3.0, 7.0, 1.0]]) * step, np.array([[1.0], [1.0], [-10.0]]) * step
    )
    assert found[0, 0] == 0
