"""What surrounds the layers: how images enter, what is trained, and what it costs to spike."""

import numpy as np
import pytest
import torch

from accelgen.data.saccades import saccades
from accelgen.network.encoding import RateInput, quantise_pixels
from accelgen.train.build import build
from tests.train.drawn import spiking_recipe, stripes, tiny_recipe


def test_pixels_are_quantised_by_the_contract():
    net = build(tiny_recipe(pixel_bits=3), 0)
    images = stripes(5, 0).images + 0.4
    wanted = quantise_pixels(images.clamp(max=255).numpy().astype(np.uint8).reshape(5, -1), 3)
    assert np.array_equal(net.encode(images.clamp(max=255)).numpy(), wanted)


def test_shadow_weights_stay_in_range():
    net = build(tiny_recipe(bits=2), 0)
    with torch.no_grad():
        net[1].linear.weight.mul_(100)
    net.keep_in_range()
    assert (net[1].linear.weight.min().item(), net[1].linear.weight.max().item()) == (-2, 1)


def raw(images):
    return images.flatten(1).byte().numpy()


@pytest.mark.parametrize("encoder", ["dither", "lfsr"])
def test_spikes_are_those_of_the_contract(encoder):
    net = build(spiking_recipe(encoder=encoder, timesteps=5), 0).eval()
    images = stripes(4, 0).images
    wanted = RateInput(784, 4, encoder).spikes(raw(images), 5)
    assert np.array_equal(net.encode(images).numpy(), wanted.transpose(1, 0, 2))


def test_a_network_without_memory_trains_on_one_of_its_timesteps():
    net = build(spiking_recipe("discontinuous", timesteps=3), 0)
    images = stripes(40, 0).images
    every = net.eval().encode(images)
    drawn = net.train().encode(images)
    assert every.shape[0] == 3 and drawn.shape[0] == 1
    places = (drawn == every).all(2)
    assert places.any(0).all() and places.any(1).all()  # each image has one, and each timestep has its images


@pytest.mark.parametrize("choice", [{"integration": "continuous"}, {"readout": "count"}])
def test_memory_and_counts_train_on_all_timesteps(choice):
    net = build(spiking_recipe(**({"integration": "discontinuous"} | choice), timesteps=3), 0).train()
    assert net.encode(stripes(4, 0).images).shape[0] == 3


def test_events_enter_as_the_moving_sensor_sees_them():
    net = build(spiking_recipe(data="saccades"), 0).train()
    images = stripes(4, 0).images
    assert np.array_equal(net.encode(images).numpy(), saccades(raw(images)).transpose(1, 0, 2))


def test_the_penalty_is_the_firing_rate_of_the_hidden_layers():
    net = build(spiking_recipe(activity=2.0), 0)
    x = net.eval().encode(stripes(8, 0).images)
    net(x)
    first = net[0](x)
    assert net.penalty().item() == pytest.approx(2 * (first.mean() + net[1](first).mean()).item())
    assert build(tiny_recipe(), 0).penalty() == 0


def test_the_penalty_of_a_dense_network_is_its_mean_activation_over_the_largest():
    net = build(tiny_recipe(activation_bits=3, activity=2.0), 0)
    x = net.eval().encode(stripes(8, 0).images)
    net(x)
    first = net[0](x)
    assert net.penalty().item() == pytest.approx(2 * (first.mean() + net[1](first).mean()).item() / 7)


def test_settled_networks_train_what_they_evaluate():
    data = stripes(32, 0)
    for net in (build(tiny_recipe(), 0), build(spiking_recipe(), 0)):
        net.calibrate(data.images)
        net.settle()
        x = net.eval().encode(data.images)
        assert torch.equal(net.train()(x), net.eval()(x))
