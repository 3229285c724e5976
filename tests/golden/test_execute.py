import numpy as np

from accelgen.golden import run
from accelgen.golden.execute import execute
from accelgen.network import quantise_pixels
from tests.skip import skip_network, skip_scores, skips
from tests.tiny_convolutions import conv_network
from tests.tiny_networks import random_images, small_network

__all__ = ["skips"]  # a fixture


def test_what_enters_a_layer_is_what_the_one_before_gives():
    network = small_network()
    x = quantise_pixels(random_images(np.random.default_rng(0), 4, 30), 3)
    scores, entered = execute(network, x)
    assert (entered[0] == x).all() and scores.dtype == np.int64
    assert [values.shape[1] for values in entered] == [layer.inputs for layer in network.layers]
    assert [int(values.max()) < 2**bits for values, bits in zip(entered, network.input_bits, strict=True)]


def test_layers_of_several_kinds_run_in_one_network():
    network = conv_network()
    images = random_images(np.random.default_rng(0), 2, network.input.pixels)
    assert (execute(network, quantise_pixels(images, 3))[0] == run(network, images).scores).all()


def test_a_value_that_is_read_again_is_kept_until_then(skips):
    network = skip_network()
    images = random_images(np.random.default_rng(1), 20, 12, density=0.8)
    found = run(network, images)
    right = [skip_scores(network, x.tolist()) for x in quantise_pixels(images, 3)]
    assert found.scores.tolist() == right and found.scores.any()
    assert found.activations[2].max() <= 3  # the first of what it reads: that of layer b
