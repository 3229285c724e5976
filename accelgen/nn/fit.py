"""Integers for the weights of one layer, chosen by the error of what it gives.

A row of float weights W becomes ``s Q``, with a scale s for each output. A hidden layer has one shift, so
what leaves an output is in units of ``s 2**shift``: the next layer takes that into its own weights, exactly,
because ReLU and max pooling commute with a positive factor. Scores are compared, so they share one scale.

Rounding one weight after the other, the error of each is made up for by those that are still to come
(Frantar et al., GPTQ, arXiv 2210.17323); so is that of blocks that are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from accelgen.network.blocks import code_range
from accelgen.network.rule import MAX_SHIFT
from accelgen.train.mask import spread_mask

__all__ = ["Fitted", "Wanted", "fit"]

#: Scales that are tried, as shares of the one that clips no weight.
SHARES = torch.logspace(-0.85, 0.05, 14, dtype=torch.float32).tolist()
#: Shifts that are tried around the first guess.
SHIFTS = range(-3, 3)
#: Rows of samples that scales are chosen by.
ROWS = 2048
#: Added to the diagonal of the second moments of the inputs, as a share of its mean.
DAMPING = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What a layer is to be.

    Attributes
    ----------
    weight : float[outputs, inputs]
        In units of the integers that enter, padded to whole blocks.
    seen : float[n, inputs]
        Integers that enter, of many samples.
    sums : float[n, outputs]
        What the float layer makes of the same samples, with its bias.
    bits : int
        Of a weight.
    activation_bits : int or None
        Of what leaves; None if these are scores.
    block : (int, int)
        Outputs and inputs of a block.
    kept : int
        Blocks that are kept in a row.
    importance : float[outputs]
        How much an error of each output counts.
    per_channel : bool
        Whether each output may have its own scale.
    again : float
        What a block counts for other rows, once a row has kept it; see `spread_mask`.
    """

    weight: Tensor
    seen: Tensor
    sums: Tensor
    bits: int
    activation_bits: int | None
    block: tuple[int, int]
    kept: int
    importance: Tensor
    per_channel: bool
    again: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The integers.

    Attributes
    ----------
    codes : float[outputs, inputs]
        Integer weights, 0 where no block is kept.
    mask : bool[block_rows, input_blocks]
        Kept blocks.
    scale : float[outputs]
        What a sum of one stands for.
    bias : float[outputs]
        In units of sums, without the half that rounds.
    mean : float[outputs]
        Of the sums.
    shift : int
        Of the requantisation.
    unit : float[outputs]
        What an activation of one stands for.
    """

    codes: Tensor
    mask: np.ndarray
    scale: Tensor
    bias: Tensor
    mean: Tensor
    shift: int
    unit: Tensor


def fit(wanted: Wanted) -> Fitted:
    """Choose mask, scales, shift and integers of a layer."""
    centred = wanted.seen - wanted.seen.mean(0)  # the bias sees to the means
    moments = centred.T @ centred / len(centred)
    moments.diagonal().add_(DAMPING * moments.diagonal().mean() + 1e-9)
    mask = _mask(wanted, moments)
    weight = _made_up(wanted, moments, mask)
    scale, shift = _scales(wanted, weight)
    codes = _rounded(wanted, weight, moments, mask, scale)
    acc = wanted.seen @ codes.T
    mean = acc.mean(0)
    bias = wanted.sums.mean(0) / scale - mean
    unit = scale * 2.0**shift
    if wanted.activation_bits is not None:
        y = _activations(acc, bias, shift, wanted.activation_bits)
        target = wanted.sums.relu()
        power = (y * y).sum(0)
        best = (target * y).sum(0) / power.clamp(min=1e-9)
        unit = torch.where((power > 0) & (best > 0), best, unit)
    return Fitted(codes, mask, scale, bias, mean, shift, unit)


def _activations(acc: Tensor, bias: Tensor, shift: int, bits: int) -> Tensor:
    return ((acc + bias) * 2.0**-shift + 0.5).floor().clamp(0, (1 << bits) - 1)


def _mask(wanted: Wanted, moments: Tensor) -> np.ndarray:
    """Keep the blocks whose weights add most to the sums; rows that agree may have to share them out."""
    out, into = wanted.block
    strength = wanted.weight.square() * moments.diagonal()
    short = -len(strength) % out
    strength = torch.nn.functional.pad(strength, (0, 0, 0, short))
    blocks = strength.view(len(strength) // out, out, -1, into).sum((1, 3))
    return spread_mask(blocks.numpy(), wanted.kept, wanted.again)


def _groups(wanted: Wanted, mask: np.ndarray):
    """Yield outputs, and the inputs they see, for all block rows that see the same."""
    out, into = wanted.block
    patterns, row_of = np.unique(mask, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        rows = np.flatnonzero(np.repeat(row_of.reshape(-1) == number, out)[: len(wanted.weight)])
        columns = np.flatnonzero(np.repeat(pattern, into))
        yield torch.from_numpy(rows), torch.from_numpy(columns)


def _made_up(wanted: Wanted, moments: Tensor, mask: np.ndarray) -> Tensor:
    """Return the weights that are kept, changed so that they do best for what those left out did."""
    if mask.all():
        return wanted.weight.clone()
    weight = torch.zeros_like(wanted.weight)
    for rows, columns in _groups(wanted, mask):
        sees = moments[columns][:, columns]
        does = wanted.weight[rows] @ moments[:, columns]
        weight[rows[:, None], columns] = torch.linalg.solve(sees, does.T).T
    return weight


def _nearest(weight: Tensor, scale: Tensor, bits: int) -> Tensor:
    steps = weight / scale[:, None]
    return torch.where(steps >= 0, 1.0, -1.0) if bits == 1 else steps.round().clamp(*code_range(bits))


def _scales(wanted: Wanted, weight: Tensor) -> tuple[Tensor, int]:
    """Return the scale of each output and the shift, by the error of what leaves."""
    chosen = torch.linspace(0, len(wanted.seen) - 1, min(ROWS, len(wanted.seen))).long()
    seen, sums = wanted.seen[chosen], wanted.sums[chosen]
    largest = max(code_range(wanted.bits)[1], 1) + (0.5 if wanted.bits == 2 else 0)
    whole = weight.abs().amax(1) / largest
    whole = torch.where(whole > 0, whole, whole.mean().clamp(min=1e-9))
    if not wanted.per_channel or wanted.activation_bits is None:
        whole = whole.amax().expand_as(whole)
    bits, present = wanted.activation_bits, weight != 0
    first = 0
    if bits is not None:
        # The largest activation stands for about the largest sum, of outputs that have any.
        reach = sums.amax(0) / (whole * ((1 << bits) - 1))
        first = round(float(reach[reach > 0].log2().median())) if (reach > 0).any() else 0
    shifts = [0] if bits is None else sorted({min(max(first + more, 0), MAX_SHIFT) for more in SHIFTS})
    errors = torch.empty(len(shifts), len(SHARES), len(weight))
    for column, share in enumerate(SHARES):
        scale = whole * share
        acc = seen @ (_nearest(weight, scale, wanted.bits) * present).T
        bias = sums.mean(0) / scale - acc.mean(0)
        for row, shift in enumerate(shifts):
            if bits is None:
                errors[row, column] = (scale * (acc + bias) - sums).square().mean(0)
            else:
                given = scale * 2.0**shift * _activations(acc, bias, shift, bits)
                errors[row, column] = (given - sums.relu()).square().mean(0)
    errors *= wanted.importance
    if wanted.per_channel and bits is not None:
        best, share = errors.min(1)
        row = int(best.sum(1).argmin())
        return whole * torch.tensor(SHARES)[share[row]], shifts[row]
    row, column = divmod(int(errors.sum(2).argmin()), len(SHARES))
    return whole * SHARES[column], shifts[row]


def _rounded(wanted: Wanted, weight: Tensor, moments: Tensor, mask: np.ndarray, scale: Tensor) -> Tensor:
    """Round one input after the other; those to come make up for what each has lost."""
    codes = torch.zeros_like(weight)
    for rows, columns in _groups(wanted, mask):
        left, steps = weight[rows][:, columns].double(), scale[rows].double()
        inverse = torch.linalg.inv(moments[columns][:, columns].double())
        factor = torch.linalg.cholesky(inverse, upper=True)
        made = torch.empty_like(left)
        for place in range(len(columns)):
            made[:, place] = _nearest(left[:, place : place + 1], steps, wanted.bits)[:, 0]
            lost = (left[:, place] - made[:, place] * steps) / factor[place, place]
            left[:, place + 1 :] -= lost[:, None] * factor[place, place + 1 :]
        codes[rows[:, None], columns] = made.float()
    return codes
