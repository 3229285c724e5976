"""Sums of products of whole numbers: the same by whichever instructions are the fastest.

Activations and weights have 8 bits at most. They are exact as bytes and in bfloat16, and their sums are exact
in int32, and in float32 up to 2**24: the order in which they are added up, and the instructions that do it,
change nothing. Gradients are fractions, which every order and every instruction rounds in its own way.

Under ``torch.autocast`` sums stay exact, which torch's own layers would round to the 8 bits of a bfloat16.
What gradients are made of is rounded to bfloat16 there, and so are they.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import conv2d

__all__ = ["add_up", "convolve", "reduced"]

#: Input channels from which on a convolution of bytes, or of bfloat16, is faster than one of floats.
CHANNELS = 16

Pair = tuple[int, int]


def reduced(x: Tensor) -> bool:
    """Return whether ``x`` is under ``torch.autocast``, so that factors of gradients may be rounded."""
    return torch.is_autocast_enabled(x.device.type)


def add_up(a: Tensor, b: Tensor) -> Tensor:
    """Return ``a @ b`` of whole numbers of at most 8 bits, exact under ``torch.autocast`` too."""
    return _Product.apply(a, b) if reduced(a) else a @ b


def convolve(
    x: Tensor, weights: Tensor, stride: Pair, padding: Pair, groups: int = 1, *, codes: bool = False
) -> Tensor:
    """Return the sums of a convolution, as ``conv2d`` does, exact under ``torch.autocast`` too.

    Parameters
    ----------
    x : float[n, channels, height, width]
        Activations, of at most 8 bits.
    weights : float[outputs, channels // groups, kernel height, kernel width]
        Whole numbers of -128 to 127.
    stride, padding : (int, int)
        Down and across.
    groups : int
        Groups of channels that see nothing of each other.
    codes : bool
        Activations are known to be whole numbers of 0 to 255, which bytes can hold.

    Returns
    -------
    float[n, outputs, rows, columns]
    """
    small = codes and x.device.type == "cpu" and weights.shape[1] >= CHANNELS and _bytes_are_fast()
    return _Convolution.apply(x, weights, stride, padding, groups, small)


class _Product(torch.autograd.Function):
    """A product of matrices with exact sums and rounded gradients."""

    @staticmethod
    def forward(ctx, a: Tensor, b: Tensor) -> Tensor:
        ctx.save_for_backward(a, b)
        with _exact(a, few=False):
            return a @ b

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, ...]:
        a, b, gradient = (factor.bfloat16() for factor in (*ctx.saved_tensors, gradient))
        of_a = (gradient @ b.mT).float() if ctx.needs_input_grad[0] else None
        of_b = (a.mT @ gradient).float() if ctx.needs_input_grad[1] else None
        return of_a, of_b


class _Convolution(torch.autograd.Function):
    """A convolution whose forward pass may be one of bytes."""

    @staticmethod
    def forward(
        ctx, x: Tensor, weights: Tensor, stride: Pair, padding: Pair, groups: int, small: bool
    ) -> Tensor:
        ctx.window, ctx.rounded = (stride, padding, groups), reduced(x)
        kept = x.to(torch.uint8) if small else x
        ctx.save_for_backward(kept if ctx.rounded else x, weights)
        if small:
            return _of_bytes(kept, weights, stride, padding, groups)
        with _exact(x, few=weights.shape[1] < CHANNELS) if ctx.rounded else nullcontext():
            return conv2d(x, weights, stride=stride, padding=padding, groups=groups)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, ...]:
        (stride, padding, groups), wanted = ctx.window, (*ctx.needs_input_grad[:2], False)
        factors = gradient, *ctx.saved_tensors
        if ctx.rounded:
            factors = tuple(factor.bfloat16() for factor in factors)
        found = torch.ops.aten.convolution_backward(
            *factors, None, stride, padding, (1, 1), False, (0, 0), groups, wanted
        )
        of_x, of_weights = (None if of is None else of.float() for of in found[:2])
        return of_x, of_weights, None, None, None, None


@contextmanager
def _exact(x: Tensor, *, few: bool) -> Iterator[None]:
    """Let factors be rounded to what holds 8 bits, and sums not at all, while the block runs.

    Of ``few`` channels they are not: that would take longer.
    """
    # torch's own annotations leave out what its modules of backends have.
    backends: Any = torch.backends
    kinds = {
        backends.mkldnn.matmul: "bf16",
        backends.mkldnn.conv: "bf16",
        backends.cuda.matmul: "tf32",
        backends.cudnn.conv: "tf32",
    }
    before = [kind.fp32_precision for kind in kinds]
    try:
        for kind, precision in kinds.items():
            kind.fp32_precision = "ieee" if few else precision
        with torch.autocast(x.device.type, enabled=False):
            yield
    finally:
        for kind, precision in zip(kinds, before, strict=True):
            kind.fp32_precision = precision


@cache
def _bytes_are_fast() -> bool:
    """Return whether this processor adds up products of bytes in int32; older ones saturate at int16."""
    return torch.cpu._is_vnni_supported() and hasattr(torch.ops.onednn, "qconv2d_pointwise")


def _of_bytes(x: Tensor, weights: Tensor, stride: Pair, padding: Pair, groups: int) -> Tensor:
    """Return `convolve` of uint8 activations."""
    ones, zeros = torch.ones(len(weights)), torch.zeros(len(weights), dtype=torch.int64)
    window, onednn = (stride, padding, (1, 1), groups), torch.ops.onednn
    packed = onednn.qconv_prepack(weights.to(torch.int8), ones, 1.0, 0, *window, list(x.shape))
    return onednn.qconv2d_pointwise(
        x, 1.0, 0, packed, ones, zeros, None, *window, 1.0, 0, torch.float32, "none", [], ""
    )
