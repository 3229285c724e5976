"""Rounding with a gradient: the straight-through estimators of training.

Everything here is a float tensor that holds integers, in units of one step. The forward pass rounds as
the hardware does; the backward pass pretends that nothing was rounded, inside the range that the
hardware can hold, and is zero outside (Bengio et al., arXiv 1308.3432).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

from accelgen.network.blocks import code_range

__all__ = [
    "clamp_shadow_",
    "divided",
    "fire",
    "floor_through",
    "fractions",
    "levels",
    "mean",
    "passed",
    "quantise_weights",
    "requantise",
    "round_through",
    "rounded",
    "start_values",
]

#: Elements up to which speed counts for more than memory.
SMALL = 1 << 24
#: The smallest float that is no denormal.
TINY = float(np.finfo(np.float32).tiny)


def round_through(x: Tensor) -> Tensor:
    """Round ``x`` float[...] to the nearest integer; the gradient passes unchanged."""
    return x + (x.round() - x).detach()


def floor_through(x: Tensor) -> Tensor:
    """Round ``x`` float[...] down; the gradient passes unchanged."""
    return x + (x.floor() - x).detach()


def fire(x: Tensor, half: float) -> Tensor:
    """Return the spikes of neurons whose membranes are ``x`` above their threshold.

    Parameters
    ----------
    x : float[...]
        Membrane less threshold; 0 fires.
    half : float
        Half the width of the box, above 0.

    Returns
    -------
    float[...]
        1 where ``x >= 0``, else 0; the gradient is that of a ramp of the box's width around the threshold,
        ``1 / (2 half)`` where ``|x| <= half`` and 0 elsewhere (Yin et al., arXiv 1709.06206).
    """
    ramp = (x / (2 * half)).clamp(-0.5, 0.5)
    return ramp + ((x >= 0).to(x.dtype) - ramp).detach()


def quantise_weights(shadow: Tensor, bits: int) -> Tensor:
    """Return the integer weights of ``bits`` bits that stand for ``shadow``.

    Parameters
    ----------
    shadow : float[...]
        Weights in steps of one.
    bits : int
        1 to 8. One bit gives -1 or +1 (zero counts as +1), more give two's complement.

    Returns
    -------
    float[...]
        Integers of `code_range`. The gradient with respect to ``shadow`` is 1 inside the range, 0 outside.
    """
    return _QuantiseWeights.apply(shadow, bits)


def clamp_shadow_(shadow: Tensor, bits: int) -> None:
    """Pull ``shadow`` float[...] back into `code_range`: no weight drifts where its gradient is zero."""
    shadow.detach().clamp_(*code_range(bits))


def requantise(
    acc: Tensor, beta: Tensor, mean: Tensor, step: float, bits: int, *, of_batch: bool = False
) -> Tensor:
    """Return ``clamp(floor((acc + bias) / step), 0, 2**bits - 1)``, with the ``bias`` of `start_values`.

    Parameters
    ----------
    acc : float[..., features]
        Sums.
    beta, mean : float[features]
        See `start_values`.
    step : float
        ``2**shift``.
    bits : int
        1 to 8.
    of_batch : bool
        ``mean`` is that of ``acc``, and a gradient passes through it.

    Returns
    -------
    float[..., features]
        Integers of 0 to ``2**bits - 1``; the gradient is that of the fraction where it is 0 to ``2**bits``,
        and 0 elsewhere.
    """
    return _Requantise.apply(acc, beta, mean, step, bits, of_batch)


def start_values(beta: Tensor, mean: Tensor, step: float) -> Tensor:
    """Return ``round((beta + 1/2) step - mean)``, float[features]: the half rounds to nearest."""
    return ((beta + 0.5) * step - mean).round()


def mean(x: Tensor) -> Tensor:
    """Return the mean of ``x`` float[...], a scalar; its gradient is one number, and takes no memory."""
    return _Mean.apply(x)


class _Mean(torch.autograd.Function):
    """Autograd's own gradient is as large as ``x``, and lies in another way than ``x`` may."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        ctx.shape, ctx.elements = x.shape, x.numel()
        return x.mean()

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        return (gradient / ctx.elements).expand(ctx.shape)


class _QuantiseWeights(torch.autograd.Function):
    """Written out: one call for five of autograd's."""

    @staticmethod
    def forward(ctx, shadow: Tensor, bits: int) -> Tensor:
        ctx.save_for_backward(shadow)
        ctx.ends = code_range(bits)
        return rounded(shadow, bits)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        return passed(gradient, ctx.saved_tensors[0], *ctx.ends), None


class _Requantise(torch.autograd.Function):
    """Written out: a dozen calls less, and autograd would keep more than a convolution has memory for."""

    @staticmethod
    def forward(
        ctx, acc: Tensor, beta: Tensor, mean: Tensor, step: float, bits: int, of_batch: bool
    ) -> Tensor:
        x = fractions(acc, beta, mean, step)
        ctx.step, ctx.bits, ctx.of_batch = step, bits, of_batch
        # Fractions are faster to go back through, and four times as large as what is kept of them.
        ctx.save_for_backward(x if x.numel() <= SMALL else (x >= 0) & (x <= 1 << bits))
        return levels(x, bits)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, ...]:
        (kept,) = ctx.saved_tensors
        bools = kept.dtype == torch.bool
        inside = gradient * kept if bools else passed(gradient, kept, 0, 1 << ctx.bits)
        of_acc, of_beta = divided(inside, ctx.step, of_batch=ctx.of_batch)
        return of_acc, of_beta, None, None, None, None


def rounded(shadow: Tensor, bits: int, *, inside: bool = False) -> Tensor:
    """Return what `quantise_weights` does, without a gradient; ``inside`` says that none is out of range."""
    if bits == 1:
        return torch.where(shadow >= 0, 1.0, -1.0)
    return shadow.round() if inside else shadow.clamp(*code_range(bits)).round_()


def fractions(acc: Tensor, beta: Tensor, mean: Tensor, step: float, *, out: Tensor | None = None) -> Tensor:
    """Return ``(acc + bias) / step``, float[..., features], with the ``bias`` of `start_values`.

    It is written into ``out``, which may be ``acc``.
    """
    # The same bits in fewer calls: a power of two, or a sign, changes nothing of what is rounded.
    start = torch.sub(mean, beta + 0.5, alpha=step).round_().mul_(-1 / step)
    return torch.add(start, acc, alpha=1 / step, out=out)


def levels(steps: Tensor, bits: int) -> Tensor:
    """Return the activations of ``bits`` bits of what `fractions` returns."""
    return steps.floor().clamp_(0, (1 << bits) - 1)


def divided(inside: Tensor, step: float, *, of_batch: bool) -> tuple[Tensor, Tensor]:
    """Return the gradients of sums float[..., features] and of beta float[features].

    ``inside`` float[..., features] is that of their fractions, and is written over.
    """
    # Sample by sample, however they lie: the order in which fractions are added up is part of the result.
    of_beta = inside.contiguous().sum(0) if inside.dim() == 2 else inside.sum_to_size(inside.shape[-1:])
    if not of_batch:
        return inside.mul_(1 / step), of_beta
    # One rounding, as if each had been divided by the step, a power of two, before they were added up.
    less = of_beta * (-1 / step) / (inside.numel() // len(of_beta))
    return torch.add(less, inside, alpha=1 / step, out=inside), of_beta


def passed(gradient: Tensor, x: Tensor, low: int, high: int, *, out: Tensor | None = None) -> Tensor:
    """Return ``gradient`` float[...] where ``low <= x <= high``, and 0 elsewhere.

    It is written into ``out``, which may be ``gradient``.
    """
    # One pass for the three of comparing, comparing and multiplying.
    ends = _around(low, high)
    if out is not None:
        return torch.ops.aten.hardtanh_backward.grad_input(gradient, x, *ends, grad_input=out)
    return torch.ops.aten.hardtanh_backward(gradient, x, *ends)


@cache
def _around(low: int, high: int) -> tuple[float, float]:
    """Return the floats next to a range, outside: `passed` leaves the ends out, so they move."""
    below = float(np.nextafter(np.float32(low), np.float32(-np.inf))) if low else -TINY
    return below, float(np.nextafter(np.float32(high), np.float32(np.inf)))
