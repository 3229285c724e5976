"""The neurons of training: their equations, and where their gradients go."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.network.spiking import Neuron
from accelgen.network.synapse import Synapse
from accelgen.train.layers import BlockLinear
from accelgen.train.recipe_tables import SpikingChoice
from accelgen.train.spiking import Counting, Firing


def layer(kind=Firing, inputs=6, outputs=4, **choice):
    """Return a dense layer of 3-bit weights."""
    linear = BlockLinear(
        outputs,
        inputs,
        3,
        block_out=outputs,
        block_in=inputs,
        mask=np.ones((1, 1), bool),
        generator=torch.Generator().manual_seed(0),
    )
    return kind(linear, SpikingChoice(**choice)).eval()


def spikes(timesteps, n, inputs, seed=0):
    return (torch.rand(timesteps, n, inputs, generator=torch.Generator().manual_seed(seed)) < 0.5).float()


@settings(max_examples=50)
@given(st.integers(0, 3), st.sampled_from(["subtract", "zero"]), st.integers(1, 9), st.integers(0, 1000))
def test_membranes_follow_the_rule_of_the_network_file(leak, reset, threshold, seed):
    made = layer(leak=leak, reset=reset)
    made.threshold.fill_(threshold)
    made.beta.data.uniform_(-3, 3, generator=torch.Generator().manual_seed(seed))
    x = spikes(6, 3, 6, seed)
    currents = (made.linear(x) + made.bias(made.mean)).detach().numpy().astype(np.int64)
    rule, left = Neuron("continuous", threshold, leak, reset), np.zeros_like(currents[0])
    for step, fired in enumerate(made(x).detach().numpy()):
        membrane = left + currents[step]
        assert np.array_equal(fired, membrane >= threshold)
        left = rule.left(membrane, (membrane >= threshold).astype(np.int64))


def test_currents_last_as_the_network_file_says():
    made = layer(leak=2, reset="zero")
    made.synapse = 3
    made.threshold.fill_(9)
    x = spikes(16, 3, 6)
    currents = (made.linear(x) + made.bias(made.mean)).detach().numpy().astype(np.int64)
    rule = Neuron("continuous", 9, 2, "zero", synapse=Synapse(3))
    kept, left = np.zeros_like(currents[0]), np.zeros_like(currents[0])
    for step, fired in enumerate(made(x).detach().numpy()):
        current = kept + currents[step]
        kept = rule.synapse.left(current)
        membrane = left + current
        assert np.array_equal(fired, membrane >= 9)
        left = rule.left(membrane, (membrane >= 9).astype(np.int64))
    assert made(x).any()


def test_the_threshold_is_as_far_as_currents_that_last_spread():
    short, lasting = layer(), layer()
    lasting.synapse = 3
    x = torch.rand(64, 32, 6, generator=torch.Generator().manual_seed(1)).round()
    for made in (short, lasting):
        made.calibrate(x)
    # The spread of a sum of currents of which each timestep keeps 7/8.
    assert lasting.spread.item() / short.spread.item() == pytest.approx((1 - (7 / 8) ** 2) ** -0.5, rel=0.15)
    assert torch.equal(short.mean, lasting.mean) and lasting.threshold > short.threshold


def test_a_tie_fires():
    made = layer()
    made.threshold.fill_(3)
    assert made._integrate(torch.tensor([[[2.0, 3.0, 4.0]]])).tolist() == [[[0, 1, 1]]]


def test_without_memory_every_timestep_stands_alone():
    made = layer(integration="discontinuous")
    x = spikes(5, 3, 6)
    assert torch.equal(made(x)[3], made(x[3:4])[0])


def test_gradients_reach_earlier_timesteps_through_the_membrane_alone():
    def reached(integration):
        made = layer(integration=integration)
        made.spread.fill_(10.0)
        made.threshold.fill_(5)
        x = spikes(4, 2, 6).requires_grad_()
        made(x)[-1].sum().backward()
        return x.grad.abs().sum((1, 2)) > 0

    assert reached("continuous").tolist() == [True] * 4
    assert reached("discontinuous").tolist() == [False] * 3 + [True]


def test_the_reset_carries_a_gradient():
    made = layer()
    made.spread.fill_(4.0)
    made.threshold.fill_(4)
    currents = torch.tensor([[[5.0]], [[2.0]]], requires_grad=True)
    made._integrate(currents)[1].sum().backward()
    # One eighth through the membrane, less one eighth through the spike that takes four from it.
    assert currents.grad[0].item() == pytest.approx(1 / 8 * (1 - 4 * 1 / 8))


def test_calibration_makes_some_neurons_fire():
    x = spikes(4, 64, 6)
    for integration in ("continuous", "discontinuous"):
        made = layer(integration=integration)
        made.calibrate(x)
        assert 0.05 < made(x).mean() < 0.6
        assert made.threshold.item() == (1 if integration == "discontinuous" else round(made.spread.item()))


def test_the_mean_of_the_batch_is_used_until_settled():
    made = layer(integration="discontinuous").train()
    x = spikes(2, 32, 6)
    before = made.mean.clone()
    made(x)
    assert not torch.equal(before, made.mean)
    made.settled, after = True, made.mean.clone()
    assert torch.equal(made(x), made.eval()(x)) and torch.equal(after, made.mean)


def test_counts_have_a_temperature_that_learns():
    made = layer(Counting)
    made.calibrate(spikes(4, 32, 6))
    scores = torch.ones(1, 4)
    assert torch.allclose(made.logits(scores), torch.full((1, 4), 5.0))
    made.logits(scores).sum().backward()
    assert made.log_scale.grad is not None
