"""Block-sparse products, and chains of layers of them: each is one operation with gradients of its own.

Autograd would take a dozen for each product, and keep what lies between them. Samples vary fastest in memory
here, so that to gather a block is to copy one piece of it. What is returned lies so, too: a layer that it
enters has nothing to turn around. The gradient of what enters lies as that does.

All sums run over the same factors in the same order as autograd's would: they are the same to the last bit.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from accelgen.network.blocks import code_range
from accelgen.train.quantise import divided, fractions, levels, passed, rounded

__all__ = ["BlockProduct", "Chain", "Kept", "Settings"]


class BlockProduct(torch.autograd.Function):
    """One small dense product per block row, over the inputs that the row sees."""

    @staticmethod
    def forward(ctx, x: Tensor, codes: Tensor, index: Tensor) -> Tensor:
        """Return float[n, rows * block_out].

        Of ``x`` float[n, columns * block_in] and ``codes`` float[rows, kept, block_out, block_in], which
        stand in the columns ``index`` int64[rows, kept].
        """
        sums, seen, matrices = _product(x, codes, index)
        ctx.save_for_backward(seen, matrices, index)
        ctx.columns, ctx.turn = x.shape[1] // codes.shape[3], x.is_contiguous()
        return sums

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of inputs and codes."""
        seen, matrices, index = ctx.saved_tensors
        of_rows = gradient.t().view(*matrices.shape[:2], -1)
        of_x = of_codes = None
        if ctx.needs_input_grad[1]:
            of_codes = _of_codes(of_rows, seen, index)
        if ctx.needs_input_grad[0]:
            of_x = _of_x(of_rows, matrices, Kept(index, None), ctx.columns, turn=ctx.turn)
        return of_x, of_codes, None


class Kept(NamedTuple):
    """Which blocks a layer keeps.

    Attributes
    ----------
    places : int64[rows, kept]
        Their columns.
    source : int64[columns] or None
        Where each column stands among them, and behind its end if nowhere; None if one stands there twice.
    """

    places: Tensor
    source: Tensor | None

    @classmethod
    def of(cls, index: Tensor, columns: int) -> Kept:
        """Return what there is to know of an ``index`` int64[rows, kept] of so many columns."""
        places = index.flatten().cpu()
        if len(places.unique()) < len(places):
            return cls(index, None)
        source = torch.full((columns,), len(places))
        source[places] = torch.arange(len(places))
        return cls(index, source.to(index.device))


class Settings(NamedTuple):
    """What a layer computes with, and no gradient moves.

    Attributes
    ----------
    kept : Kept
        Its blocks.
    weight_bits : int
        Of a weight.
    inside : bool
        All shadow weights are in the range of their codes.
    bits : int
        Of an activation that leaves.
    step : float
        Sums from one activation to the next.
    mean : float[features] or None
        The running mean of the sums of a layer that requantises; None if scores leave.
    momentum : float
        How fast it follows that of the batch, which is then subtracted; 0 if it is frozen.
    factor : float scalar
        What turns beta into start values of scores; 1 of activations.
    """

    kept: Kept
    weight_bits: int
    inside: bool
    bits: int = 0
    step: float = 1.0
    mean: Tensor | None = None
    momentum: float = 0.0
    factor: Tensor | float = 1.0


class Chain(torch.autograd.Function):
    """Some layers that requantise, and a last one that gives scores, from shadow weights.

    What lies between them belongs to nobody else, so gradients are written over each other.
    """

    @staticmethod
    def forward(
        ctx, x: Tensor, active: Tensor | None, priced: bool, layers: list[Settings], *moved: Tensor
    ) -> tuple[Tensor, Tensor | None]:
        """Return whole scores float[n, outputs], and ``active`` with the activations added.

        Those are a scalar: the mean of each layer, as a share of its largest activation. None are added
        unless they are ``priced``. ``x`` are inputs float[n, columns * block_in], and ``moved`` the shadow
        weights float[rows, kept, block_out, block_in] and beta float[features] of each layer.
        """
        ctx.layers, ctx.priced, ctx.lies = layers, priced, []
        saved: list[Tensor] = []
        for layer, shadow, beta in zip(layers, moved[::2], moved[1::2], strict=True):
            ctx.lies.append((x.shape[1] // shadow.shape[3], x.is_contiguous()))
            codes = rounded(shadow, layer.weight_bits, inside=layer.inside)
            acc, seen, matrices = _product(x, codes, layer.kept.places)
            saved += [seen, matrices, shadow]
            if layer.mean is None:
                x = acc.contiguous().add_((beta * layer.factor).round_())
                continue
            mean = layer.mean
            if layer.momentum:
                mean = acc.mean(0)
                layer.mean.lerp_(mean, layer.momentum)
            steps = fractions(acc, beta, mean, layer.step, out=acc)
            saved.append(steps)
            x = levels(steps, layer.bits)
            if priced:
                share = x.mean().div_((1 << layer.bits) - 1)
                active = share if active is None else active + share
        ctx.save_for_backward(*saved)
        return x, active

    @staticmethod
    def backward(ctx, gradient: Tensor, of_active: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of inputs, activations, and what moves."""
        saved = list(ctx.saved_tensors)
        found: list[Tensor] = []
        for number in reversed(range(len(ctx.layers))):
            layer = ctx.layers[number]
            steps = saved.pop() if layer.mean is not None else None
            shadow, matrices, seen = saved.pop(), saved.pop(), saved.pop()
            if steps is None:
                of_beta = gradient.sum(0) * layer.factor
            else:
                if ctx.priced:
                    gradient.add_((of_active / ((1 << layer.bits) - 1)).div_(steps.numel()))
                passed(gradient, steps, 0, 1 << layer.bits, out=gradient)
                gradient, of_beta = divided(gradient, layer.step, of_batch=layer.momentum > 0)
            of_rows = gradient.t().view(*matrices.shape[:2], -1)
            of_shadow = _of_codes(of_rows, seen, layer.kept.places)
            if not layer.inside:
                of_shadow = passed(of_shadow, shadow, *code_range(layer.weight_bits))
            found += [of_beta, of_shadow]
            if number or ctx.needs_input_grad[0]:
                columns, turn = ctx.lies[number]
                gradient = _of_x(of_rows, matrices, layer.kept, columns, turn=turn)
        of_x = gradient if ctx.needs_input_grad[0] else None
        of_before = of_active if ctx.needs_input_grad[1] else None
        return of_x, of_before, None, None, *reversed(found)


def _product(x: Tensor, codes: Tensor, index: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the sums [n, rows * block_out], and their factors as the gradients need them.

    Those are inputs float[rows, kept * block_in, n], and weights float[rows, block_out, kept * block_in].
    """
    rows, kept, block_out, block_in = codes.shape
    n = x.shape[0]
    seen = x.t().reshape(-1, block_in * n).index_select(0, index.view(-1)).view(rows, kept * block_in, n)
    matrices = codes.transpose(1, 2).reshape(rows, block_out, kept * block_in)
    if torch.is_autocast_enabled(x.device.type):
        with torch.autocast(x.device.type, enabled=False):  # too small to be faster in bfloat16
            sums = torch.bmm(matrices, seen)
    else:
        sums = torch.bmm(matrices, seen)
    return sums.view(rows * block_out, n).t(), seen, matrices


def _of_codes(of_rows: Tensor, seen: Tensor, index: Tensor) -> Tensor:
    """Return the gradient of the codes, [rows, kept, block_out, block_in], from that of the sums."""
    made = torch.bmm(of_rows, seen.mT)
    return made.view(*made.shape[:2], index.shape[1], -1).transpose(1, 2)


def _of_x(of_rows: Tensor, matrices: Tensor, kept: Kept, columns: int, *, turn: bool) -> Tensor:
    """Return the gradient of the inputs, [n, columns * block_in], from that of the sums."""
    (index, source), (rows, _, n) = kept, of_rows.shape
    blocks, wide = index.numel(), matrices.shape[2] * n // index.shape[1]
    if source is not None:
        # No column is seen twice: nothing is added up. The row behind the last one is of those never seen.
        of_seen = matrices.new_empty(blocks + 1, wide)
        torch.bmm(matrices.mT, of_rows, out=of_seen[:-1].view(rows, -1, n))
        of_seen[-1].zero_()
        of_x = of_seen.index_select(0, source)
    else:
        of_seen = torch.bmm(matrices.mT, of_rows).view(blocks, wide)
        of_x = of_seen.new_zeros(columns, wide).index_add_(0, index.view(-1), of_seen)
    of_x = of_x.view(-1, n).t()
    return of_x.contiguous() if turn else of_x
