"""The operators of ONNX that networks of ours can have, in float32, as the text of the standard says them.

A sum of products is added up in 64 bits and rounded once: that is the sum, where a float32 can hold it, and
does not depend on the order in which a library adds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from accelgen.errors import DataError
from accelgen.interop.graph import Operator
from accelgen.interop.qonnx.quantisers import QUANTISERS

__all__ = ["OPERATORS"]

Array = np.ndarray
F = np.float32
#: Part of the size of its terms below which a sum of 64 bits is nothing.
ROUNDED = 2.0**-40


def _float(function: Callable[..., Any]) -> Operator:
    """Return the operator of a function of arrays; floats stay of 32 bits where no operand has more."""

    def operator(_: dict, *operands: Array) -> tuple[Array, ...]:
        result = np.asarray(function(*operands))
        wide = any(one.dtype == np.float64 for one in operands)
        return (result.astype(F) if result.dtype == np.float64 and not wide else result,)

    return operator


def _all(function: Callable[..., Any]) -> Operator:
    """Return the operator that takes two operands together, then the result with the next, and so on."""
    return _float(lambda *operands: reduce(function, operands))


def _div(a: Array, b: Array) -> Array:
    """Divide; a quotient of integers loses its fraction, below zero too."""
    if a.dtype.kind in "iu" and b.dtype.kind in "iu":
        return np.trunc(np.divide(a, b)).astype(a.dtype)
    return np.divide(a, b)


def _summed(product: Callable[[Array, Array], Array], a: Array, b: Array) -> Array:
    """Return sums of products, added up in 64 bits: as float32 if the operands are no wider.

    Of wider ones, which are integers times a scale, a sum far below its terms is what rounding left of zero.
    """
    a64, b64 = a.astype(np.float64), b.astype(np.float64)
    found = product(a64, b64)
    if np.float64 not in (a.dtype, b.dtype):
        return found.astype(F)
    return np.where(np.abs(found) <= product(np.abs(a64), np.abs(b64)) * ROUNDED, 0, found)


def _matmul(_: dict, a: Array, b: Array) -> tuple:
    return (_summed(np.matmul, a, b),)


def _conv(attributes: dict, x: Array, kernels: Array) -> tuple:
    """Compute a convolution of images without a bias; groups and dilations have been refused."""
    side_y, side_x = kernels.shape[2:]
    top, left, bottom, right = attributes.get("pads") or (0, 0, 0, 0)
    step_y, step_x = attributes.get("strides") or (1, 1)
    padded = np.pad(x, [(0, 0), (0, 0), (top, bottom), (left, right)])
    views = sliding_window_view(padded, (side_y, side_x), axis=(2, 3))[:, :, ::step_y, ::step_x]

    def product(seen: Array, weights: Array) -> Array:
        return np.einsum("ncyxji,ocji->noyx", seen, weights, optimize=True)

    return (_summed(product, views, kernels),)


def _max_pool(attributes: dict, x: Array) -> tuple:
    side_y, side_x = attributes["kernel_shape"]
    step_y, step_x = attributes.get("strides") or (1, 1)
    if any(attributes.get("pads") or ()):
        raise DataError("MaxPool with pads is not executed")
    views = sliding_window_view(x, (side_y, side_x), axis=(2, 3))[:, :, ::step_y, ::step_x]
    return (views.max(axis=(4, 5)),)


def _mean(squares: Array, axes: tuple[int, ...], *, keep: bool) -> Array:
    """Return averages: the sum, as a float32 holds it, over how many there are."""
    count = squares.dtype.type(np.prod([squares.shape[axis] for axis in axes]))
    sums = squares.astype(np.float64).sum(axis=axes, keepdims=keep)
    return sums.astype(squares.dtype) / count


def _average_pool(attributes: dict, x: Array) -> tuple:
    """Compute averages of squares; zeros around an image count, and others have been refused."""
    side_y, side_x = attributes["kernel_shape"]
    top, left, bottom, right = attributes.get("pads") or (0, 0, 0, 0)
    if any((top, left, bottom, right)) and not attributes.get("count_include_pad", 0):
        raise DataError("AveragePool with pads that do not count is not executed")
    step_y, step_x = attributes.get("strides") or (1, 1)
    padded = np.pad(x, [(0, 0), (0, 0), (top, bottom), (left, right)])
    views = sliding_window_view(padded, (side_y, side_x), axis=(2, 3))[:, :, ::step_y, ::step_x]
    return (_mean(views, (4, 5), keep=False),)


def _global_average(_: dict, x: Array) -> tuple:
    return (_mean(x, (2, 3), keep=True),)


def _reduce_mean(attributes: dict, x: Array, axes: Array | None = None) -> tuple:
    """Compute averages over axes, which stay as axes of one: `read` has a Squeeze for others."""
    found = tuple(axis % x.ndim for axis in _axes(attributes, axes) or (0,))
    if 0 in found:
        raise DataError("ReduceMean over the batch, or over all axes, is not executed")
    return (_mean(x, found, keep=True),)


def _batch_norm(attributes: dict, x: Array, gain: Array, bias: Array, mean: Array, variance: Array) -> tuple:
    by_channel = [part.astype(F).reshape(-1, *[1] * (x.ndim - 2)) for part in (gain, bias, mean, variance)]
    gain, bias, mean, variance = by_channel
    root = np.sqrt(variance + F(attributes.get("epsilon", 1e-5)))
    return ((x - mean) / root * gain + bias,)


def _clip(attributes: dict, x: Array, low: Array | None = None, high: Array | None = None) -> tuple:
    low = attributes.get("min") if low is None else low
    high = attributes.get("max") if high is None else high
    x = x if low is None else np.maximum(x, F(low))
    return (x if high is None else np.minimum(x, F(high)),)


def _flatten(attributes: dict, x: Array) -> tuple:
    axis = attributes.get("axis", 1)
    return (x.reshape(int(np.prod(x.shape[:axis])), -1),)


def _reshape(_: dict, x: Array, shape: Array) -> tuple:
    kept = [x.shape[n] if size == 0 else int(size) for n, size in enumerate(shape)]
    return (x.reshape(kept),)


def _transpose(attributes: dict, x: Array) -> tuple:
    return (x.transpose(attributes.get("perm") or range(x.ndim)[::-1]),)


def _axes(attributes: dict, axes: Array | None) -> tuple[int, ...] | None:
    found = attributes.get("axes") if axes is None else np.ravel(axes).tolist()
    return None if found is None else tuple(found)


def _squeeze(attributes: dict, x: Array, axes: Array | None = None) -> tuple:
    return (np.squeeze(x, _axes(attributes, axes)),)


def _unsqueeze(attributes: dict, x: Array, axes: Array | None = None) -> tuple:
    return (np.expand_dims(x, _axes(attributes, axes) or ()),)


def _gather(attributes: dict, x: Array, index: Array) -> tuple:
    return (np.take(x, index, axis=attributes.get("axis", 0)),)


def _concat(attributes: dict, *parts: Array) -> tuple:
    return (np.concatenate(parts, axis=attributes["axis"]),)


#: What a Cast may make, by the number that ONNX has for it.
CASTS = {1: np.float32, 6: np.int32, 7: np.int64}


def _cast(attributes: dict, x: Array) -> tuple:
    if attributes["to"] not in CASTS:
        raise DataError(f"Cast to type {attributes['to']} is not executed")
    return (x.astype(CASTS[attributes["to"]]),)


def _same(_: dict, x: Array, *__: Array) -> tuple:
    return (x,)


def _arg_max(attributes: dict, x: Array) -> tuple:
    axis = attributes.get("axis", 0)
    found = np.argmax(x, axis=axis)
    return (np.expand_dims(found, axis) if attributes.get("keepdims", 1) else found,)


def _top(attributes: dict, x: Array, count: Array | None = None) -> tuple:
    axis = attributes.get("axis", -1)
    most = int(np.ravel(attributes["k"] if count is None else count)[0])
    order = np.argsort(-x, axis=axis, kind="stable").take(range(most), axis=axis)
    return np.take_along_axis(x, order, axis), order


def _softmax(attributes: dict, x: Array) -> tuple:
    powers = np.exp(x - x.max(axis=attributes.get("axis", -1), keepdims=True))
    return (powers / powers.sum(axis=attributes.get("axis", -1), keepdims=True),)


OPERATORS: dict[str, Operator] = {
    **{name: _float(function) for name, function in (
        ("Add", np.add), ("Sub", np.subtract), ("Mul", np.multiply), ("Div", _div), ("Pow", np.power),
        ("Neg", np.negative), ("Sqrt", np.sqrt), ("Sign", np.sign), ("Floor", np.floor), ("Ceil", np.ceil),
        ("Round", np.rint), ("Relu", lambda x: np.maximum(x, 0)),
    )},
    "Max": _all(np.maximum), "Min": _all(np.minimum),
    **QUANTISERS,
    "ArgMax": _arg_max, "AveragePool": _average_pool, "BatchNormalization": _batch_norm, "Cast": _cast,
    "Clip": _clip, "Concat": _concat, "Conv": _conv, "Dropout": _same, "Flatten": _flatten, "Gather": _gather,
    "GlobalAveragePool": _global_average, "Identity": _same,
    "MatMul": _matmul, "MaxPool": _max_pool, "ReduceMean": _reduce_mean, "Reshape": _reshape,
    "Shape": lambda _, x: (np.array(x.shape, np.int64),), "Softmax": _softmax, "Squeeze": _squeeze,
    "TopK": _top, "Transpose": _transpose, "Unsqueeze": _unsqueeze,
}  # fmt: skip
