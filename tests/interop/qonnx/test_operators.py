import numpy as np
import pytest

from accelgen.errors import DataError
from accelgen.interop.qonnx.operators import OPERATORS
from tests.interop.look_alikes import Builder

onnx = pytest.importorskip("onnx")
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(-4, 5, (2, 3, 6, 6)).astype(np.float32)
KERNELS = RNG.integers(-2, 3, (4, 3, 3, 3)).astype(np.float32)
ROWS = RNG.integers(-9, 9, (2, 5)).astype(np.float32)


@pytest.mark.parametrize(
    ("op", "operands", "attributes"),
    [
        ("Add", [ROWS, ROWS[0]], {}),
        ("Div", [ROWS, np.float32([3.0])], {}),
        ("Div", [np.array([[-7, 7, 3]]), np.array([2])], {}),
        ("Max", [ROWS, ROWS[0], np.zeros_like(ROWS)], {}),
        ("Min", [ROWS, ROWS[0], np.zeros_like(ROWS)], {}),
        ("Max", [ROWS], {}),
        ("MatMul", [ROWS, RNG.integers(-3, 4, (5, 4)).astype(np.float32)], {}),
        ("Relu", [ROWS], {}),
        ("Clip", [ROWS, np.float32(-2), np.float32(3)], {}),
        ("Sign", [ROWS], {}),
        ("Flatten", [IMAGES], {}),
        ("Reshape", [IMAGES, np.array([0, -1])], {}),
        ("Transpose", [IMAGES], {"perm": [0, 2, 3, 1]}),
        ("Squeeze", [ROWS[:1], np.array([0])], {}),
        ("Unsqueeze", [ROWS, np.array([2])], {}),
        ("Conv", [IMAGES, KERNELS], {"pads": [1] * 4, "strides": [2, 2]}),
        ("MaxPool", [IMAGES], {"kernel_shape": [2, 2], "strides": [2, 2]}),
        ("AveragePool", [IMAGES], {"kernel_shape": [3, 2], "strides": [1, 2]}),
        (
            "AveragePool",
            [IMAGES],
            {"kernel_shape": [3, 3], "pads": [1, 0, 2, 1], "count_include_pad": 1},
        ),
        ("GlobalAveragePool", [IMAGES], {}),
        ("ReduceMean", [IMAGES], {"axes": [1, -1]}),
        ("ArgMax", [ROWS], {"axis": 1}),
        ("TopK", [ROWS, np.array([2])], {}),
        ("Shape", [IMAGES], {}),
        ("Gather", [ROWS, np.array(1)], {"axis": 1}),
        ("Concat", [ROWS, ROWS], {"axis": 1}),
        ("Cast", [ROWS], {"to": 7}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_an_operator_computes_what_onnx_says(op, operands, attributes):
    from onnx.reference import ReferenceEvaluator

    names = [f"x{number}" for number in range(len(operands))]
    outputs = ["y", "z"][: 2 if op == "TopK" else 1]
    node = onnx.helper.make_node(op, names, outputs, **attributes)
    kinds = [onnx.helper.np_dtype_to_tensor_dtype(part.dtype) for part in map(np.asarray, operands)]
    values = [onnx.helper.make_tensor_value_info(*pair, None) for pair in zip(names, kinds, strict=True)]
    given = [onnx.helper.make_tensor_value_info(name, 1, None) for name in outputs]
    graph = onnx.helper.make_graph([node], "one", values, given)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)])
    theirs = ReferenceEvaluator(model).run(None, dict(zip(names, map(np.asarray, operands), strict=True)))
    ours = OPERATORS[op](attributes, *operands)
    for one, other in zip(ours, theirs, strict=True):
        assert np.array_equal(one, other)


def test_batch_norm_is_a_chain_of_float32():
    parts = [RNG.normal(0, 1, 5).astype(np.float32) for _ in range(3)] + [np.float32([1, 2, 3, 4, 5])]
    (found,) = OPERATORS["BatchNormalization"]({"epsilon": 1e-5}, ROWS, *parts)
    gain, bias, mean, variance = parts
    assert found.dtype == np.float32
    assert np.array_equal(found, (ROWS - mean) / np.sqrt(variance + np.float32(1e-5)) * gain + bias)


def test_a_softmax_keeps_the_order():
    (found,) = OPERATORS["Softmax"]({"axis": -1}, ROWS)
    assert np.allclose(found.sum(axis=1), 1) and (found.argmax(1) == ROWS.argmax(1)).all()


def test_what_is_not_executed_is_said():
    with pytest.raises(DataError, match="Cast to type 11"):
        OPERATORS["Cast"]({"to": 11}, ROWS)
    with pytest.raises(DataError, match="MaxPool with pads"):
        OPERATORS["MaxPool"]({"kernel_shape": [2, 2], "pads": [1, 1, 1, 1]}, IMAGES)
    with pytest.raises(DataError, match="pads that do not count"):
        OPERATORS["AveragePool"]({"kernel_shape": [2, 2], "pads": [1, 1, 1, 1]}, IMAGES)
    for axes in ({"axes": [1, -4]}, {}):
        with pytest.raises(DataError, match="over the batch, or over all axes"):
            OPERATORS["ReduceMean"](axes, IMAGES)
    assert Builder(3).shape == (3,)


@pytest.mark.parametrize("sides", [(2, 2), (3, 3), (7, 7), (25, 5)])
def test_an_average_is_divided_once_as_onnxruntime_does(sides):
    runtime = pytest.importorskip("onnxruntime")
    codes = RNG.integers(0, 256, (4, 50, *sides)).astype(np.float32)
    for op, more in (("AveragePool", {"kernel_shape": sides}), ("GlobalAveragePool", {})):
        node = onnx.helper.make_node(op, ["x"], ["y"], **more)
        ends = [
            onnx.helper.make_tensor_value_info(name, 1, None if name == "y" else codes.shape) for name in "xy"
        ]
        graph = onnx.helper.make_graph([node], "one", ends[:1], ends[1:])
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
        session = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        (theirs,) = session.run(None, {"x": codes})
        assert np.array_equal(OPERATORS[op](more, codes)[0], theirs)
        wrong = codes.sum(axis=(2, 3), keepdims=True) * np.float32(1 / np.prod(sides))
        assert np.array_equal(wrong, theirs) == (sides == (2, 2))  # a product would differ, and be seen
