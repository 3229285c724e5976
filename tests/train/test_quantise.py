"""Rounding is the hardware's; gradients go straight through where the hardware can follow."""

import pytest
import torch

from accelgen.train.quantise import (
    clamp_activation,
    clamp_shadow_,
    fire,
    floor_through,
    quantise_weights,
    round_through,
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
    values, gradients = gradient(lambda x: clamp_activation(x, 2), [-0.1, 0.0, 1.99, 3.0, 3.9, 4.5])
    assert values == [0, 0, 1, 3, 3, 3]
    assert gradients == [0, 1, 1, 1, 1, 0]
