"""Rounding with a gradient: the straight-through estimators of training.

Everything here is a float tensor that holds integers, in units of one step. The forward pass rounds as
the hardware does; the backward pass pretends that nothing was rounded, inside the range that the
hardware can hold, and is zero outside (Bengio et al., arXiv 1308.3432).
"""

from __future__ import annotations

import torch
from torch import Tensor

from accelgen.network.blocks import code_range

__all__ = ["clamp_activation", "clamp_shadow_", "fire", "floor_through", "quantise_weights", "round_through"]


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
        1 to 4. One bit gives -1 or +1 (zero counts as +1), more give two's complement.

    Returns
    -------
    float[...]
        Integers of `code_range`. The gradient with respect to ``shadow`` is 1 inside the range, 0 outside.
    """
    low, high = code_range(bits)
    inside = shadow.clamp(low, high)
    codes = torch.where(inside >= 0, 1.0, -1.0) if bits == 1 else inside.round()
    return inside + (codes - inside).detach()


@torch.no_grad()
def clamp_shadow_(shadow: Tensor, bits: int) -> None:
    """Pull ``shadow`` float[...] back into `code_range`: no weight drifts where its gradient is zero."""
    shadow.clamp_(*code_range(bits))


def clamp_activation(x: Tensor, bits: int) -> Tensor:
    """Return ``clamp(floor(x), 0, 2**bits - 1)``.

    Parameters
    ----------
    x : float[...]
        Accumulator over ``2**shift``, the rounding half included.
    bits : int
        1 to 8.

    Returns
    -------
    float[...]
        Integers of 0 to ``2**bits - 1``; the gradient is 1 where ``0 <= x <= 2**bits``, 0 elsewhere.
    """
    return _ClampActivation.apply(x, bits)


class _ClampActivation(torch.autograd.Function):
    """Written out, because what autograd would keep of each step is most of a convolution's memory."""

    @staticmethod
    def forward(ctx, x: Tensor, bits: int) -> Tensor:
        ctx.save_for_backward((x >= 0) & (x <= 1 << bits))
        return x.floor().clamp_(0, (1 << bits) - 1)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient * ctx.saved_tensors[0], None
