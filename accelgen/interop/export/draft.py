"""An ONNX file that is being written: nodes and constants, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import helper, numpy_helper

__all__ = ["Draft"]

#: Old enough for every runtime of today.
IR_VERSION, OPSET = 8, 13


class Draft:
    """Nodes and constants, in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, values: ArrayLike) -> str:
        """Add a constant, once, and return its name."""
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, op: str, gives: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node that gives a tensor, and return the name of that tensor."""
        self.nodes.append(
            helper.make_node(op, list(inputs), [gives], name=gives, domain=domain, **attributes)
        )
        return gives

    def model(
        self,
        name: str,
        entering: onnx.ValueInfoProto,
        leaving: Iterable[onnx.ValueInfoProto],
        facts: Mapping[str, str],
        domains: Mapping[str, int],
    ) -> bytes:
        """Return the bytes of the file.

        Parameters
        ----------
        name : str
            Of the graph.
        entering, leaving
            Inputs and outputs, with their shapes.
        facts : mapping of str to str
            Metadata, in this order.
        domains : mapping of str to int
            Versions of the operators that are none of ONNX's own, by their domain.

        Raises
        ------
        onnx.checker.ValidationError
            If the graph is not as ONNX says: a fault of ours.
        """
        graph = helper.make_graph(
            self.nodes, name, [entering], list(leaving), initializer=list(self.constants.values())
        )
        versions = {"": OPSET, **domains}
        model = helper.make_model(
            graph,
            ir_version=IR_VERSION,
            producer_name="accelgen",
            opset_imports=[helper.make_opsetid(domain, version) for domain, version in versions.items()],
        )
        helper.set_model_props(model, dict(facts))
        onnx.checker.check_model(model, full_check=not domains)
        return model.SerializeToString(deterministic=True)
