import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from accelgen.interop.export.draft import Draft


def written(draft, *, op="Add", domains=None):
    draft.node(op, "y", "x", draft.constant("one", np.float32(1)))
    entering, leaving = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
    return draft.model("graph", entering, [leaving], {"b": "2", "a": "1"}, domains or {})


def test_the_same_nodes_are_the_same_bytes():
    content = written(Draft())
    model = onnx.load_from_string(content)
    assert content == written(Draft()) and model.producer_name == "accelgen"
    assert [(one.key, one.value) for one in model.metadata_props] == [("b", "2"), ("a", "1")]
    assert [(node.op_type, node.name) for node in model.graph.node] == [("Add", "y")]


def test_a_constant_that_is_used_twice_is_there_once():
    draft = Draft()
    draft.constant("one", np.float32(1))
    assert len(onnx.load_from_string(written(draft)).graph.initializer) == 1


def test_a_graph_that_onnx_does_not_know_is_a_fault():
    with pytest.raises(onnx.checker.ValidationError):
        written(Draft(), op="Fly")
