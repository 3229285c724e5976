"""What a module does, one step after the other: a chain of modules, read from a trace of it.

Layers of torch and of `accelgen.nn` are steps. Functions that do what a layer does (``torch.relu``,
``torch.flatten``, ``max_pool2d``, ...) become that layer, so it does not matter how a model is written.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import fx, nn

from accelgen.errors import InvalidNetwork
from accelgen.values import shown

__all__ = ["Step", "read_steps"]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A step of a chain.

    Attributes
    ----------
    name : str
        Where the model has it, for messages.
    module : nn.Module
        What it does.
    """

    name: str
    module: nn.Module

    @property
    def place(self) -> str:
        """The step in a message."""
        return f"{self.name} ({type(self.module).__name__})"


class _Tracer(fx.Tracer):
    def is_leaf_module(self, module: nn.Module, qualified_name: str) -> bool:
        home = type(module).__module__
        ours = home.startswith("accelgen.") or home.startswith("torch.nn.modules.")
        return ours and not isinstance(module, nn.Sequential)


def read_steps(model: nn.Module) -> list[Step]:
    """Return the steps of ``model`` in the order in which they are done.

    Parameters
    ----------
    model : nn.Module
        An `nn.Sequential`, or a module whose ``forward`` takes one tensor and does one thing after the other;
        also what `torch.fx` made of one.

    Raises
    ------
    InvalidNetwork
        If it cannot be traced, branches, or does what no layer does.
    """
    if not isinstance(model, nn.Module):
        raise InvalidNetwork(f"model: must be a torch module, not {shown(model)}")
    tracer = _Tracer()
    try:
        graph = tracer.trace(model)
    except Exception as error:  # a trace runs the model's own code, which may raise anything
        raise InvalidNetwork(
            f"the model cannot be traced ({error}): write it as an nn.Sequential, or without ifs on values"
        ) from error
    modules = dict(model.named_modules())
    steps: list[Step] = []
    value: fx.Node | None = None
    for node in graph.nodes:
        if node.op == "placeholder":
            if value is not None and node.users:
                raise InvalidNetwork(f"{node.name}: a model takes one tensor, and this is another")
            value = value or node
        elif node.op != "output" and not _asks_shape(node):
            others = [one for one in node.args[1:] if isinstance(one, fx.Node) and not _asks_shape(one)]
            if node.args[:1] != (value,) or others:
                raise InvalidNetwork(
                    f"{node.name}: the model is no chain: this reads not just what comes before it"
                )
            module = modules[str(node.target)] if node.op == "call_module" else _as_module(node)
            name = str(node.target) if node.op == "call_module" else node.name
            steps.append(Step(name or type(module).__name__, module))
            value = node
        elif node.op == "output" and node.args[0] is not value:
            raise InvalidNetwork("the model is no chain: it gives back something else than its last step")
    return steps


def _asks_shape(node: fx.Node) -> bool:
    """Whether ``node`` reads or computes a size, which `_as_module` of a view then passes over."""
    if node.target == "size" or node.target is getattr:
        return True
    return node.target is operator.getitem and isinstance(node.args[0], fx.Node) and _asks_shape(node.args[0])


def _as_module(node: fx.Node) -> nn.Module:
    """Return the layer that does what a call of a function or of a method does."""
    name = getattr(node.target, "__name__", str(node.target))
    if name == "fn":  # torch.nn.functional hides its poolings behind a function of this name
        name = next((known for known in _FUNCTIONS if node.name.startswith(known)), name)
    make = _FUNCTIONS.get(name)
    if make is None:
        raise InvalidNetwork(f"{node.name}: {name} does what no layer of a network does")
    try:
        return make(*node.args[1:], **node.kwargs)
    except TypeError as error:
        raise InvalidNetwork(f"{node.name}: {name} with these arguments does what no layer does") from error


def _flatten(start_dim: int = 0, end_dim: int = -1) -> nn.Module:
    return nn.Flatten(start_dim, end_dim)


def _view(*sizes: Any) -> nn.Module:
    sizes = tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else sizes
    if len(sizes) != 2 or (sizes[1] != -1 and sizes[0] != -1 and not isinstance(sizes[0], fx.Node)):
        raise TypeError
    return nn.Flatten()


def _nothing(*_: Any, **__: Any) -> nn.Module:
    return nn.Identity()


def _pool(kind: type[nn.Module]) -> Callable[..., nn.Module]:
    def make(*arguments: Any, **options: Any) -> nn.Module:
        return kind(*arguments, **{name: value for name, value in options.items() if value is not None})

    return make


_FUNCTIONS: dict[str, Callable[..., nn.Module]] = {
    "relu": lambda inplace=False: nn.ReLU(),
    "relu_": nn.ReLU,
    "flatten": _flatten,
    "view": _view,
    "reshape": _view,
    "dropout": _nothing,
    "contiguous": _nothing,
    "float": _nothing,
    "max_pool1d": _pool(nn.MaxPool1d),
    "max_pool2d": _pool(nn.MaxPool2d),
    "avg_pool1d": _pool(nn.AvgPool1d),
    "avg_pool2d": _pool(nn.AvgPool2d),
    "adaptive_avg_pool1d": nn.AdaptiveAvgPool1d,
    "adaptive_avg_pool2d": nn.AdaptiveAvgPool2d,
    "softmax": lambda *_, **__: nn.Softmax(1),
    "log_softmax": lambda *_, **__: nn.LogSoftmax(1),
}
