"""Integers are chosen by the error of what a layer gives."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from accelgen.network.blocks import code_range
from accelgen.nn.fit import Wanted, _activations, fit


def wanted(bits=3, kept=4, activation_bits=4, per_channel=True, spread=1.0):
    generator = torch.Generator().manual_seed(bits)
    mixed = torch.randn(32, 32, generator=generator)
    seen = (torch.randn(600, 32, generator=generator) @ mixed).clamp(0, 15).round()
    weight = torch.randn(24, 32, generator=generator) * torch.linspace(1, spread, 24)[:, None]
    sums = seen @ weight.T + torch.randn(24, generator=generator)
    return Wanted(weight, seen, sums, bits, activation_bits, (8, 8), kept, torch.ones(24), per_channel)


def error(asked, made):
    acc = asked.seen @ made.codes.T
    if asked.activation_bits is None:
        return float(((acc + made.bias) * made.scale - asked.sums).square().mean())
    given = made.unit * _activations(acc, made.bias, made.shift, asked.activation_bits)
    return float((given - asked.sums.relu()).square().mean())


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
@pytest.mark.parametrize("activation_bits", [4, None])
def test_codes_are_those_of_their_bits(bits, activation_bits):
    made = fit(wanted(bits, activation_bits=activation_bits))
    low, high = code_range(bits)
    assert made.codes.min() >= low and made.codes.max() <= high
    assert torch.equal(made.codes, made.codes.round()) and (bits > 1 or (made.codes != 0).all())
    assert (made.scale > 0).all() and (activation_bits or len(made.scale.unique()) == 1)


def test_more_bits_lose_less():
    errors = [error(wanted(3), fit(replace(wanted(3), bits=bits))) for bits in (1, 2, 3, 4)]
    assert errors == sorted(errors, reverse=True) and errors[3] < 0.2 * errors[0]


def test_outputs_of_different_size_gain_from_scales_of_their_own():
    one, each = (wanted(per_channel=scaled, spread=0.05) for scaled in (False, True))
    assert error(each, fit(each)) < 0.8 * error(one, fit(one))


def test_what_is_left_out_is_made_up_for():
    asked = wanted(4, kept=2, activation_bits=None)
    made = fit(asked)
    assert (made.mask.sum(1) == 2).all() and made.mask.shape == (3, 4)
    cut = np.repeat(np.repeat(made.mask, 8, 0), 8, 1)
    assert not made.codes[~torch.from_numpy(cut)].any()
    # The same blocks of the same weights, and nothing else done.
    acc = asked.seen @ (asked.weight * torch.from_numpy(cut)).T
    plain = (acc - acc.mean(0) + asked.sums.mean(0) - asked.sums).square().mean()
    assert error(asked, made) < 0.9 * plain


def test_rounding_one_after_the_other_beats_the_nearest():
    asked = wanted(2, activation_bits=None)
    made = fit(asked)
    nearest = (asked.weight / made.scale[:, None]).round().clamp(-2, 1)
    acc = asked.seen @ nearest.T
    plain = (made.scale * (acc - acc.mean(0)) + asked.sums.mean(0) - asked.sums).square().mean()
    assert error(asked, made) < plain
