"""Rounding is the hardware's; gradients go straight through where the hardware can follow."""

import pytest
import torch

from accelgen.train.quantise import (
    clamp_shadow_,
    fire,
    floor_through,
    quantise_weights,
    requantise,
    round_through,
    start_values,
)


def gradient(function, values):
    """Return the values and the gradient of the sum of ``function`` at ``values``."""
    x = torch.tensor(values, requires_grad=True)
    y = function(x)
    y.sum().backward()
    return y.tolist(), x.grad.tolist()


def test_rounding_passes_the_gradient_unchanged():
    assert gradient(round_through, [-1.6, 0.4, 7.0]) == ([-2, 0, 7], [1, 1, 1])


def test_rounding_down_passes_the_gradient_unchanged():
    assert gradient(floor_through, [-1.6, 0.4, 7.0]) == ([-2, 0, 7], [1, 1, 1])


def test_a_spike_has_the_gradient_of_a_box_and_a_tie_fires():
    values, found = gradient(lambda x: fire(x, 4.0), [-9.0, -3.0, -0.5, 0.0, 3.0, 9.0])
    assert values == [0, 0, 0, 1, 1, 1]
    assert found == [0, 1 / 8, 1 / 8, 1 / 8, 1 / 8, 0]


@pytest.mark.parametrize(
    ("bits", "wanted"),
    [(1, [-1, -1, 1, 1, 1]), (2, [-2, -1, 0, 1, 1]), (3, [-3, -1, 0, 1, 3]), (4, [-3, -1, 0, 1, 5])],
)
def test_weights_take_the_values_of_their_bits(bits, wanted):
    assert quantise_weights(torch.tensor([-3.2, -0.6, 0.0, 1.2, 5.4]), bits).tolist() == wanted


def test_weights_outside_their_range_have_no_gradient():
    assert gradient(lambda w: quantise_weights(w, 2), [-2.5, -1.4, 0.9, 1.5])[1] == [0, 1, 1, 0]
    assert gradient(lambda w: quantise_weights(w, 1), [-1.5, -0.4, 0.9, 1.5])[1] == [0, 1, 1, 0]


def test_shadow_weights_are_pulled_back_into_range():
    shadow = torch.tensor([-9.0, 0.3, 9.0])
    clamp_shadow_(shadow, 3)
    assert shadow.tolist() == pytest.approx([-4, 0.3, 3])


def test_activations_round_down_and_saturate():
    half = torch.tensor([-0.5])  # with a step of one, nothing is added to the sums
    values, gradients = gradient(
        lambda x: requantise(x[:, None], half, torch.zeros(1), 1.0, 2), [-0.1, 0.0, 1.99, 3.0, 3.9, 4.5]
    )
    assert values == [[0], [0], [1], [3], [3], [3]]
    assert gradients == [0, 1, 1, 1, 1, 0]


def spelled_out(acc, beta, mean, step, bits):
    """Return what `requantise` does, in operations of which autograd keeps account."""
    x = (acc + round_through((beta + 0.5) * step - mean)) / step
    inside = x.clamp(0, 1 << bits)
    return inside + (x.floor().clamp(0, (1 << bits) - 1) - inside).detach()


@pytest.mark.parametrize("of_batch", [False, True])
@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("shape", [(40, 5), (6, 4, 3, 5)])
def test_requantising_has_the_gradients_of_its_equations(monkeypatch, of_batch, small, shape):
    if not small:
        monkeypatch.setattr("accelgen.train.quantise.SMALL", 0)
    generator = torch.Generator().manual_seed(3)
    acc = torch.randint(-60, 90, shape, generator=generator).float()
    beta, weights = torch.randn(5, generator=generator), torch.randn(shape, generator=generator)
    found = []
    for function in (spelled_out, requantise):
        a, b = acc.clone().requires_grad_(), beta.clone().requires_grad_()
        mean = a.flatten(0, -2).mean(0) if of_batch else torch.arange(5.0)
        if function is requantise:
            y = requantise(a, b, mean.detach(), 16.0, 3, of_batch=of_batch)
        else:
            y = spelled_out(a, b, mean, 16.0, 3)
        (y * weights).sum().backward()
        found.append((y, a.grad, b.grad))
    for wanted, got in zip(*found, strict=True):
        assert torch.allclose(wanted, got, atol=1e-6)
    assert 0 < (found[0][1] == 0).float().mean() < 1 or of_batch


def test_start_values_are_whole_and_hold_the_half():
    assert start_values(torch.tensor([0.0, 0.25]), torch.tensor([0.4, -3.0]), 8.0).tolist() == [4, 9]
